"""What we suggest: a customer's own list, or what is trending; each item resolved to what can be bought now."""

from typing import NamedTuple
from uuid import UUID

from serving.db import Pointer, Session
from serving.reads import products
from serving.reads.deals import release
from serving.reads.shapes import Row
from serving.schemas import RecommendationList

EVERYWHERE = "*"


class Suggested(NamedTuple):
    """A RecommendationList as the API writes it, in JSON's own types: it is read so often that no model is built of it."""

    body: Row
    pointer: Pointer

    @property
    def model(self) -> RecommendationList:
        return RecommendationList.model_validate(self.body)


async def for_customer(session: Session, customer_key: str, country: str | None, limit: int) -> Suggested:
    """The customer's list; trending, and labelled so, for one whom we do not know or whose whole list is sold out."""
    pointer = session.pointer("recommendation")
    row = await session.row("recommendation", recommendation=pointer.version, customer_key=customer_key)
    if row is not None:
        suggested = await _resolved(session, row, pointer, limit)
        if suggested.body["items"]:
            return suggested
    return await trending(session, country, limit)


async def trending(session: Session, country: str | None, limit: int) -> Suggested:
    """What is trending in a country; everywhere when the country has no list or is not named."""
    pointer = session.pointer("trending")
    row = await session.row("trending", trending=pointer.version, country=country or EVERYWHERE)
    return await _resolved(session, row or {"body": {"items": [], "source": "trending"}, "model_version": None}, pointer, limit)


async def _resolved(session: Session, row: Row, pointer: Pointer, limit: int) -> Suggested:
    body = row["body"]
    wanted = [(UUID(item["product_id"]), item) for item in body["items"]]
    available = await products.resolve(session, [product_id for product_id, _ in wanted])
    buyable = [(available[product_id], item) for product_id, item in wanted if product_id in available][:limit]
    items = [_item(item, position, found, body["source"]) for position, (found, item) in enumerate(buyable, 1)]
    return Suggested({
        "items": items, "source": body["source"], "model_version": row["model_version"], **release(pointer),
    }, pointer)


def _item(item: Row, position: int, found: products.Resolved, source: str) -> Row:
    return {
        "product": found.card, "offer": found.offer, "score": item["score"], "reason_code": item["reason_code"],
        "reason": item["reason"], "position": position, "source": item.get("source", source),
    }
