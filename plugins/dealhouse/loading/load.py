"""Load a landed batch: rows, rejects, crawl coverage, documents and the ledger's row commit together or not at all.

The same batch again, also at the same moment, is a no-op. Always: received = loaded + rejected.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import Connection, text

from dealhouse.database import transaction
from dealhouse.errors import BadInputError, CorruptBatchError
from dealhouse.landing.batch import Batch, open_batch
from dealhouse.landing.manifest import Manifest
from dealhouse.loading import companions, ledger
from dealhouse.loading.companions import Reject
from dealhouse.loading.copy import copy_rows
from dealhouse.loading.fields import Refused
from dealhouse.loading.kinds import KINDS, Kind
from dealhouse.loading.records import HISTORY, Context, Reader
from dealhouse.settings import settings

log = logging.getLogger(__name__)

Within = Callable[[Connection, str], None]


@dataclass(frozen=True)
class LoadResult:
    """What loading made of a batch. `noop`: it was loaded before; `nulled`: bad optional values set to null, by column."""

    batch_id: str
    source: str
    merchant_id: str
    kind: str
    received: int
    loaded: int
    rejected: int
    noop: bool
    nulled: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        return cls(**values)


def load_landed(uri: str, loaded_at: datetime) -> LoadResult:
    """Load the batch that lies at a uri."""
    return load_batch(open_batch(uri), loaded_at)


def load_all_landed(uris: Iterable[str], loaded_at: datetime) -> list[LoadResult]:
    """Load several batches, each in a transaction of its own."""
    return [load_landed(uri, loaded_at) for uri in uris]


def load_batch(batch: Batch, loaded_at: datetime, *, reload: bool = False, within: Within | None = None) -> LoadResult:
    """Load a batch once. `loaded_at` is the loading run's as_of.

    reload: replace the rows of a batch that the ledger knows, with the ledger's loaded_at (after a loss of raw data).
    within: called with the connection and the batch_id before the commit: what must be true together with the load.
    Raises BadInputError for an unknown kind, CorruptBatchError for a batch that does not match its manifest.
    """
    manifest = batch.manifest
    kind = KINDS.get(manifest.kind)
    if kind is None:
        raise BadInputError(f"unknown kind {manifest.kind!r}", batch.uri)
    moment = _first_loaded_at(manifest.batch_id, loaded_at.astimezone(UTC)) if reload else loaded_at.astimezone(UTC)
    if kind.partitioned and manifest.merchant_id != HISTORY:
        _ensure_partition(kind.table, moment)
    with transaction("loader") as connection:
        result = _load_once(connection, batch, kind, moment, reload=reload)
        if within is not None:
            within(connection, result.batch_id)
    log.info("%s %s %s: received %d, loaded %d, rejected %d%s", result.kind, result.merchant_id, result.batch_id, result.received,
             result.loaded, result.rejected, " (loaded before)" if result.noop else "")
    return result


def _load_once(connection: Connection, batch: Batch, kind: Kind, moment: datetime, *, reload: bool) -> LoadResult:
    manifest = batch.manifest
    ledger.lock(connection, manifest.batch_id)
    known = ledger.find(connection, manifest.batch_id)
    if known is not None and not reload:
        return _result(manifest, known["rows_loaded"], known["rows_rejected"], noop=True)
    if known is not None:
        _forget(connection, kind, manifest.batch_id)
    context = Context(manifest.merchant_id, settings().shop_id, manifest.as_of.isoformat(), moment.isoformat())
    reader = Reader(kind, context)
    rejects: list[Reject] = []
    loaded = _copy_records(connection, batch, reader, rejects)
    rejects.extend(companions.landed_rejects(batch))
    if loaded + len(rejects) != manifest.rows:
        raise CorruptBatchError(f"{batch.uri} holds {loaded + len(rejects)} rows, its manifest says {manifest.rows}")
    companions.copy_rejects(connection, batch, rejects, moment)
    companions.copy_crawl(connection, batch, moment)
    companions.copy_customers(connection, settings().shop_id, reader.customers, moment)
    ledger.write(connection, batch, loaded, len(rejects), moment)
    return _result(manifest, loaded, len(rejects), noop=False, nulled=dict(reader.nulled))


def _result(m: Manifest, loaded: int, rejected: int, *, noop: bool, nulled: dict[str, int] | None = None) -> LoadResult:
    return LoadResult(m.batch_id, m.source, m.merchant_id, m.kind, m.rows, loaded, rejected, noop, nulled or {})


def _copy_records(connection: Connection, batch: Batch, reader: Reader, rejects: list[Reject]) -> int:
    """COPY the sound records while they are read; the others are added to `rejects`."""
    kind, batch_id = reader.kind, batch.manifest.batch_id
    numbered = kind.family != "crawls"

    def sound() -> Iterator[str]:
        for row in batch.rows("records"):
            try:
                values = reader.read(row.line)
            except Refused as refused:
                whose = reader.merchant_of(row.line)
                rejects.append(Reject(row.part, row.row_no, whose, "load", str(refused), reader.payload_of(row.line)))
            else:
                yield f"{batch_id}\t{row.row_no}\t{values}" if numbered else f"{batch_id}\t{values}"

    if numbered:
        return copy_rows(connection, kind.table, ("batch_id", "row_no", *reader.columns), sound())
    return copy_rows(connection, kind.table, ("batch_id", *reader.columns), sound(), companions.NEWER_CRAWL)


def _first_loaded_at(batch_id: str, otherwise: datetime) -> datetime:
    with transaction("loader") as connection:
        known = ledger.find(connection, batch_id)
    return otherwise if known is None else known["loaded_at"].astimezone(UTC)


def _forget(connection: Connection, kind: Kind, batch_id: str) -> None:
    for table in (kind.table, "rejects", "crawl_documents", "crawl_coverage"):
        connection.execute(text(f"delete from raw.{table} where batch_id = :batch"), {"batch": batch_id})  # noqa: S608


def _ensure_partition(table: str, moment: datetime) -> None:
    """In a transaction of its own: making a partition locks the parent, and no load shall wait for another's COPY."""
    with transaction("loader") as connection:
        connection.execute(text("select raw.ensure_day_partition(:table, :day)"), {"table": table, "day": moment.date()})
