"""Products: one by id, its offers, its price history, its like. Each raises MovedError for a product that was merged away."""

from collections.abc import Sequence
from uuid import UUID

from serving.db import Session
from serving.problems import MovedError, NotFoundError
from serving.reads import shapes
from serving.reads.deals import release
from serving.reads.shapes import Row
from serving.schemas import Offer, OfferList, PriceHistory, PricePoint, Product, ProductCard, SimilarItem, SimilarList
from serving.values import money

Resolved = tuple[ProductCard, Offer]


async def one(session: Session, product_id: UUID) -> Product:
    """The product with its best live offer. Raises NotFoundError when the live version does not hold it."""
    row = await _row(session, product_id)
    best = await best_offers(session, [product_id])
    return Product.model_validate(row | {
        **{
            name: money(row[f"{name}_reporting"], row["reporting_currency"])
            for name in ("lowest_price", "highest_price", "lowest_30d", "lowest_ever")
        },
        "tags": row["tags"] or [],
        "best_offer": best.get(product_id), **release(session.pointer("product")),
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


async def best_offers(session: Session, product_ids: Sequence[UUID]) -> dict[UUID, Offer]:
    """The cheapest offer in stock of each product that has one."""
    rows = await session.rows("best_offers", product_offer=session.version("product_offer"), product_ids=list(product_ids))
    return {row["product_id"]: shapes.offer(row) for row in rows}


async def resolve(session: Session, product_ids: Sequence[UUID]) -> dict[UUID, Resolved]:
    """Products that can be bought now, with their best offer."""
    if not product_ids:
        return {}
    best = await best_offers(session, product_ids)
    rows = await session.rows("products_by_ids", product=session.version("product"), product_ids=list(best))
    return {row["product_id"]: (shapes.product_card(row), best[row["product_id"]]) for row in rows}


async def offers(session: Session, product_id: UUID) -> OfferList:
    """All offers of a product. Raises NotFoundError when there is no such product."""
    await _row(session, product_id)
    pointer = session.pointer("product_offer")
    rows = await session.rows("offers_of_product", product_offer=pointer.version, product_id=product_id)
    return OfferList.model_validate({"items": [shapes.offer(row) for row in rows], **release(pointer)})


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
        SimilarItem.model_validate(item | {"product": resolved[key][0], "offer": resolved[key][1]})
        for item in row["items"] if (key := UUID(item["product_id"])) in resolved
    ]
    return SimilarList.model_validate({"items": items, "model_version": row["model_version"], **release(pointer)})
