"""Products: one by id, its offers, its price history, its like."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from serving import etags
from serving.inputs import Words
from serving.reads import products
from serving.routers.common import NOT_MODIFIED, OpenSession, problems
from serving.schemas import OfferList, PriceHistory, Product, SimilarList

router = APIRouter(prefix="/v1/products/{product_id}", tags=["products"], responses=NOT_MODIFIED | problems(308, 404))


@router.get("", response_model=Product, summary="One product with its best live offer")
async def get_product(request: Request, session: OpenSession, product_id: UUID) -> Response:
    """What is known of a sellable variant, whoever sells it. One that was merged into another answers 308."""
    return etags.catalogue(request, await products.one(session, product_id), session.pointer("product"))


@router.get("/offers", response_model=OfferList, summary="Every merchant's offer, side by side")
async def list_offers(request: Request, session: OpenSession, product_id: UUID) -> Response:
    """What can be bought first, cheapest first; prices and availability are live."""
    return etags.catalogue(request, await products.offers(session, product_id), session.pointer("product_offer"))


@router.get("/price-history", response_model=PriceHistory, summary="How the price moved, by merchant")
async def get_price_history(
    request: Request, session: OpenSession, product_id: UUID, merchant: Annotated[Words, Query(default_factory=list)],
) -> Response:
    """Days on which a price moved; between two points a price stood still."""
    return etags.catalogue(request, await products.price_history(session, product_id, merchant), session.pointer("price_history"))


@router.get("/similar", response_model=SimilarList, summary="Products like this one, with the reason")
async def list_similar(request: Request, session: OpenSession, product_id: UUID) -> Response:
    """Only what can be bought now, each with its best live offer."""
    return etags.catalogue(request, await products.similar(session, product_id), session.pointer("similar"))
