"""What shoppers do, kept once each."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from serving.auth import known_customer
from serving.db import Session, statement
from serving.inputs import Event, EventBatch
from serving.routers.common import OpenSession, problems
from serving.schemas import EventReceipt

router = APIRouter(prefix="/v1/events", tags=["events"])


DOCUMENTED = problems(413)


@router.post("", status_code=202, response_model=EventReceipt, responses=DOCUMENTED, summary="Tell what shoppers did")
async def post_events(
    request: Request, session: OpenSession, batch: EventBatch, customer: Annotated[str | None, Depends(known_customer)],
) -> Response:
    """Up to 500 events, each kept once by its `event_id`: sending a batch again is safe.

    The token, when there is one, says whose they are.
    """
    request_id: UUID = request.state.request_id
    accepted = await _append(session, request_id, customer, batch.events)
    request.app.state.metrics.events(accepted, len(batch.events) - accepted)
    receipt = EventReceipt(accepted=accepted, duplicates=len(batch.events) - accepted, request_id=request_id)
    return Response(receipt.model_dump_json(), 202, {"Cache-Control": "no-store"}, "application/json")


async def _append(session: Session, request_id: UUID, customer: str | None, events: list[Event]) -> int:
    """Write to the inbox as this customer (row-level security holds it); returns how many were new."""
    rows = orjson.dumps([event.model_dump(mode="json", exclude_none=True) for event in events]).decode()
    async with session.connection.transaction():
        await session.connection.execute(statement("set_customer"), {"customer_key": customer or ""})
        parameters = {"request_id": request_id, "customer_key": customer, "events": rows}
        done = await session.connection.execute(statement("insert_events"), parameters)
    return done.rowcount
