"""What is new in a source's table: landed as a batch like everything else, loaded in the transaction that moves the watermark.

Rows that changed within the overlap before the watermark are read again, and land when they are new or another. A row that comes
twice all the same is no harm: staging keeps one row a key, the newest. Rows that are deleted at the source are not seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection, text

from dealhouse.database import transaction
from dealhouse.errors import DatabaseBusyError, DealhouseError, together
from dealhouse.landing.batch import BatchWriter
from dealhouse.landing.store import Store, open_store
from dealhouse.loading.kind_lines import KindLines
from dealhouse.loading.kind_mapping import kind_named, named_columns
from dealhouse.loading.land_lines import Judged, land_lines
from dealhouse.loading.load import LoadResult
from dealhouse.loading.polled import refuse_polled
from dealhouse.loading.source import read_source
from dealhouse.loading.source_rows import Fresh, columns_there, connected, read, split
from dealhouse.settings import settings

LOCK = text("select pg_advisory_xact_lock(hashtextextended(:source, 2))")
FIND = text("select watermark, seen from raw.source_watermarks where source = :source")
MOVE = text(
    "insert into raw.source_watermarks (source, kind, watermark, seen, batch_id, as_of) "
    "values (:source, :kind, :watermark, :seen, :batch_id, :as_of) on conflict (source) do update set "
    "(kind, watermark, seen, batch_id, as_of) = "
    "(excluded.kind, excluded.watermark, excluded.seen, excluded.batch_id, excluded.as_of)"
)


@dataclass(frozen=True)
class Mark:
    """How far a source was read, and the hashes of the rows in the overlap before that."""

    at: datetime | None
    seen: bytes


@dataclass(frozen=True)
class PullResult:
    """`received` new or changed rows = `loaded` + `rejected`; the watermark after them; faults: reason → how many, and where."""

    source: str
    kind: str
    received: int
    loaded: int
    rejected: int
    watermark: datetime | None
    faults: dict[str, str]


def pull(path: Path, as_of: datetime, *, full: bool = False, store: Store | None = None) -> PullResult | None:
    """Land and load what changed at a source since the last pull and not after as_of; None when nothing did.

    full: everything again, whatever was pulled. Raises BadInputError for a source that is not what its file says or a kind that
    the shop's feeds bring, ConfigurationError without its URL, DatabaseBusyError when it does not answer. A pull that dies
    anywhere is repeated from the same watermark.
    """
    name, source = read_source(path)
    refuse_polled(source.kind)
    before = _mark(name)
    with connected(name, source) as connection:
        named = named_columns(kind_named(source.kind), source, columns_there(connection, name, source), str(path))
        lines = KindLines(kind_named(source.kind), source, named, name)
        fresh = Fresh(source, frozenset() if full else split(before.seen), None if full else before.at)
        after = None if fresh.watermark is None else fresh.watermark - timedelta(minutes=source.overlap_minutes)
        rows = fresh.of(read(connection, name, source, named=named, after=after, until=as_of))
        judged = lines.judged(rows)
        first = next(judged, None)
        if first is None:
            return None
        result = _land(name, chain([first], judged), before, fresh, as_of=as_of, store=store or open_store())
    faults = {reason: f"{found.rows} rows, the first {found.first}" for reason, found in lines.faults.items()}
    return PullResult(name, source.kind, result.received, result.loaded, result.rejected, fresh.watermark, faults)


def pull_all(paths: Iterable[Path], as_of: datetime) -> list[PullResult]:
    """Pull every source that has news; one that fails stops no other.

    Raises, after all were tried, one error that names every failure.
    """
    results, failures = [], []
    for path in paths:
        try:
            found = pull(path, as_of)
        except DealhouseError as error:
            failures.append(error)
        else:
            results += [found] if found else []
    if failures:
        raise together(failures)
    return results


def _land(
    name: str, judged: Iterable[Judged], before: Mark, fresh: Fresh, *, as_of: datetime, store: Store
) -> LoadResult:
    kind = kind_named(fresh.source.kind).name
    writer = BatchWriter(store, source=name, merchant_id=settings().shop_id, kind=kind, as_of=as_of)
    return land_lines(writer, judged, as_of, within=lambda connection, batch_id: _move(
        connection, before, {"source": name, "kind": fresh.source.kind, "watermark": fresh.watermark, "seen": fresh.hashes,
                             "batch_id": batch_id, "as_of": as_of}
    ))


def _mark(name: str, connection: Connection | None = None) -> Mark:
    if connection is None:
        with transaction("loader") as own:
            return _mark(name, own)
    row = connection.execute(FIND, {"source": name}).first()
    return Mark(None, b"") if row is None else Mark(row.watermark, bytes(row.seen))


def _move(connection: Connection, before: Mark, after: dict[str, object]) -> None:
    """Move the watermark from where this pull found it. Raises DatabaseBusyError when another pull did so meanwhile."""
    connection.execute(LOCK, {"source": after["source"]})
    if _mark(str(after["source"]), connection) != before:
        raise DatabaseBusyError(f"another pull of {after['source']} loaded these rows meanwhile")
    connection.execute(MOVE, after)
