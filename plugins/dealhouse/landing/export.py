"""A mart as Parquet on the store: a folder a day where it has days, with its schema and the words of its columns.

Read as `bi_reader`, so nothing leaves that an analyst may not see; under one snapshot, in chunks of a server-side cursor that
comes in the order of days, so that one file is open at a time and memory does not grow with the mart. As usual of such folders,
the day stands in their names and not in the files. `schema.json` is put last: an export without it is not whole.
"""

import json
import logging
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection, text

from dealhouse.as_of import format_as_of
from dealhouse.database import engine
from dealhouse.errors import BadInputError
from dealhouse.landing.arrow_types import arrow_type, reader
from dealhouse.landing.described import Described, describe
from dealhouse.landing.store import Store, open_store

log = logging.getLogger(__name__)

CHUNK_ROWS = 20_000
FILE_ROWS = 1_000_000
NAME = re.compile(r"(?:(marts|scored|publish)\.)?([a-z_][a-z0-9_]*)")
DAY = "day"
NO_DAY = "__HIVE_DEFAULT_PARTITION__"
SCHEMA_FILE = "schema.json"

COLUMNS = text("""
    select a.attname::text as name, t.typname::text as type
    from pg_attribute a join pg_type t on t.oid = a.atttypid
    where a.attrelid = to_regclass(:relation) and a.attnum > 0 and not a.attisdropped order by a.attnum
""")


@dataclass(frozen=True)
class Exported:
    """Where it lies, how many rows and files it has, and which days."""

    mart: str
    uri: str
    rows: int
    files: int
    first_day: date | None
    last_day: date | None

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "first_day": str(self.first_day or ""), "last_day": str(self.last_day or "")}


@dataclass(frozen=True)
class _Plan:
    """The files' columns with their Postgres types; a dated mart's day is read after them and stands in no file."""

    relation: str
    is_dated: bool
    types: tuple[str, ...]
    schema: pa.Schema
    words: Described


def export(mart: str, as_of: datetime, *, store: Store | None = None, manifest: Path | None = None) -> Exported:
    """Write a mart (`fct_orders`, `scored.customer_360`) under `exports/<schema>.<mart>/<as_of>/`, over one of the same instant.

    Raises BadInputError for a name that is no mart that analysts may read, ConfigurationError without dbt's manifest.
    """
    place = store or open_store()
    schema, name = _named(mart)
    words = describe(schema, name, manifest)
    folder = f"exports/{schema}.{name}/{format_as_of(as_of).replace(':', '')}"
    for key in list(place.list(f"{folder}/")):
        place.delete(key)
    reading = engine("bi_reader").execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with reading.connect() as connection:
        plan = _plan(connection, f"{schema}.{name}", words)
        written = [(day, _write(place, f"{folder}/{_partition(day, plan)}", rows, plan)) for day, rows in _days(connection, plan)]
    if not written:
        written = [(None, _write(place, f"{folder}/", iter(()), plan))]
    days = [day for day, _ in written if day is not None]
    done = Exported(plan.relation, place.uri(folder), sum(rows for _, (rows, _) in written),
                    sum(files for _, (_, files) in written), min(days, default=None), max(days, default=None))
    place.put(f"{folder}/{SCHEMA_FILE}", _told(plan, done, as_of))
    log.info("%s: %d rows in %d files at %s", done.mart, done.rows, done.files, done.uri)
    return done


def _named(mart: str) -> tuple[str, str]:
    matched = NAME.fullmatch(mart)
    if not matched:
        raise BadInputError("a mart is called like fct_orders or scored.customer_360", repr(mart))
    return matched[1] or "marts", matched[2]


def _plan(connection: Connection, relation: str, words: Described) -> _Plan:
    try:
        found = connection.execute(COLUMNS, {"relation": relation}).all()
    except Exception as error:
        if "permission denied" in str(error):
            raise BadInputError("analysts may not read it", relation) from error
        raise
    if not found:
        raise BadInputError("there is no such mart", relation)
    kept = [row for row in found if (row.name, row.type) != (DAY, "date")]
    digits = _digits(connection, relation, [row.name for row in kept if row.type == "numeric"])
    fields = [
        pa.field(row.name, arrow_type(row.type, digits.get(row.name)), metadata={"description": words.columns.get(row.name, "")})
        for row in kept
    ]
    schema = pa.schema(fields, metadata={"description": words.description, "mart": relation})
    return _Plan(relation, len(kept) < len(found), tuple(row.type for row in kept), schema, words)


def _digits(connection: Connection, relation: str, names: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Digits before and after the point that each numeric column needs: a decimal of fixed width must hold them all."""
    if not names:
        return {}
    asked = ", ".join(f"coalesce(max(length(trunc(abs({name}))::text)), 1), coalesce(max(scale({name})), 0)" for name in names)
    found = connection.execute(text(f"select {asked} from {relation}")).one()  # noqa: S608 (names of a table that there is)
    return {name: (int(found[2 * at]), int(found[2 * at + 1])) for at, name in enumerate(names)}


def _days(connection: Connection, plan: _Plan) -> Iterator[tuple[date | None, Iterator[tuple[Any, ...]]]]:
    """Rows by day, in its order; all of them under None where there is no day."""
    names, order = ([*plan.schema.names, DAY], f" order by {DAY}") if plan.is_dated else (plan.schema.names, "")
    query = text(f"select {', '.join(names)} from {plan.relation}{order}")  # noqa: S608
    rows = connection.execution_options(stream_results=True, max_row_buffer=CHUNK_ROWS).execute(query)
    if plan.is_dated:
        yield from groupby((tuple(row) for row in rows), key=itemgetter(-1))
    else:
        yield None, (tuple(row) for row in rows)


def _partition(day: date | None, plan: _Plan) -> str:
    return f"{DAY}={day or NO_DAY}/" if plan.is_dated else ""


def _write(store: Store, folder: str, rows: Iterator[tuple[Any, ...]], plan: _Plan) -> tuple[int, int]:
    """(rows, files) of a partition; a mart without rows has one file that says what its columns are."""
    total = files = 0
    chunks = _chunks(rows, plan)
    with tempfile.TemporaryDirectory(prefix="dealhouse-export-") as spool:
        more = True
        while more:
            path = Path(spool) / f"part-{files:04d}.parquet"
            written, more = _file(path, chunks, plan)
            if written or not files:
                store.put_file(f"{folder}{path.name}", path)
                files += 1
            path.unlink()
            total += written
    return total, files


def _file(path: Path, chunks: Iterator[pa.RecordBatch], plan: _Plan) -> tuple[int, bool]:
    """Rows of one file, and whether there may be more."""
    rows = 0
    with pq.ParquetWriter(path, plan.schema, compression="zstd") as writer:
        for chunk in chunks:
            writer.write_batch(chunk)
            rows += chunk.num_rows
            if rows >= FILE_ROWS:
                return rows, True
    return rows, False


def _chunks(rows: Iterator[tuple[Any, ...]], plan: _Plan) -> Iterator[pa.RecordBatch]:
    readers = [reader(name) for name in plan.types]
    waiting: list[tuple[Any, ...]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == CHUNK_ROWS:
            yield _batch(waiting, readers, plan)
            waiting = []
    if waiting:
        yield _batch(waiting, readers, plan)


def _batch(rows: list[tuple[Any, ...]], readers: Sequence[Any], plan: _Plan) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)  # a dated mart's day is one more than the schema has
    arrays = [
        pa.array([read(value) for value in values], type=field.type)
        for read, field, values in zip(readers, plan.schema, columns, strict=False)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=plan.schema)


def _told(plan: _Plan, done: Exported, as_of: datetime) -> bytes:
    kept = zip(plan.schema, plan.types, strict=True)
    told = {
        "mart": plan.relation, "description": plan.words.description, "as_of": as_of.isoformat(), "rows": done.rows,
        "files": done.files, "partitioned_by": [_column(plan, DAY, "date32[day]", "date")] if plan.is_dated else [],
        "columns": [_column(plan, field.name, str(field.type), kind) for field, kind in kept],
    }
    return json.dumps(told, indent=1).encode()


def _column(plan: _Plan, name: str, kind: str, postgres: str) -> dict[str, str]:
    return {"name": name, "type": kind, "postgres_type": postgres, "description": plan.words.columns.get(name, "")}
