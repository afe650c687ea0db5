"""Prices and stock that a shopper waits for."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from serving.own_inputs import AlertWish
from serving.own_schemas import Alert, AlertList
from serving.reads import own
from serving.routers.common import OpenSession
from serving.routers.own import GONE_IF_THEIRS, KEEP, READ, Customer, again, gone
from serving.routers.own import own as answered

router = APIRouter(prefix="/v1/me/alerts", tags=["what shoppers keep"])


@router.get("", response_model=AlertList, responses=READ, summary="Alerts")
async def list_alerts(session: OpenSession, customer: Customer) -> Response:
    """Those that wait and those that have fired, the latest first."""
    async with own.speaking(session, customer):
        return answered(AlertList(items=await own.alerts(session, customer)))


@router.post(
    "", status_code=201, response_model=Alert, responses=again(Alert) | KEEP, summary="Wait for a price",
)
async def post_alert(session: OpenSession, customer: Customer, wish: AlertWish) -> Response:
    """Told once, after the first later release of which it is true: a price at or below an amount (`price_below`), a fall
    (`drop_pct`) or a rise (`rise`) by so many percent of today's, or stock where there is none now (`back_in_stock`).

    What is true already is refused with 409. The same is waited for once; at most 200 alerts wait.
    """
    async with own.speaking(session, customer, writes=True):
        kept, is_new = await own.add_alert(session, customer, wish)
        return answered(kept, is_new=is_new)


@router.delete("/{alert_id}", status_code=204, responses=GONE_IF_THEIRS, summary="Wait no longer")
async def delete_alert(session: OpenSession, customer: Customer, alert_id: UUID) -> Response:
    """Safe to repeat."""
    async with own.speaking(session, customer):
        await own.remove(session, "remove_alert", customer, alert_id=alert_id)
        return gone()
