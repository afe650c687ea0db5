"""What we suggest: a customer's own list, or what is trending; each item resolved to what can be bought now."""

from uuid import UUID

from serving.db import Pointer, Session
from serving.reads import products
from serving.reads.deals import release
from serving.reads.shapes import Row
from serving.schemas import RecommendationList, RecommendedItem

EVERYWHERE = "*"


Answer = tuple[RecommendationList, Pointer]


async def for_customer(session: Session, customer_key: str, country: str | None, limit: int) -> Answer:
    """The customer's list; trending, and labelled so, for one whom we do not know or whose whole list is sold out."""
    pointer = session.pointer("recommendation")
    row = await session.row("recommendation", recommendation=pointer.version, customer_key=customer_key)
    if row is not None:
        answer = await _resolved(session, row, pointer, limit)
        if answer.items:
            return answer, pointer
    return await trending(session, country, limit)


async def trending(session: Session, country: str | None, limit: int) -> Answer:
    """What is trending in a country; everywhere when the country has no list or is not named."""
    pointer = session.pointer("trending")
    row = await session.row("trending", trending=pointer.version, country=country or EVERYWHERE)
    body = row or {"body": {"items": [], "source": "trending"}, "model_version": None}
    return await _resolved(session, body, pointer, limit), pointer


async def _resolved(session: Session, row: Row, pointer: Pointer, limit: int) -> RecommendationList:
    body = row["body"]
    wanted = body["items"]
    available = await products.resolve(session, [UUID(item["product_id"]) for item in wanted])
    buyable = [item for item in wanted if UUID(item["product_id"]) in available][:limit]
    items = [_item(item, position, available, body["source"]) for position, item in enumerate(buyable, 1)]
    return RecommendationList.model_validate({
        "items": items, "source": body["source"], "model_version": row["model_version"], **release(pointer),
    })


def _item(item: Row, position: int, available: dict[UUID, products.Resolved], source: str) -> RecommendedItem:
    product, offer = available[UUID(item["product_id"])]
    shown = {"product": product, "offer": offer, "position": position, "source": item.get("source", source)}
    return RecommendedItem.model_validate(item | shown)
