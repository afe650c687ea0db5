"""raw.load_ledger: one row per loaded batch, written in the load's own transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from dealhouse.landing.batch import Batch

FIND = text("select * from raw.load_ledger where batch_id = :batch_id")
WRITE = text(
    "insert into raw.load_ledger "
    "(batch_id, source, merchant_id, kind, rows_received, rows_loaded, rows_rejected, observed_at, loaded_at, uri) "
    "values (:batch_id, :source, :merchant_id, :kind, :received, :loaded, :rejected, :observed_at, :loaded_at, :uri) "
    "on conflict (batch_id) do update set (rows_received, rows_loaded, rows_rejected, uri) = "
    "(excluded.rows_received, excluded.rows_loaded, excluded.rows_rejected, excluded.uri)"
)


def lock(connection: Connection, batch_id: str) -> None:
    """Hold the batch until the transaction ends: of two loads of it, the second waits and then finds it loaded."""
    connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:batch_id, 0))"), {"batch_id": batch_id})


def find(connection: Connection, batch_id: str) -> dict[str, Any] | None:
    """The batch's row, or None when it was never loaded."""
    found = connection.execute(FIND, {"batch_id": batch_id}).mappings().first()
    return None if found is None else dict(found)


def write(connection: Connection, batch: Batch, loaded: int, rejected: int, moment: datetime) -> None:
    manifest = batch.manifest
    connection.execute(WRITE, {
        "batch_id": manifest.batch_id, "source": manifest.source, "merchant_id": manifest.merchant_id, "kind": manifest.kind,
        "received": manifest.rows, "loaded": loaded, "rejected": rejected, "observed_at": manifest.as_of, "loaded_at": moment,
        "uri": batch.uri,
    })
