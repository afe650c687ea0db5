"""Load a landed batch: rows, rejects, crawl coverage, documents and the ledger's row commit together or not at all.

The same batch again, also at the same moment, is a no-op. Always: received = loaded + rejected + erased. Many small crawls are
loaded some at a time: a transaction of its own costs a batch of 200 rows twice what its rows cost.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Self

from sqlalchemy import Connection, text

from dealhouse.database import transaction
from dealhouse.errors import BadInputError, CorruptBatchError, DatabaseBusyError, DealhouseError, SourceSchemaError
from dealhouse.landing.batch import Batch, open_batch, remove
from dealhouse.landing.manifest import Manifest
from dealhouse.landing.rewrite import TOMBSTONE
from dealhouse.loading import companions, erased, ledger, source_columns
from dealhouse.loading.companions import Reject
from dealhouse.loading.copy import copy_rows
from dealhouse.loading.fields import Refused
from dealhouse.loading.kinds import KINDS, Kind
from dealhouse.loading.records import HISTORY, Context, Reader
from dealhouse.settings import settings

log = logging.getLogger(__name__)

Within = Callable[[Connection, str], None]
GROUPED = "offers"
GROUP_BATCHES, GROUP_ROWS = 100, 20_000  # of one transaction: a bad batch among them costs at most so much work twice


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
    erased: int = 0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        return cls(**values)


def load_landed(uri: str, loaded_at: datetime) -> LoadResult:
    """Load the batch that lies at a uri."""
    return load_batch(open_batch(uri), loaded_at)


def load_all_landed(uris: Iterable[str], loaded_at: datetime) -> list[LoadResult]:
    """Load several batches, in order; small crawls share a transaction, and each is in it whole or not at all.

    Raises what the first bad batch raises; all before it are loaded then.
    """
    return [result for group in _groups(uris) for result in _load_group(group, loaded_at)]


def _groups(uris: Iterable[str]) -> Iterator[list[Batch]]:
    """Batches that fit into one transaction."""
    group: list[Batch] = []
    try:
        for uri in uris:
            batch = open_batch(uri)
            if group and not _fits(batch, group):
                yield group
                group = []
            group.append(batch)
    except DealhouseError:
        if group:
            yield group
        raise
    if group:
        yield group


def _fits(batch: Batch, group: list[Batch]) -> bool:
    kinds = {batch.manifest.kind, *(other.manifest.kind for other in group)}
    rows = batch.manifest.rows + sum(other.manifest.rows for other in group)
    is_new = batch.manifest.batch_id not in {other.manifest.batch_id for other in group}
    return kinds == {GROUPED} and rows <= GROUP_ROWS and len(group) < GROUP_BATCHES and is_new


def _load_group(group: list[Batch], loaded_at: datetime) -> list[LoadResult]:
    """All in one transaction; when one of them is bad, one by one, so that only that one stays out."""
    if len(group) == 1:
        return [load_batch(group[0], loaded_at)]
    kind, moment = KINDS[GROUPED], loaded_at.astimezone(UTC)
    _ensure_partition(kind.table, moment)
    try:
        with transaction("loader") as connection:
            results = _load_once(connection, group, kind, moment)
    except (BadInputError, CorruptBatchError):
        return [load_batch(batch, loaded_at) for batch in group]
    for result in results:
        _tell(result)
    return results


def load_batch(batch: Batch, loaded_at: datetime, *, reload: bool = False, within: Within | None = None) -> LoadResult:
    """Load a batch once. `loaded_at` is the loading run's as_of.

    reload: replace the rows of a batch that the ledger knows, with the ledger's loaded_at (after a loss of raw data).
    within: called with the connection and the batch_id before the commit: what must be true together with the load.
    Raises BadInputError for an unknown kind, CorruptBatchError for a batch that does not match its manifest,
    SourceSchemaError for one whose source lost a column or changed its type.
    """
    manifest = batch.manifest
    kind = KINDS.get(manifest.kind)
    if kind is None:
        raise BadInputError(f"unknown kind {manifest.kind!r}", batch.uri)
    moment = _first_loaded_at(manifest.batch_id, loaded_at.astimezone(UTC)) if reload else loaded_at.astimezone(UTC)
    if kind.partitioned and manifest.merchant_id != HISTORY:
        _ensure_partition(kind.table, moment)
    with transaction("loader") as connection:
        (result,) = _load_once(connection, [batch], kind, moment, reload=reload)
        if within is not None:
            within(connection, result.batch_id)
    _tell(result)
    return result


def load_news(batch: Batch, loaded_at: datetime, *, within: Within | None = None) -> LoadResult:
    """load_batch of what was landed just now. Refused by its columns, or because another run was first, it is taken away again:
    its source still has the rows, and each try would leave a batch that nobody loads."""
    try:
        return load_batch(batch, loaded_at, within=within)
    except (SourceSchemaError, DatabaseBusyError):
        with transaction("loader") as connection:
            ledger.lock(connection, batch.manifest.batch_id)
            if not ledger.find_all(connection, [batch.manifest.batch_id]):
                remove(batch.store, batch.key)
        raise


def _tell(result: LoadResult) -> None:
    log.info("%s %s %s: received %d, loaded %d, rejected %d%s", result.kind, result.merchant_id, result.batch_id, result.received,
             result.loaded, result.rejected, " (loaded before)" if result.noop else "")


@dataclass
class _Intake:
    """A batch while it is read: what its rows became."""

    batch: Batch
    reader: Reader
    rejects: list[Reject] = field(default_factory=list)
    loaded: int = 0

    def lines(self) -> Iterator[str]:
        """The sound records as COPY text; the others become rejects. Raises CorruptBatchError where rows are missing."""
        manifest = self.batch.manifest
        numbered = self.reader.kind.family != "crawls"
        for row in self.batch.rows("records"):
            if manifest.erased and row.line == TOMBSTONE:
                continue
            try:
                values = self.reader.read(row.line)
            except Refused as refused:
                whose = self.reader.merchant_of(row.line)
                self.rejects.append(Reject(row.part, row.row_no, whose, "load", str(refused), self.reader.payload_of(row.line)))
            else:
                self.loaded += 1
                yield f"{manifest.batch_id}\t{row.row_no}\t{values}" if numbered else f"{manifest.batch_id}\t{values}"
        self.rejects.extend(companions.landed_rejects(self.batch))
        if (found := self.loaded + len(self.rejects) + manifest.erased) != manifest.rows:
            raise CorruptBatchError(f"{self.batch.uri} holds {found} rows, its manifest says {manifest.rows}")

    @property
    def result(self) -> LoadResult:
        return _result(self.batch.manifest, self.loaded, len(self.rejects), noop=False, nulled=dict(self.reader.nulled))


def _load_once(
    connection: Connection, batches: list[Batch], kind: Kind, moment: datetime, *, reload: bool = False
) -> list[LoadResult]:
    """Load those of the batches that the ledger does not know (or, reload, all), each with all that belongs to it."""
    for batch_id in sorted(batch.manifest.batch_id for batch in batches):
        ledger.lock(connection, batch_id)  # in order: two loads of the same batches wait for each other, but never both
    known = ledger.find_all(connection, [batch.manifest.batch_id for batch in batches])
    if reload:
        for batch_id in known:
            _forget(connection, kind, batch_id)
    gone = erased.hashes(connection) if kind.personal else frozenset[str]()
    intakes = [_Intake(batch, Reader(kind, _context(batch, moment, gone))) for batch in batches
               if reload or batch.manifest.batch_id not in known]
    if intakes:
        _copy(connection, intakes, kind, moment)
    for intake in intakes:
        if not reload:  # it was judged when it was new
            source_columns.check(connection, intake.batch, kind, intake.reader.shape, moment)
    done = {intake.batch.manifest.batch_id: intake.result for intake in intakes}
    return [done.get(batch.manifest.batch_id) or _known(batch.manifest, known) for batch in batches]


def _context(batch: Batch, moment: datetime, gone: frozenset[str]) -> Context:
    return Context(batch.manifest.merchant_id, settings().shop_id, batch.manifest.as_of.isoformat(), moment.isoformat(), gone)


def _known(manifest: Manifest, known: Mapping[str, Mapping[str, Any]]) -> LoadResult:
    row = known[manifest.batch_id]
    return _result(manifest, row["rows_loaded"], row["rows_rejected"], noop=True)


def _copy(connection: Connection, intakes: list[_Intake], kind: Kind, moment: datetime) -> None:
    """COPY the records while they are read, then all that they bring."""
    numbered = ("row_no",) if kind.family != "crawls" else ()
    columns = ("batch_id", *numbered, *intakes[0].reader.columns)
    sound = chain.from_iterable(intake.lines() for intake in intakes)
    copy_rows(connection, kind.table, columns, sound, "" if numbered else companions.NEWER_CRAWL)
    companions.copy_rejects(connection, [(intake.batch, intake.rejects) for intake in intakes], moment)
    companions.copy_crawls(connection, [intake.batch for intake in intakes], moment)
    companions.copy_decisions(connection, [intake.batch for intake in intakes], moment)
    customers = {key: native for intake in intakes for key, native in intake.reader.customers.items()}
    companions.copy_customers(connection, settings().shop_id, customers, moment)
    ledger.write(connection, [(intake.batch, intake.loaded, len(intake.rejects)) for intake in intakes], moment)


def _result(m: Manifest, loaded: int, rejected: int, *, noop: bool, nulled: dict[str, int] | None = None) -> LoadResult:
    return LoadResult(m.batch_id, m.source, m.merchant_id, m.kind, m.rows, loaded, rejected, noop, nulled or {}, m.erased)


def _first_loaded_at(batch_id: str, otherwise: datetime) -> datetime:
    with transaction("loader") as connection:
        known = ledger.find_all(connection, [batch_id])
    return known[batch_id]["loaded_at"].astimezone(UTC) if known else otherwise


def _forget(connection: Connection, kind: Kind, batch_id: str) -> None:
    for table in (kind.table, "rejects", "crawl_documents", "crawl_coverage"):
        connection.execute(text(f"delete from raw.{table} where batch_id = :batch"), {"batch": batch_id})  # noqa: S608
    connection.execute(text("delete from raw.reject_decisions where decision_batch_id = :batch"), {"batch": batch_id})


def _ensure_partition(table: str, moment: datetime) -> None:
    """In a transaction of its own: making a partition locks the parent, and no load shall wait for another's COPY."""
    with transaction("loader") as connection:
        connection.execute(text("select raw.ensure_day_partition(:table, :day)"), {"table": table, "day": moment.date()})
