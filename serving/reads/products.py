"""Products: one by id, its offers, its price history, its like. Each raises MovedError for a product that was merged away."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

import orjson

from serving.db import Session
from serving.problems import MovedError, NotFoundError
from serving.reads import shapes
from serving.reads.deals import release
from serving.reads.shapes import Row
from serving.schemas import OfferList, PriceHistory, PricePoint, Product, SimilarItem, SimilarList
from serving.shelf import Kept, Versions
from serving.values import money

OFFERS_SHOWN = 500


class Resolved(NamedTuple):
    """A product that can be bought now and its best offer, as the API writes ProductCard and Offer."""

    card: Row
    offer: Row


async def one(session: Session, product_id: UUID) -> Product:
    """The product with its best live offer. Raises NotFoundError when the live version does not hold it."""
    row = await _row(session, product_id)
    found = await resolve(session, [product_id])
    return Product.model_validate(row | {
        **{
            name: money(row[f"{name}_reporting"], row["reporting_currency"])
            for name in ("lowest_price", "highest_price", "lowest_30d", "lowest_ever")
        },
        "tags": row["tags"] or [],
        "best_offer": found[product_id].offer if product_id in found else None, **release(session.pointer("product")),
    })


async def _row(session: Session, product_id: UUID) -> Row:
    row = await session.row("products_by_ids", product=session.version("product"), product_ids=[product_id])
    if row is None:
        raise await _absence(session, product_id)
    return row


async def _absence(session: Session, product_id: UUID) -> NotFoundError | MovedError:
    pointer = session.pointers.get("product_redirect")  # a release of former times has none
    found = pointer and await session.row("redirect_of_product", product_redirect=pointer.version, product_id=product_id)
    return MovedError(product_id, found["redirect_to"]) if found else NotFoundError(f"No product {product_id} is published.")


async def resolve(session: Session, product_ids: Sequence[UUID]) -> dict[UUID, Resolved]:
    """Products that can be bought now, each with its cheapest offer: what stands still from the shelf, what moves from now."""
    if not product_ids:
        return {}
    row = await session.row("best_offers", product_offer=session.version("product_offer"), product_ids=list(product_ids))
    best: dict[str, Row] = orjson.loads(row["moved"]) if row and row["moved"] else {}
    kept = await _kept(session, [product_id for product_id in product_ids if str(product_id) in best])
    return {
        product_id: Resolved(shelved.card, shelved.offers[moved["offer_id"]] | moved)
        for product_id, shelved in kept.items() if (moved := best[str(product_id)])["offer_id"] in shelved.offers
    }


async def _kept(session: Session, product_ids: Sequence[UUID]) -> dict[UUID, Kept]:
    versions = session.version("product"), session.version("product_offer")
    kept, missing = session.shelf.take(versions, product_ids)
    if missing:
        read = await _read(session, versions, missing)
        session.shelf.put(versions, read.items())
        kept |= read
    return kept


async def _read(session: Session, versions: Versions, product_ids: list[UUID]) -> dict[UUID, Kept]:
    product, product_offer = versions
    cards = await session.rows("products_by_ids", product=product, product_ids=product_ids)
    listed = await session.rows("offers_of_products", product_offer=product_offer, product_ids=product_ids)
    offers = {
        product_id: {str(row["offer_id"]): shapes.offer(row).model_dump(mode="json") for row in rows}
        for product_id, rows in groupby(listed, itemgetter("product_id"))
    }
    return {
        row["product_id"]: Kept(shapes.product_card(row).model_dump(mode="json"), offers.get(row["product_id"], {}))
        for row in cards
    }


async def offers(session: Session, product_id: UUID) -> OfferList:
    """All offers of a product. Raises NotFoundError when there is no such product."""
    await _row(session, product_id)
    pointer = session.pointer("product_offer")
    rows = await session.rows("offers_of_products", product_offer=pointer.version, product_ids=[product_id])
    return OfferList.model_validate({"items": [shapes.offer(row) for row in rows[:OFFERS_SHOWN]], **release(pointer)})


async def price_history(session: Session, product_id: UUID, merchants: Sequence[str]) -> PriceHistory:
    """A product's prices by merchant and day. Raises NotFoundError when there is no such product."""
    row = await _row(session, product_id)
    pointer = session.pointer("price_history")
    found = await session.rows("price_history", price_history=pointer.version, product_id=product_id, merchant=list(merchants))
    points = [_point(each, row["reporting_currency"]) for each in found]
    lowest = money(row["lowest_30d_reporting"], row["reporting_currency"])
    return PriceHistory.model_validate({"product_id": product_id, "points": points, "lowest_30d": lowest, **release(pointer)})


def _point(row: Row, reporting_currency: str) -> PricePoint:
    return PricePoint.model_validate({
        "merchant_id": row["merchant_id"], "day": row["day"], "low": money(row["low"], row["currency"]),
        "high": money(row["high"], row["currency"]), "low_reporting": money(row["low_reporting"], reporting_currency),
    })


async def similar(session: Session, product_id: UUID) -> SimilarList:
    """Products like this one that can be bought now. Raises NotFoundError when there is no such product."""
    await _row(session, product_id)
    pointer = session.pointer("similar")
    row = await session.row("similar_of_product", similar=pointer.version, product_id=product_id)
    row = row or {"items": [], "model_version": None}
    resolved = await resolve(session, [UUID(item["product_id"]) for item in row["items"]])
    items = [
        SimilarItem.model_validate(item | {"product": resolved[key].card, "offer": resolved[key].offer})
        for item in row["items"] if (key := UUID(item["product_id"])) in resolved
    ]
    return SimilarList.model_validate({"items": items, "model_version": row["model_version"], **release(pointer)})
