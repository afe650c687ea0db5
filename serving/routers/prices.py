"""What house SKUs should cost; the shop polls this. What a price is made of, costs among it, is told to who may know it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from serving import etags
from serving.auth import STAFF, Asking, Caller
from serving.db import Pointer
from serving.inputs import Blank, CursorText, SkuBatch
from serving.reads import prices
from serving.routers.common import NOT_MODIFIED, OpenSession, problems
from serving.schemas import PriceBatch, PriceList

router = APIRouter(prefix="/v1/prices", tags=["prices"])


@router.get("", response_model=PriceList, responses=NOT_MODIFIED | problems(410), summary="All prices, page by page")
async def list_prices(
    request: Request, session: OpenSession, cursor: Annotated[CursorText | None, Blank, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100, *, caller: Asking,
) -> Response:
    """Each with its reason, in full with the scope `prices`: to others, a word on how it moved.

    A shop that polls sends If-None-Match and gets 304 until the next release.
    """
    answer, pointer = await prices.page(session, cursor, limit, with_parts=_may_know(caller))
    return _answered(request, caller, answer, pointer)


@router.post("", response_model=PriceBatch, responses=problems(413), summary="The prices of a batch of SKUs")
async def requote(request: Request, session: OpenSession, batch: SkuBatch, caller: Asking) -> Response:
    """Up to 1000 at once; those that have no price are named. Reasons are told in full with the scope `prices`."""
    answer, pointer = await prices.batch(session, batch.skus, with_parts=_may_know(caller))
    return _answered(request, caller, answer, pointer)


def _may_know(caller: Caller) -> bool:
    return bool(caller.scopes & {"prices", STAFF})


def _answered(request: Request, caller: Caller, answer: PriceList | PriceBatch, pointer: Pointer) -> Response:
    """What only some may know is kept by nobody in between."""
    response = etags.catalogue(request, answer, pointer)
    response.headers["Vary"] = "Authorization, X-API-Key"
    if _may_know(caller):
        response.headers["Cache-Control"] = "private, no-cache"
    return response
