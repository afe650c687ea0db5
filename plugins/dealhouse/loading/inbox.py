"""What shoppers sent through the API, from the inbox into raw: exactly once, in the one transaction that marks it as landed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from dealhouse.database import transaction
from dealhouse.errors import DatabaseBusyError
from dealhouse.landing.batch import Batch, BatchWriter
from dealhouse.landing.store import Store, open_store
from dealhouse.loading.load import LoadResult, load_batch
from dealhouse.settings import settings

WAITING = text(
    "select event_id::text, customer_key, anonymous_id, received_at, body from inbox.events "
    "where landed_batch_id is null order by event_id"
)
MARK = text(
    "update inbox.events set landed_batch_id = :batch_id where event_id = any(cast(:ids as uuid[])) and landed_batch_id is null"
)

COUNT = text("select count(*) from inbox.events where event_id = any(cast(:ids as uuid[])) and landed_batch_id = :batch_id")


def land_inbox(as_of: datetime, store: Store | None = None) -> LoadResult | None:
    """Land the events that wait and load them; None when none waits.

    Raises DatabaseBusyError when another run landed some of them meanwhile: loaded again they would be there twice.
    """
    with transaction("loader") as connection:
        events = connection.execute(WAITING).mappings().all()
    if not events:
        return None
    batch = _land([dict(event) for event in events], as_of, store or open_store())
    ids = [event["event_id"] for event in events]
    return load_batch(batch, as_of, within=lambda connection, batch_id: _mark(connection, batch_id, ids))


def _land(events: list[dict[str, Any]], as_of: datetime, store: Store) -> Batch:
    writer = BatchWriter(store, source="inbox", merchant_id=settings().shop_id, kind="shop_events", as_of=as_of)
    with writer:
        for event in events:
            writer.record(_record(event, as_of))
        return writer.close()


def _record(event: dict[str, Any], as_of: datetime) -> dict[str, Any]:
    """The event as its sender told it; who sent it is what the API knows, whatever the body claims."""
    body = event["body"] if isinstance(event["body"], dict) else {}
    return {
        **body, "event_at": _event_at(body.get("event_at"), event["received_at"], as_of), "event_id": event["event_id"],
        "native_customer_id": None, "customer_key": event["customer_key"], "anonymous_id": event["anonymous_id"], "email": None,
    }


def _event_at(told: object, received_at: datetime, as_of: datetime) -> str:
    """When it happened: as told, but never after the run that lands it, for a browser's clock may be ahead of the platform's."""
    try:
        instant = datetime.fromisoformat(told) if isinstance(told, str) else received_at
    except ValueError:
        return str(told)  # loading refuses it, with its reason
    if instant.tzinfo is None:
        return str(told)
    return min(instant, as_of).isoformat()


def _mark(connection: Connection, batch_id: str, ids: list[str]) -> None:
    connection.execute(MARK, {"batch_id": batch_id, "ids": ids})
    ours: int = connection.execute(COUNT, {"batch_id": batch_id, "ids": ids}).scalar_one()
    if ours != len(ids):
        raise DatabaseBusyError(f"{len(ids) - ours} of {len(ids)} events were landed by another run meanwhile")
