"""What a batch brings besides its records: rejects, decisions, crawl coverage, documents, and the customers that it named."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

from dealhouse.landing.batch import Batch
from dealhouse.landing.rewrite import TOMBSTONE
from dealhouse.loading.copy import copy_rows, lines

PAYLOAD_LIMIT = 100_000
REJECTS = (
    "batch_id", "part", "row_no", "merchant_id", "kind", "stage", "reason", "detail", "payload", "disposition", "observed_at",
    "loaded_at",
)
COVERAGE = ("merchant_id", "crawl_id", "status", "documents", "offers", "error", "measured", "observed_at",
            "loaded_at", "batch_id")
DOCUMENTS = (
    "crawl_id", "url", "merchant_id", "status", "etag", "last_modified", "content_sha256", "state", "observed_at", "loaded_at",
    "batch_id",
)
DECISIONS = (
    "batch_id", "row_no", "disposition", "decided_by", "reason", "fields", "decided_at", "decision_batch_id", "loaded_at",
)
# what was loaded counts before what was dropped, whichever was said first
DISPOSE = text("""
    update raw.rejects set disposition = decided.disposition
    from (
        select distinct on (batch_id, row_no) batch_id, row_no, disposition
        from raw.reject_decisions
        where (batch_id, row_no) in (
            select batch_id, row_no from raw.reject_decisions
            where batch_id = any(:batch_ids) or decision_batch_id = any(:batch_ids)
        )
        order by batch_id, row_no, disposition = 'dropped'
    ) as decided
    where rejects.batch_id = decided.batch_id and rejects.row_no = decided.row_no
""")
CUSTOMERS = ("customer_key", "shop_id", "native_customer_id", "loaded_at")


@dataclass(frozen=True)
class Reject:
    """A refused row; `stage` is parse (a parser refused it before landing) or load."""

    part: str
    row_no: int
    merchant_id: str
    stage: str
    reason: str
    payload: str
    detail: str = ""


def upsert(keys: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """An `on conflict` clause by which the newcomer replaces what has its key."""
    rest = [column for column in columns if column not in keys]
    return f"on conflict ({', '.join(keys)}) do update set ({', '.join(rest)}) = (excluded.{', excluded.'.join(rest)})"


NEWER_CRAWL = upsert(("merchant_id", "crawl_id"), COVERAGE)


def landed_rejects(batch: Batch) -> Iterator[Reject]:
    """The rejects that a parser found before the batch landed."""
    for row in batch.rows("rejects"):
        if batch.manifest.erased and row.line == TOMBSTONE:
            continue
        found = orjson.loads(row.line)
        merchant_id = found.get("merchant_id") or batch.manifest.merchant_id
        yield Reject(row.part, row.row_no, merchant_id, "parse", found["reason"], found["payload"], found["detail"])


def copy_rejects(connection: Connection, refused: Sequence[tuple[Batch, list[Reject]]], moment: datetime) -> None:
    """The rejects of some batches."""
    rows = [
        (batch.manifest.batch_id, reject.part, reject.row_no, reject.merchant_id, batch.manifest.kind, reject.stage,
         reject.reason, reject.detail[:PAYLOAD_LIMIT], reject.payload[:PAYLOAD_LIMIT], "held", batch.manifest.as_of, moment)
        for batch, rejects in refused for reject in rejects
    ]
    if rows:
        copy_rows(connection, "rejects", REJECTS, lines(rows))


def copy_decisions(connection: Connection, batches: Sequence[Batch], moment: datetime) -> None:
    """What the batches say of refused rows of others; the rows' dispositions follow, in whichever order all of it is loaded."""
    rows = [row for batch in batches for row in _decisions(batch, moment)]
    if rows:
        copy_rows(connection, "reject_decisions", DECISIONS, lines(rows))
    connection.execute(DISPOSE, {"batch_ids": [batch.manifest.batch_id for batch in batches]})


def _decisions(batch: Batch, moment: datetime) -> Iterator[tuple[Any, ...]]:
    for row in batch.rows("decisions"):
        said = orjson.loads(row.line)
        fields = "{" + ",".join(orjson.dumps(name).decode() for name in said["fields"]) + "}"
        yield (said["batch_id"], said["row_no"], said["disposition"], said["decided_by"], said["reason"], fields,
               batch.manifest.fetched_at, batch.manifest.batch_id, moment)


def copy_crawls(connection: Connection, batches: Sequence[Batch], moment: datetime) -> None:
    """Coverage and documents of those batches that are crawls; of the same crawl the later one counts."""
    crawls = {(batch.manifest.merchant_id, batch.manifest.crawl["crawl_id"]): (batch, batch.manifest.crawl)
              for batch in batches if batch.manifest.crawl is not None}
    if not crawls:
        return
    coverage = [
        (batch.manifest.merchant_id, crawl["crawl_id"], crawl["status"], crawl["documents"], crawl["offers"], crawl.get("error"),
         orjson.dumps(batch.manifest.measured).decode(), batch.manifest.as_of, moment, batch.manifest.batch_id)
        for batch, crawl in crawls.values()
    ]
    copy_rows(connection, "crawl_coverage", COVERAGE, lines(coverage), NEWER_CRAWL)
    documents = {row[:2]: row for batch in batches for row in _documents(batch, moment)}
    copy_rows(connection, "crawl_documents", DOCUMENTS, lines(documents.values()), upsert(("crawl_id", "url"), DOCUMENTS))


def _documents(batch: Batch, moment: datetime) -> Iterator[tuple[Any, ...]]:
    manifest, crawl = batch.manifest, batch.manifest.crawl
    if crawl is None:
        return
    for row in batch.rows("documents"):
        document = orjson.loads(row.line)
        state = document.get("state")
        yield (crawl["crawl_id"], document["url"], manifest.merchant_id, document["status"], document.get("etag"),
               document.get("last_modified"), document.get("content_sha256"), orjson.dumps(state).decode() if state else None,
               manifest.as_of, moment, manifest.batch_id)


def copy_customers(connection: Connection, shop_id: str, natives: dict[str, str], moment: datetime) -> None:
    """natives: customer_key → the shop's own id, into the one table that may hold both."""
    if natives:
        rows = ((key, shop_id, native, moment) for key, native in natives.items())
        copy_rows(connection, "customer_identities", CUSTOMERS, lines(rows), "on conflict do nothing")
