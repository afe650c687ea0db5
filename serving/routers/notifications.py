"""Messages on a shopper's own page."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from serving.db import Session
from serving.own_inputs import ReadWish
from serving.own_schemas import Notification, NotificationList, ReadReceipt
from serving.reads import own
from serving.routers.common import OpenSession
from serving.routers.own import READ, WRITE, Customer
from serving.routers.own import own as answered

router = APIRouter(prefix="/v1/me/notifications", tags=["what shoppers keep"])


@router.get("", response_model=NotificationList, responses=READ, summary="Messages")
async def list_notifications(
    session: OpenSession, customer: Customer,
    unread: Annotated[bool, Query(description="Only those that wait to be read")] = False,
    before: Annotated[int | None, Query(ge=1, lt=2**63, description="next_before of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Response:
    """The latest first. Prices in them are those of the release that they were written after."""
    async with own.speaking(session, customer):
        rows = await session.rows("notifications", customer_key=customer, before=before, unread=unread, limit=limit + 1)
        items = [Notification.model_validate(row) for row in rows[:limit]]
        more = items[-1].notification_id if len(rows) > limit else None
        return answered(NotificationList(items=items, unread=await _unread(session, customer), next_before=more))


@router.post("/read", response_model=ReadReceipt, responses=WRITE, summary="Mark messages as read")
async def post_read(session: OpenSession, customer: Customer, wish: ReadWish) -> Response:
    """These messages, or all up to one. Safe to repeat."""
    async with own.speaking(session, customer):
        marked = await own.run(session, "read_notifications", customer_key=customer, ids=wish.ids, up_to=wish.up_to)
        return answered(ReadReceipt(marked=marked, unread=await _unread(session, customer)))


async def _unread(session: Session, customer: str) -> int:
    row = await session.row("unread_notifications", customer_key=customer)
    return int(row["unread"]) if row else 0
