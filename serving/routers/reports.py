"""What shoppers say is wrong with a deal."""

import uuid
from datetime import UTC, datetime
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from serving.db import Session
from serving.own_inputs import ReportWish
from serving.own_schemas import ReportReceipt
from serving.reads import deals, own
from serving.routers.common import OpenSession, problems
from serving.routers.own import WRITE, Customer, again
from serving.routers.own import own as answered

router = APIRouter(prefix="/v1/deals", tags=["what shoppers keep"])


@router.post(
    "/{deal_id}/reports", status_code=201, response_model=ReportReceipt,
    responses=again(ReportReceipt) | WRITE | problems(401, 403, 404, 410), summary="Report a deal",
)
async def post_report(request: Request, session: OpenSession, customer: Customer, deal_id: UUID, wish: ReportWish) -> Response:
    """Kept as a `deal_report` among what shoppers do; it counts towards the merchant's reputation, once for each shopper."""
    deal = await deals.one(session, deal_id)
    async with own.speaking(session, customer, writes=True):
        if await session.row("report_of_deal", customer_key=customer, deal_id=str(deal_id)):
            return answered(ReportReceipt(deal_id=deal_id, is_new=False))
        event = {
            "event_id": str(uuid.uuid4()), "kind": "deal_report", "event_at": datetime.now(UTC).isoformat(),
            "deal_id": str(deal_id), "product_id": str(deal.product_id) if deal.product_id else None,
            "session_id": wish.session_id, "release_id": deal.release_id, "reason": wish.reason,
        }
        await _append(session, request.state.request_id, customer, {name: value for name, value in event.items() if value})
        return answered(ReportReceipt(deal_id=deal_id, is_new=True), is_new=True)


async def _append(session: Session, request_id: UUID, customer: str, event: dict[str, str]) -> None:
    rows = orjson.dumps([event]).decode()
    await own.run(session, "insert_events", request_id=request_id, customer_key=customer, events=rows)
