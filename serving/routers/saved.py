"""Deals and searches that a shopper keeps, and what they do not want to see."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from serving.own_inputs import NotInterestedWish, SearchWish
from serving.own_schemas import (
    NotInterested,
    NotInterestedList,
    SavedDeal,
    SavedDealList,
    SavedSearch,
    SavedSearchList,
)
from serving.reads import own
from serving.routers.common import OpenSession
from serving.routers.own import GONE, GONE_IF_THEIRS, KEEP, READ, Customer, again, gone
from serving.routers.own import own as answered

router = APIRouter(prefix="/v1/me", tags=["what shoppers keep"])


@router.get("/saved", response_model=SavedDealList, responses=READ, summary="Saved deals")
async def list_saved(session: OpenSession, customer: Customer) -> Response:
    """The latest first, each with today's price; without a `deal` where it is over."""
    async with own.speaking(session, customer):
        return answered(SavedDealList(items=await own.saved_deals(session, customer)))


@router.put("/saved/{deal_id}", response_model=SavedDeal, responses=KEEP, summary="Save a deal")
async def put_saved(session: OpenSession, customer: Customer, deal_id: UUID) -> Response:
    """Saved once, however often it is asked. At most 500 are kept."""
    async with own.speaking(session, customer, writes=True):
        return answered(await own.save_deal(session, customer, deal_id))


@router.delete("/saved/{deal_id}", status_code=204, responses=GONE, summary="Save a deal no longer")
async def delete_saved(session: OpenSession, customer: Customer, deal_id: UUID) -> Response:
    """Safe to repeat."""
    async with own.speaking(session, customer):
        await own.run(session, "unsave_deal", customer_key=customer, deal_id=deal_id)
        return gone()


@router.get("/searches", response_model=SavedSearchList, responses=READ, summary="Saved searches")
async def list_searches(session: OpenSession, customer: Customer) -> Response:
    """The latest first."""
    async with own.speaking(session, customer):
        return answered(SavedSearchList(items=await own.searches(session, customer)))


@router.post(
    "/searches", status_code=201, response_model=SavedSearch, responses=again(SavedSearch) | KEEP,
    summary="Save a search",
)
async def post_search(session: OpenSession, customer: Customer, wish: SearchWish) -> Response:
    """New deals that it finds are told after each release. The same question is kept once; at most 50 are kept."""
    async with own.speaking(session, customer, writes=True):
        kept, is_new = await own.save_search(session, customer, wish)
        return answered(kept, is_new=is_new)


@router.delete("/searches/{search_id}", status_code=204, responses=GONE_IF_THEIRS, summary="Save a search no longer")
async def delete_search(session: OpenSession, customer: Customer, search_id: UUID) -> Response:
    """Safe to repeat."""
    async with own.speaking(session, customer):
        await own.remove(session, "unsave_search", customer, search_id=search_id)
        return gone()


@router.get("/not-interested", response_model=NotInterestedList, responses=READ, summary="What is not to be shown")
async def list_not_interested(session: OpenSession, customer: Customer) -> Response:
    """Products, categories and brands, the latest first."""
    async with own.speaking(session, customer):
        return answered(NotInterestedList(items=await own.not_interested(session, customer)))


@router.post(
    "/not-interested", status_code=201, response_model=NotInterested, responses=again(NotInterested) | KEEP,
    summary="Do not show this",
)
async def post_not_interested(session: OpenSession, customer: Customer, wish: NotInterestedWish) -> Response:
    """A product by its id, a category or a brand by its name; said once, however often."""
    async with own.speaking(session, customer, writes=True):
        kept, is_new = await own.add_not_interested(session, customer, wish)
        return answered(kept, is_new=is_new)


@router.delete(
    "/not-interested/{entry_id}", status_code=204, responses=GONE_IF_THEIRS, summary="Show it again",
)
async def delete_not_interested(session: OpenSession, customer: Customer, entry_id: UUID) -> Response:
    """Safe to repeat."""
    async with own.speaking(session, customer):
        await own.remove(session, "remove_not_interested", customer, entry_id=entry_id)
        return gone()
