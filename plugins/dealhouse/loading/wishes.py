"""What shoppers keep (saved deals and searches, alerts, what they want no more of), from the inbox into raw.

Each change once, in the one transaction that marks it as landed.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from dealhouse.database import transaction
from dealhouse.errors import DatabaseBusyError
from dealhouse.landing.batch import Batch, BatchWriter
from dealhouse.landing.store import Store, open_store
from dealhouse.loading.load import LoadResult, load_news
from dealhouse.settings import settings

WAITING = text(
    "select change_id::text, customer_key, changed_at, body from inbox.wish_changes "
    "where landed_batch_id is null order by changed_at, change_id"
)
MARK = text(
    "update inbox.wish_changes set landed_batch_id = :batch_id "
    "where change_id = any(cast(:ids as uuid[])) and landed_batch_id is null"
)


def land_wishes(as_of: datetime, store: Store | None = None) -> LoadResult | None:
    """Land the changes that wait and load them; None when none waits.

    Raises DatabaseBusyError when another run landed some of them meanwhile: loaded again they would be there twice.
    """
    with transaction("loader") as connection:
        changes = [dict(change) for change in connection.execute(WAITING).mappings()]
    if not changes:
        return None
    ids = [change["change_id"] for change in changes]
    batch = _land(changes, as_of, store or open_store())
    return load_news(batch, as_of, within=lambda connection, batch_id: _mark(connection, batch_id, ids))


def _land(changes: list[dict[str, Any]], as_of: datetime, store: Store) -> Batch:
    writer = BatchWriter(store, source="inbox", merchant_id=settings().shop_id, kind="inbox_wishes", as_of=as_of)
    with writer:
        for change in changes:
            at = min(change["changed_at"], as_of).isoformat()  # the platform's clock may be behind the wall's
            writer.record({**change["body"], "change_id": change["change_id"], "customer_key": change["customer_key"],
                           "event_at": at})
        return writer.close()


def _mark(connection: Connection, batch_id: str, ids: list[str]) -> None:
    marked = connection.execute(MARK, {"batch_id": batch_id, "ids": ids}).rowcount
    if marked != len(ids):
        raise DatabaseBusyError(f"{len(ids) - marked} of {len(ids)} wishes were landed by another run meanwhile")
