"""raw.load_ledger: one row per loaded batch, written in the load's own transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from dealhouse.landing.batch import Batch

FIND = text("select * from raw.load_ledger where batch_id = any(:batch_ids)")
WRITE = text(
    "insert into raw.load_ledger "
    "(batch_id, source, merchant_id, kind, revision, rows_received, rows_loaded, rows_rejected, rows_erased, observed_at, "
    "loaded_at, uri) values (:batch_id, :source, :merchant_id, :kind, :revision, :received, :loaded, :rejected, :erased, "
    ":observed_at, :loaded_at, :uri) "
    "on conflict (batch_id) do update set (revision, rows_received, rows_loaded, rows_rejected, rows_erased, uri) = "
    "(excluded.revision, excluded.rows_received, excluded.rows_loaded, excluded.rows_rejected, "
    "excluded.rows_erased, excluded.uri)"
)


def lock(connection: Connection, batch_id: str) -> None:
    """Hold the batch until the transaction ends: of two loads of it, the second waits and then finds it loaded."""
    connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:batch_id, 0))"), {"batch_id": batch_id})


def find_all(connection: Connection, batch_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The rows of those of the batches that were loaded, by batch_id."""
    found = connection.execute(FIND, {"batch_ids": list(batch_ids)}).mappings()
    return {row["batch_id"]: dict(row) for row in found}


def write(connection: Connection, loaded: Sequence[tuple[Batch, int, int]], moment: datetime) -> None:
    """loaded: batches with the rows that were loaded and rejected."""
    connection.execute(WRITE, [
        {
            "batch_id": batch.manifest.batch_id, "source": batch.manifest.source, "merchant_id": batch.manifest.merchant_id,
            "kind": batch.manifest.kind, "received": batch.manifest.rows, "loaded": rows, "rejected": rejected,
            "revision": batch.manifest.revision, "erased": batch.manifest.erased,
            "observed_at": batch.manifest.as_of, "loaded_at": moment, "uri": batch.uri,
        }
        for batch, rows, rejected in loaded
    ])
