"""What house SKUs should cost: all of them page by page, or a batch."""

from collections.abc import Sequence

from serving import cursors
from serving.cursors import Cursor
from serving.db import Pointer, Session
from serving.problems import GoneError
from serving.reads import shapes
from serving.reads.deals import release
from serving.schemas import Price, PriceBatch, PriceList

DATASET = "price"
QUESTION = "prices"


async def page(session: Session, cursor_text: str | None, limit: int, *, with_parts: bool) -> tuple[PriceList, Pointer]:
    """A page of prices and its version. Raises InvalidRequestError on a foreign cursor, GoneError on a dropped version."""
    pointer, after = session.pointer(DATASET), None
    if cursor_text:
        cursor = cursors.decode(cursor_text, QUESTION, {DATASET})
        kept = await session.row("price_version_exists", **cursor.versions)
        if kept is None or not kept["is_kept"]:
            raise GoneError("The version that this cursor walks through is no longer kept.")
        pointer, after = Pointer(DATASET, cursor.versions[DATASET], cursor.release_id, cursor.as_of), cursor.after[0]
    rows = await session.rows("prices_page", price=pointer.version, after=after, limit=limit + 1)
    shown = rows[:limit]
    further = _cursor(pointer, shown[-1]["sku"]) if len(rows) > limit else None
    answer = {"items": [_price(row, with_parts=with_parts) for row in shown], "next_cursor": further, **release(pointer)}
    return PriceList.model_validate(answer), pointer


def _cursor(pointer: Pointer, sku: str) -> str:
    return cursors.encode(Cursor(
        versions={DATASET: pointer.version}, release_id=pointer.release_id, as_of=pointer.as_of, question=QUESTION, after=[sku],
    ))


def _price(row: shapes.Row, *, with_parts: bool) -> Price:
    """A price; without its parts the reason ends after how it moved: what follows speaks of costs and margins."""
    known = row if with_parts else row | {"reason": row["reason"].partition(";")[0], "reason_parts": None, "rail": None}
    return shapes.price(known)


async def batch(session: Session, skus: Sequence[str], *, with_parts: bool) -> tuple[PriceBatch, Pointer]:
    """The prices of these SKUs, and which of them have none."""
    pointer = session.pointer(DATASET)
    rows = await session.rows("prices_of_skus", price=pointer.version, skus=list(skus))
    known = {row["sku"] for row in rows}
    unknown = sorted({sku for sku in skus if sku not in known})
    answer = {"items": [_price(row, with_parts=with_parts) for row in rows], "unknown": unknown, **release(pointer)}
    return PriceBatch.model_validate(answer), pointer
