"""What one shopper keeps: every statement runs as that shopper, whom row-level security holds to their own rows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import orjson

from serving.db import Session, statement
from serving.own_inputs import AlertWish, ConsentWish, NotInterestedWish, PreferenceWish, SearchWish
from serving.own_schemas import Alert, Consent, ConsentList, NotInterested, Preferences, SavedDeal, SavedSearch
from serving.problems import ConflictError, InvalidRequestError, NotFoundError
from serving.reads import shapes
from serving.reads.shapes import Row
from serving.values import money

Limited = Literal["saved_deals", "saved_searches", "alerts", "not_interested"]
LIMITS: dict[Limited, int] = {"saved_deals": 500, "saved_searches": 50, "alerts": 200, "not_interested": 500}
BUYABLE = ("in_stock", "unknown")


@asynccontextmanager
async def speaking(session: Session, customer: str, *, writes: bool = False) -> AsyncIterator[None]:
    """A transaction of this customer's. writes: one of theirs at a time."""
    async with session.connection.transaction():
        await session.row("set_customer", customer_key=customer)
        if writes:
            await session.row("own_lock", customer_key=customer)
        yield


async def room_for(session: Session, customer: str, kind: Limited) -> None:
    """Raises ConflictError when the customer keeps as much of this kind as one may."""
    counts = await session.row("own_counts", customer_key=customer) or {}
    if counts[kind] >= LIMITS[kind]:
        raise ConflictError(f"At most {LIMITS[kind]} {kind.replace('_', ' ')} are kept: take one away first.")


async def saved_deals(session: Session, customer: str, deal_id: UUID | None = None) -> list[SavedDeal]:
    """The deals that are saved, or the one of an id, each with today's price."""
    version = session.version("deal")
    rows = await session.rows("saved_deals", customer_key=customer, deal=version, deal_id=deal_id)
    return [
        SavedDeal(
            deal_id=row["deal_id"], product_id=row["product_id"], saved_at=row["saved_at"],
            deal=None if row["title"] is None else shapes.deal(row),
        ) for row in rows
    ]


async def save_deal(session: Session, customer: str, deal_id: UUID) -> SavedDeal:
    """Saved once, however often it is asked. Raises NotFoundError for what is neither published nor saved, ConflictError."""
    if known := await saved_deals(session, customer, deal_id):
        return known[0]
    await room_for(session, customer, "saved_deals")
    if await session.row("save_deal", customer_key=customer, deal=session.version("deal"), deal_id=deal_id) is None:
        raise NotFoundError(f"No deal {deal_id} is published.")
    return (await saved_deals(session, customer, deal_id))[0]


async def searches(session: Session, customer: str, query: str | None = None) -> list[SavedSearch]:
    rows = await session.rows("saved_searches", customer_key=customer, query=query)
    return [SavedSearch.model_validate(row) for row in rows]


async def save_search(session: Session, customer: str, wish: SearchWish) -> tuple[SavedSearch, bool]:
    """The search, and whether it is new: the same question is kept once. Raises ConflictError."""
    query = orjson.dumps(wish.query.model_dump(mode="json", exclude_defaults=True)).decode()
    if known := await searches(session, customer, query):
        return known[0], False
    await room_for(session, customer, "saved_searches")
    made = await _made(session, "save_search", customer_key=customer, title=wish.name, query=query)
    return SavedSearch.model_validate(made), True


def _alert(row: Row) -> Alert:
    baseline = money(row["baseline_price"], row["currency"])
    threshold = None if row["threshold"] is None else f"{row['threshold'].quantize(Decimal('0.01'))}"
    return Alert.model_validate(row | {"baseline_price": baseline, "threshold": threshold})


async def alerts(session: Session, customer: str) -> list[Alert]:
    return [_alert(row) for row in await session.rows("alerts", customer_key=customer)]


async def add_alert(session: Session, customer: str, wish: AlertWish) -> tuple[Alert, bool]:
    """The alert, and whether it is new: the same is waited for once.

    Raises NotFoundError for an unknown product or offer, InvalidRequestError where nothing has a price in that currency,
    ConflictError when what is waited for is so already, or there are too many.
    """
    product_id, baseline = await _watched(session, wish)
    same = {
        "customer_key": customer, "kind": wish.kind, "product_id": product_id, "offer_id": wish.offer_id,
        "currency": wish.currency, "threshold": wish.threshold,
    }
    if known := await session.row("alert_alike", **same):
        return _alert(known), False
    await room_for(session, customer, "alerts")
    as_of = session.pointer("product_offer").as_of
    return _alert(await _made(session, "add_alert", **same, baseline_price=baseline, release_as_of=as_of)), True


async def _watched(session: Session, wish: AlertWish) -> tuple[UUID, Decimal | None]:
    """The product, and what its best offer costs now in the alert's currency."""
    offers = await session.rows(
        "offers_watched", product_offer=session.version("product_offer"), product_id=wish.product_id, offer_id=wish.offer_id,
        currency=wish.currency,
    )
    if not offers:
        raise NotFoundError(f"No offer of {wish.product_id or wish.offer_id} is published.")
    if wish.kind == "back_in_stock":
        if any(offer["availability"] == "in_stock" for offer in offers):
            raise ConflictError("It is in stock now.")
        return offers[0]["product_id"], None
    amounts = [offer["amount"] for offer in offers if offer["amount"] is not None]
    if not amounts:
        raise InvalidRequestError(f"Nobody asks for {wish.currency} here: take the currency in which the price is shown.")
    now = min([offer["amount"] for offer in offers if offer["amount"] and offer["availability"] in BUYABLE] or amounts)
    if wish.kind == "price_below" and wish.threshold is not None and now <= wish.threshold:
        raise ConflictError(f"It costs no more than that now: {now:.2f} {wish.currency}.")
    return offers[0]["product_id"], now


async def preferences(session: Session, customer: str) -> Preferences:
    """What was chosen; the defaults until something was."""
    row = await session.row("preference", customer_key=customer)
    return Preferences.model_validate(row or {**PreferenceWish().model_dump(), "updated_at": None})


async def consents(session: Session, customer: str) -> ConsentList:
    rows = await session.rows("consents", customer_key=customer)
    current = {row["purpose"]: row["granted"] for row in rows if row["is_current"]}
    return ConsentList(current=current, items=[Consent.model_validate(row) for row in rows])


async def add_consent(session: Session, customer: str, wish: ConsentWish) -> tuple[Consent, bool]:
    """The answer, and whether it is new: the same answer to the same question is kept once."""
    rows = await session.rows("consents", customer_key=customer)
    newest = next((row for row in rows if row["purpose"] == wish.purpose), None)
    if newest and (newest["granted"], newest["text_version"]) == (wish.granted, wish.text_version):
        return Consent.model_validate(newest), False
    return Consent.model_validate(await _made(session, "add_consent", customer_key=customer, **wish.model_dump())), True


async def not_interested(session: Session, customer: str) -> list[NotInterested]:
    return [NotInterested.model_validate(row) for row in await session.rows("not_interested", customer_key=customer)]


async def add_not_interested(session: Session, customer: str, wish: NotInterestedWish) -> tuple[NotInterested, bool]:
    """The entry, and whether it is new. Raises ConflictError when there are too many."""
    value = str(UUID(wish.value)) if wish.kind == "product" else wish.value
    for entry in await not_interested(session, customer):
        if (entry.kind, entry.value) == (wish.kind, value):
            return entry, False
    await room_for(session, customer, "not_interested")
    made = await _made(session, "add_not_interested", customer_key=customer, kind=wish.kind, value=value)
    return NotInterested.model_validate(made), True


async def remove(session: Session, name: str, customer: str, **key: UUID) -> None:
    """Take one of theirs away, again if need be. Raises NotFoundError for what never was theirs."""
    if await session.row(name, customer_key=customer, **key) is None:
        raise NotFoundError(f"You keep nothing under {next(iter(key.values()))}.")


async def run(session: Session, name: str, **parameters: object) -> int:
    """Do queries/<name>.sql; how many rows it touched."""
    done = await session.connection.execute(statement(name), parameters)
    return done.rowcount


async def _made(session: Session, name: str, **parameters: Any) -> Row:  # noqa: ANN401
    row = await session.row(name, **parameters)
    assert row is not None  # an insert that returns
    return row
