"""What house SKUs should cost; the shop polls this."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from serving import etags
from serving.inputs import Blank, CursorText, SkuBatch
from serving.reads import prices
from serving.routers.common import NOT_MODIFIED, OpenSession, problems
from serving.schemas import PriceBatch, PriceList

router = APIRouter(prefix="/v1/prices", tags=["prices"])


@router.get("", response_model=PriceList, responses=NOT_MODIFIED | problems(410), summary="All prices, page by page")
async def list_prices(
    request: Request, session: OpenSession, cursor: Annotated[CursorText | None, Blank, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """Each with its reason. A shop that polls sends If-None-Match and gets 304 until the next release."""
    answer, pointer = await prices.page(session, cursor, limit)
    return etags.catalogue(request, answer, pointer)


@router.post("", response_model=PriceBatch, responses=problems(413), summary="The prices of a batch of SKUs")
async def requote(request: Request, session: OpenSession, batch: SkuBatch) -> Response:
    """Up to 1000 at once; those that have no price are named."""
    answer, pointer = await prices.batch(session, batch.skus)
    return etags.catalogue(request, answer, pointer)
