"""The storefront's pages, rendered here; scripts only make them quicker."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from serving import etags
from serving.auth import required_customer
from serving.db import Session
from serving.found import DealList
from serving.inputs import DealQuery
from serving.problems import MovedError, NotFoundError, NotPublishedError, ServingError
from serving.reads import deals, products, recommendations
from serving.reads.links import placed
from serving.routers.common import OpenSession
from serving.routers.recommendations import InCountry
from serving.schemas import DealDetail
from serving.storefront import chart, evidence, icons, links, words

HERE = Path(__file__).parent
STATIC = HERE / "static"
API_PATHS = ("/v1", "/health", "/metrics", "/openapi.json")
PAGE_SIZE = 24
SORTS = {
    "popularity": "Most popular", "discount": "Biggest discount", "price": "Lowest price", "newest": "Newest",
    "ending_soon": "Ending soon",
}
router = APIRouter(include_in_schema=False)


class Static(StaticFiles):
    """Static files under an address that carries their hash: they may be kept for a year."""

    def file_response(self, *arguments: Any, **options: Any) -> Response:  # noqa: ANN401
        response = super().file_response(*arguments, **options)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


@cache
def static_address(name: str) -> str:
    return f"/static/{name}?v={hashlib.blake2b((STATIC / name).read_bytes(), digest_size=5).hexdigest()}"


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "money": words.money, "percent": words.percent, "readable": words.readable, "part": words.part,
        "instant": words.instant, "day": words.day,
        "evidence": evidence.sentences, "verdict": words.verdict, "until": words.until,
        "placed": placed, "drawing": icons.drawing, "tint": icons.tint,
    }
    made.globals |= {"static": static_address, "address": links.address, "without": links.without, "SORTS": SORTS}
    return made


TEMPLATES = _environment()


def is_page(request: Request) -> bool:
    return not request.url.path.startswith(API_PATHS)


def _render(request: Request, name: str, status: int = 200, **values: object) -> Response:
    shop = urlsplit(request.app.state.settings.shop_url)
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: http: https:; connect-src 'self' "
        f"{shop.scheme}://{shop.netloc}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    html = TEMPLATES.get_template(name).render(path=request.url.path, shop_url=request.app.state.settings.shop_url, **values)
    return HTMLResponse(html, status, {"Content-Security-Policy": policy, "Cache-Control": "no-cache"})


def error_page(request: Request, error: ServingError) -> Response:
    """The error for people: what happened, and where to go from here."""
    response = _render(
        request, "error.html", error.status, error=error, waiting=isinstance(error, NotPublishedError),
        product_id=error.members.get("product_id"),
    )
    response.headers.update(error.headers)
    return response


async def _found(request: Request, session: Session, query: DealQuery) -> DealList:
    sized = query.model_copy(update={"limit": PAGE_SIZE})
    answer, _ = await deals.find(session, request.app.state.speller, sized)
    return answer


@router.get("/")
async def deals_page(request: Request, session: OpenSession, query: Annotated[DealQuery, Query()]) -> Response:
    """The grid of deals with search, filters and sorts."""
    found = await _found(request, session, query)
    nothing = not found.items and not query.cursor
    popular = await _found(request, session, DealQuery()) if nothing else None
    return _render(request, "deals.html", query=query, found=found, popular=popular, chosen=links.choices(query))


@router.get("/more")
async def more_deals(request: Request, session: OpenSession, query: Annotated[DealQuery, Query()]) -> Response:
    """The next cards alone, for the «Load more» of a page that has its script."""
    return _render(request, "more.html", query=query, found=await _found(request, session, query))


@router.get("/products/{product_id}")
async def product_page(request: Request, session: OpenSession, product_id: UUID) -> Response:
    """A product: its offers side by side, its price history, the verdict on its deal, its like."""
    product = await products.one(session, product_id)
    offers = (await products.offers(session, product_id)).items
    history = await products.price_history(session, product_id, [])
    names = {offer.merchant.merchant_id: offer.merchant.name for offer in offers}
    return _render(
        request, "product.html", product=product, offers=offers, history=history, names=names, chart=chart.draw(history, names),
        deal=await deals.of_product(session, product_id), claim=None, similar=(await products.similar(session, product_id)).items,
    )


@router.get("/deals/{deal_id}")
async def deal_page(request: Request, session: OpenSession, deal_id: UUID) -> Response:
    """A deal with all that its verdict stands on: sentences, what the price was, the factors."""
    deal = await deals.one(session, deal_id)
    claim = _claim(deal)
    drawn = await _past(session, deal, deal.product_id, claim) if deal.product_id else None
    return _render(request, "deal.html", deal=deal, chart=drawn, claim=claim, product=None)


async def _past(session: Session, deal: DealDetail, product_id: UUID, claim: chart.Claim | None) -> chart.Chart | None:
    """What its product cost at all merchants, the deal's first; None where a later release of products knows it no more."""
    try:
        sellers = [deal.merchant, *(offer.merchant for offer in (await products.offers(session, product_id)).items)]
        history = await products.price_history(session, product_id, [])
    except (MovedError, NotFoundError):
        return None
    return chart.draw(history, {seller.merchant_id: seller.name for seller in sellers}, claim)


def _claim(deal: DealDetail) -> chart.Claim | None:
    """What the deal is measured by; amounts in its own currency are turned at the rate of its own price."""
    if deal.started_at is None or deal.price_reporting is None or not float(deal.price.amount):
        return None
    rate = float(deal.price_reporting.amount) / float(deal.price.amount)
    amounts = [float(value.amount) * rate if value else None for value in (deal.reference_price, deal.lowest_30d)]
    return chart.Claim(deal.started_at.date(), *amounts)


@router.get("/for-you")
async def for_you_page(request: Request, session: OpenSession) -> Response:
    """Suggestions for a chosen demo shopper; until one is chosen, what is trending."""
    trending = await recommendations.trending(session, None, 12)
    return _render(request, "for_you.html", trending=trending.model)


@router.get("/for-you/items")
async def for_you_items(
    request: Request, session: OpenSession, customer: Annotated[str, Depends(required_customer)], country: InCountry = None,
) -> Response:
    """The token's shopper's suggestions as cards."""
    answer = (await recommendations.for_customer(session, customer, country, PAGE_SIZE)).model
    response = _render(request, "suggestions.html", answer=answer)
    response.headers.update({"Cache-Control": etags.PERSONAL, "Vary": "Authorization"})
    return response


@router.get("/docs")
async def docs_page(request: Request) -> Response:
    """The API's reference, drawn from its own OpenAPI document."""
    return _render(request, "docs.html", document=request.app.openapi())
