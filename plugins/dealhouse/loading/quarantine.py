"""Refused rows, held in raw.rejects: look at them, release, fix or drop them, each with who and why.

What is decided lands as a batch of its own, beside the rows that it lets in: a rebuild from landing gives the same. A row comes
in under the rules of today, as the fetch that brought it saw it (its `observed_at`), and is known from the newest load on. It is
read where it landed, so that a customer whom raw knows only by the key comes in by the same way as everybody else.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Literal

import orjson
import psycopg2
from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.errors import BadInputError, DatabaseBusyError
from dealhouse.landing.batch import Batch, BatchWriter, open_batch
from dealhouse.loading import erased
from dealhouse.loading.fields import Refused
from dealhouse.loading.kinds import KINDS
from dealhouse.loading.load import load_batch
from dealhouse.loading.records import HISTORY, Context, Reader
from dealhouse.settings import settings

Disposition = Literal["released", "fixed", "dropped"]
Record = dict[str, Any]
SOURCE = "quarantine"
LONGEST = 2000
ID = re.compile(r"([0-9a-f]{8,64}):([0-9]{1,12})")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")

ROWS = """
    select r.batch_id || ':' || r.row_no as id, r.batch_id, r.row_no, r.merchant_id, r.kind, r.stage, r.reason, r.detail,
        r.payload, r.disposition, r.observed_at, r.loaded_at, l.source, l.uri
    from raw.rejects r join raw.load_ledger l on l.batch_id = r.batch_id
"""
FIND = text(f"""{ROWS}
    where (cast(:disposition as text) is null or r.disposition = :disposition)
        and (cast(:kind as text) is null or r.kind = :kind) and (cast(:reason as text) is null or r.reason = :reason)
        and (cast(:merchant_id as text) is null or r.merchant_id = :merchant_id)
        and (cast(:batch_id as text) is null or r.batch_id = :batch_id)
    order by r.loaded_at desc, r.batch_id, r.row_no limit :most
""")
THESE = text(f"""{ROWS}
    where (r.batch_id, r.row_no) in (select * from unnest(cast(:batches as text[]), cast(:numbers as bigint[])))
    order by r.batch_id, r.row_no
""")  # noqa: S608
DECISIONS = text("""
    select disposition, decided_by, reason, fields, decided_at, loaded_at, decision_batch_id from raw.reject_decisions
    where batch_id = :batch_id and row_no = :row_no order by decided_at
""")
NEWEST = text("select max(loaded_at) from raw.load_ledger")


@dataclass(frozen=True)
class Decision:
    """What is to become of refused rows, in whose name and why. patch: what fixes one, an RFC 7396 merge patch of its record."""

    disposition: Disposition
    by: str
    why: str
    patch: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Decided:
    """ids of the rows that were decided on now, of those that were so before, and why others stay held, by id."""

    done: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def find(
    *, disposition: str | None = "held", kind: str | None = None, reason: str | None = None, merchant_id: str | None = None,
    batch_id: str | None = None, most: int = 100,
) -> list[dict[str, Any]]:
    """Refused rows, the newest first; None does not narrow them."""
    asked = {"disposition": disposition, "kind": kind, "reason": reason, "merchant_id": merchant_id, "batch_id": batch_id,
             "most": most}
    with transaction("loader") as connection:
        return [dict(row) for row in connection.execute(FIND, asked).mappings()]


def show(reject_id: str) -> dict[str, Any]:
    """One refused row with what was decided about it. Raises BadInputError when there is none."""
    [row] = _rows([reject_id])
    with transaction("loader") as connection:
        told = connection.execute(DECISIONS, {"batch_id": row["batch_id"], "row_no": row["row_no"]}).mappings()
        return {**row, "decisions": [dict(decision) for decision in told]}


def release(ids: Iterable[str], by: str, why: str) -> Decided:
    """Let rows in as they came, where today's rules allow it; the others stay held, each with its reason."""
    return _decide(ids, Decision("released", by, why))


def drop(ids: Iterable[str], by: str, why: str) -> Decided:
    """Say of rows that they are not wanted. A dropped row may yet be released or fixed."""
    return _decide(ids, Decision("dropped", by, why))


def fix(reject_id: str, patch: Mapping[str, Any], by: str, why: str) -> Decided:
    """Let a row in with changes to its record. What no reader could make a record of needs all of it in the patch."""
    if not patch or not all(NAME.fullmatch(name) for name in patch):
        raise BadInputError("a fix says which fields of the record become what: {\"price\": \"12.50\"}", "patch")
    return _decide([reject_id], Decision("fixed", by, why, dict(patch)))


def _decide(ids: Iterable[str], decision: Decision) -> Decided:
    """Raises BadInputError for an unknown row, or no name or reason; DatabaseBusyError when somebody else was first."""
    for name, words in (("by", decision.by), ("why", decision.why)):
        if not words.strip() or len(words) > LONGEST or "\x00" in words:
            raise BadInputError("a decision has its name and its reason", name)
    decided = Decided()
    for _, group in groupby(_rows(ids), key=lambda row: row["batch_id"]):
        _decide_batch([row for row in group if not _is_settled(row, decision, decided)], decision, decided)
    return decided


def _is_settled(row: Mapping[str, Any], decision: Decision, decided: Decided) -> bool:
    """Whether nothing is left to be decided: it was so before, or the row is in already."""
    if row["disposition"] == decision.disposition:
        decided.before.append(row["id"])
    elif row["disposition"] in ("released", "fixed"):
        decided.refused[row["id"]] = f"it was {row['disposition']} already"
    else:
        return False
    return True


def _decide_batch(rows: Sequence[Mapping[str, Any]], decision: Decision, decided: Decided) -> None:
    """Land and load one batch of decisions about rows of one batch."""
    if not rows:
        return
    origin, moment = open_batch(rows[0]["uri"]), _newest()
    records = {} if decision.disposition == "dropped" else dict(_records(origin, rows, decision, moment, decided.refused))
    manifest = origin.manifest
    settled = [row for row in rows if row["row_no"] in records or decision.disposition == "dropped"]
    if not settled:
        return
    writer = BatchWriter(origin.store, source=SOURCE, merchant_id=manifest.merchant_id, kind=manifest.kind, as_of=manifest.as_of)
    with writer:
        for row in settled:
            if row["row_no"] in records:
                writer.record(records[row["row_no"]])
            writer.decision({
                "batch_id": row["batch_id"], "row_no": row["row_no"], "disposition": decision.disposition,
                "decided_by": decision.by.strip(), "reason": decision.why.strip(), "fields": sorted(decision.patch),
            })
        batch = writer.close()
    try:
        load_batch(batch, moment)
    except psycopg2.errors.UniqueViolation as error:
        raise DatabaseBusyError("somebody else let one of these rows in meanwhile") from error
    decided.done.extend(row["id"] for row in settled)


def _records(
    origin: Batch, rows: Sequence[Mapping[str, Any]], decision: Decision, moment: datetime, refused: dict[str, str]
) -> Iterator[tuple[int, Record]]:
    """The records that today's rules let in, by row_no; `refused` learns of the others."""
    kind, manifest = KINDS[origin.manifest.kind], origin.manifest
    with transaction("loader") as connection:
        gone = erased.hashes(connection)
    context = Context(manifest.merchant_id, settings().shop_id, manifest.as_of.isoformat(), moment.isoformat(), gone)
    ids = {row["row_no"]: row["id"] for row in rows}
    for row_no, line in _landed(origin, ids.keys()):
        try:
            record = merged(_parsed(line) or {}, decision.patch)
            if manifest.merchant_id == HISTORY:
                record["loaded_at"] = moment.isoformat()  # such rows say themselves since when they are known: not before now
            Reader(kind, context).read(orjson.dumps(record))
        except Refused as reason:
            refused[ids[row_no]] = str(reason)
        except TypeError:  # a number beyond 64 bits, say
            refused[ids[row_no]] = "malformed_record"
        else:
            yield row_no, record


def _landed(origin: Batch, wanted: Iterable[int]) -> Iterator[tuple[int, bytes]]:
    """The rows as they landed: a record's line, or what a parser kept of a row that it could not read."""
    numbers = set(wanted)
    for part, line_of in (("records", _as_is), ("rejects", _payload)):
        for row in origin.rows(part):  # type: ignore[arg-type]
            if row.row_no in numbers:
                yield row.row_no, line_of(row.line)


def _as_is(line: bytes) -> bytes:
    return line


def _payload(line: bytes) -> bytes:
    return str(orjson.loads(line).get("payload", "")).encode()


def _parsed(line: bytes) -> Record | None:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return record if isinstance(record, dict) else None


def merged(record: Record, patch: Mapping[str, Any]) -> Record:
    """RFC 7396: what the patch names takes its value, null takes a field away, objects are merged in turn."""
    result = {name: value for name, value in record.items() if name not in patch or patch[name] is not None}
    for name, value in patch.items():
        if isinstance(value, Mapping):
            before = result.get(name)
            result[name] = merged(before if isinstance(before, dict) else {}, value)
        elif value is not None:
            result[name] = value
    return result


def _rows(ids: Iterable[str]) -> list[dict[str, Any]]:
    """The refused rows by batch and number. Raises BadInputError when one of them is none."""
    wanted = {reject_id.strip(): ID.fullmatch(reject_id.strip()) for reject_id in ids}
    keys = [(told[1], int(told[2])) for told in wanted.values() if told]
    asked = {"batches": [batch_id for batch_id, _ in keys], "numbers": [row_no for _, row_no in keys]}
    with transaction("loader") as connection:
        rows = [dict(row) for row in connection.execute(THESE, asked).mappings()]
    unknown = wanted.keys() - {row["id"] for row in rows}
    if unknown:
        raise BadInputError("there is no such refused row; `list` tells their ids", sorted(unknown)[0])
    return rows


def _newest() -> datetime:
    with transaction("loader") as connection:
        newest: datetime = connection.execute(NEWEST).scalar_one()
    return newest.astimezone(UTC)


VERBS: Mapping[str, Callable[[Iterable[str], str, str], Decided]] = {"release": release, "drop": drop}
