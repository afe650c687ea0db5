"""Deals: search, filter, sort; one by id."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from serving import etags
from serving.auth import known_customer
from serving.found import DealList
from serving.inputs import DealQuery
from serving.reads import deals
from serving.routers.common import NOT_MODIFIED, OpenSession, problems
from serving.schemas import DealDetail

router = APIRouter(prefix="/v1/deals", tags=["deals"])


@router.get("", response_model=DealList, responses=NOT_MODIFIED | problems(401, 410), summary="Search and filter deals")
async def list_deals(
    request: Request, session: OpenSession, query: Annotated[DealQuery, Query()],
    customer: Annotated[str | None, Depends(known_customer)],
) -> Response:
    """Deals that match, page by page.

    Plurals, synonyms and model codes in any spelling are found; `match` says how: with few hits the last word may be a beginning
    and a misspelt one is replaced (`did_you_mean`); without any, words are left out. With `personalise` and a token each page
    comes in that shopper's order, for nobody else to keep.
    Prices and availability are live; the order is that of the release, so a cursor walks one version to its end and
    answers 410 once that version is dropped.
    """
    answer, pointer = await deals.find(session, request.app.state.speller, query, customer)
    return etags.personal(answer, pointer) if query.personalise and customer else etags.catalogue(request, answer, pointer)


@router.get(
    "/{deal_id}", response_model=DealDetail, responses=NOT_MODIFIED | problems(404, 410), summary="One deal with its evidence",
)
async def get_deal(request: Request, session: OpenSession, deal_id: UUID) -> Response:
    """The deal with its five factors, its verdict and what the verdict stands on.

    For 30 days after it was last shown it answers 410 with a `reason`, and a `product_id` while that product is still shown.
    """
    return etags.catalogue(request, await deals.one(session, deal_id), session.pointer("deal"))
