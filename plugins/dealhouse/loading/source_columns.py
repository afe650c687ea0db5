"""Which columns a source brings: new ones are noted, one that is gone or of another type refuses the batch by its name.

Judged against raw.source_columns, which every loaded batch of the source has taught: a column counts as gone when every row had
it so far and none has it now; as retyped when no value has a JSON type that was ever seen there. A required column that no row of
a whole batch has is gone without any history. Of long batches a sample is looked at; batches of a few rows are not judged.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from dealhouse.database import transaction
from dealhouse.errors import BadInputError, SourceSchemaError
from dealhouse.landing.batch import Batch
from dealhouse.loading.kinds import Kind

FULLY, EVERY = 500, 64  # rows that are looked at one by one, and then every so-many-th
LEAST_ROWS, LEAST_WHOLE = 5, 20  # of a batch that is judged by history, and by what is required alone
LEAST_BATCHES, LEAST_SEEN = 3, 50  # what makes up a history
MOST_COLUMNS, LONGEST = 300, 200
# not told apart: 20 and 19.99 are both a price
TYPES = {str: "string", int: "number", float: "number", bool: "boolean", list: "list", dict: "object"}
# what is received under another name than it is kept, or made of another column
RECEIVED = {"customer_key": "native_customer_id", "email_hash": "email", "offer_id": "sku"}
OURS = ("quarantine", "inbox")  # batches that no source shaped

KNOWN = text(
    "select column_name, types, batches, rows_seen, is_steady, is_read from raw.source_columns "
    "where source = :source and merchant_id = :merchant_id and kind = :kind"
)
NOTE = text("""
    insert into raw.source_columns (source, merchant_id, kind, column_name, types, batches, rows_seen, is_steady, is_read,
        is_added, batch_id, first_loaded_at, loaded_at)
    values (:source, :merchant_id, :kind, :column_name, :types, :batches, :rows_seen, :is_steady, :is_read,
        :is_added, :batch_id, :moment, :moment)
    on conflict (source, merchant_id, kind, column_name) do update set
        types = excluded.types, batches = excluded.batches, rows_seen = excluded.rows_seen, is_steady = excluded.is_steady,
        is_read = excluded.is_read, batch_id = excluded.batch_id,
        loaded_at = greatest(source_columns.loaded_at, excluded.loaded_at)
""")
UNSTEADY = text("""
    update raw.source_columns set is_steady = false
    where source = :source and merchant_id = :merchant_id and kind = :kind and column_name = any(:names)
""")
LIST = text("select * from raw.source_columns order by source, merchant_id, kind, column_name")
FORGET = text("delete from raw.source_columns where source = :source and kind = :kind and column_name = :column")


@dataclass(frozen=True)
class Known:
    """What was seen of a column: its JSON types, in how many judged batches and rows, and whether every row had it."""

    types: frozenset[str]
    batches: int
    rows_seen: int
    is_steady: bool
    is_read: bool


class Shape:
    """The columns of a batch's records, by a sample of its rows."""

    def __init__(self) -> None:
        self.met = 0
        self.rows = 0
        self.present: Counter[str] = Counter()
        self.types: dict[str, set[str]] = {}

    def see(self, record: Mapping[str, Any]) -> None:
        self.met += 1
        if self.met > FULLY and self.met % EVERY:
            return
        self.rows += 1
        for name, value in record.items():
            if name not in self.types:
                if len(self.types) >= MOST_COLUMNS:
                    continue
                self.types[name] = set()
            self.present[name] += 1
            if value is not None:
                self.types[name].add(TYPES.get(value.__class__, "other"))


def judge(known: Mapping[str, Known], shape: Shape, kind: Kind) -> list[str]:
    """What blocks a batch, each fault with its column's name."""
    faults = []
    if shape.rows >= LEAST_WHOLE:
        faults += [f"{name} is missing from every row" for name in _required(kind) if not _is_there(shape, name)]
    if shape.rows < LEAST_ROWS:
        return faults
    for name, before in known.items():
        if not before.is_read or before.rows_seen < LEAST_SEEN or before.batches < LEAST_BATCHES:
            continue
        if before.is_steady and not shape.present[name]:
            faults.append(f"{name} is gone: every row had it so far")
        types = shape.types.get(name, set())
        if before.types and types and not types & before.types:
            faults.append(f"{name} was {' or '.join(sorted(before.types))} and is {' or '.join(sorted(types))} now")
    return faults


def _required(kind: Kind) -> list[str]:
    return [column.name for column in kind.columns if column.treatment == "required"]


def _is_there(shape: Shape, name: str) -> bool:
    return bool(shape.present[name] or shape.present[RECEIVED.get(name, name)])


def read_names(kind: Kind) -> set[str]:
    """The columns of a record that the warehouse knows."""
    names = {column.name for column in kind.columns}
    return names | {RECEIVED[name] for name in names & RECEIVED.keys()}


def check(connection: Connection, batch: Batch, kind: Kind, shape: Shape, moment: datetime) -> None:
    """Judge a batch of a source by its columns, then learn from it. Raises SourceSchemaError that names the columns."""
    manifest = batch.manifest
    if kind.family != "shop" or manifest.source in OURS or not shape.rows:
        return
    scope = {"source": manifest.source, "merchant_id": manifest.merchant_id, "kind": manifest.kind}
    known = {
        row.column_name: Known(frozenset(row.types), row.batches, row.rows_seen, row.is_steady, row.is_read)
        for row in connection.execute(KNOWN, scope)
    }
    faults = judge(known, shape, kind)
    if faults:
        raise SourceSchemaError(f"{manifest.source}/{manifest.kind}", faults)
    _learn(connection, scope, known, shape, {"is_read": read_names(kind), "batch_id": manifest.batch_id, "moment": moment})


def _learn(
    connection: Connection, scope: Mapping[str, str], known: Mapping[str, Known], shape: Shape, of: Mapping[str, Any]
) -> None:
    fresh = Known(frozenset(), 0, 0, is_steady=True, is_read=False)
    judged = shape.rows >= LEAST_ROWS
    rows = [
        {
            **scope, "column_name": name.replace("\x00", "")[:LONGEST], "types": sorted(before.types | types),
            "batches": before.batches + judged, "rows_seen": before.rows_seen + shape.rows,
            "is_steady": before.is_steady and shape.present[name] == shape.rows and (name in known or not known),
            "is_read": name in of["is_read"], "is_added": bool(known) and name not in known, "batch_id": of["batch_id"],
            "moment": of["moment"],
        }
        for name, types in shape.types.items() for before in [known.get(name, fresh)]
    ]
    if rows:
        connection.execute(NOTE, rows)
    absent = [name for name, before in known.items() if before.is_steady and not shape.present[name]]
    if absent and judged:
        connection.execute(UNSTEADY, {**scope, "names": absent})


def listed() -> Sequence[dict[str, Any]]:
    """All that is known of every source's columns."""
    with transaction("loader") as connection:
        return [dict(row) for row in connection.execute(LIST).mappings()]


def accept(source: str, kind: str, columns: Iterable[str]) -> int:
    """Forget what is known of columns, so that the next batch teaches it anew. Raises BadInputError for an unknown one."""
    forgotten = 0
    with transaction("loader") as connection:
        for column in columns:
            found = connection.execute(FORGET, {"source": source, "kind": kind, "column": column}).rowcount
            if not found:
                raise BadInputError(f"{source}/{kind} never brought a column {column}", "column")
            forgotten += found
    return forgotten
