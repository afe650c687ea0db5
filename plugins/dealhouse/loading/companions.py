"""What a batch brings besides its records: rejects, crawl coverage, documents, and the customers that it named."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection

from dealhouse.landing.batch import Batch
from dealhouse.loading.copy import copy_rows, lines

PAYLOAD_LIMIT = 100_000
REJECTS = (
    "batch_id", "part", "row_no", "merchant_id", "kind", "stage", "reason", "detail", "payload", "disposition", "observed_at",
    "loaded_at",
)
COVERAGE = ("merchant_id", "crawl_id", "status", "documents", "offers", "error", "measured", "observed_at",
            "loaded_at", "batch_id")
DOCUMENTS = (
    "crawl_id", "url", "merchant_id", "status", "etag", "last_modified", "content_sha256", "observed_at", "loaded_at", "batch_id",
)
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
        found = orjson.loads(row.line)
        merchant_id = found.get("merchant_id") or batch.manifest.merchant_id
        yield Reject(row.part, row.row_no, merchant_id, "parse", found["reason"], found["payload"], found["detail"])


def copy_rejects(connection: Connection, batch: Batch, rejects: list[Reject], moment: datetime) -> None:
    manifest = batch.manifest
    rows = (
        (manifest.batch_id, reject.part, reject.row_no, reject.merchant_id, manifest.kind, reject.stage, reject.reason,
         reject.detail[:PAYLOAD_LIMIT], reject.payload[:PAYLOAD_LIMIT], "held", manifest.as_of, moment)
        for reject in rejects
    )
    if rejects:
        copy_rows(connection, "rejects", REJECTS, lines(rows))


def copy_crawl(connection: Connection, batch: Batch, moment: datetime) -> None:
    """The crawl's coverage row and its documents, when the batch is one crawl."""
    manifest, crawl = batch.manifest, batch.manifest.crawl
    if crawl is None:
        return
    coverage = (manifest.merchant_id, crawl["crawl_id"], crawl["status"], crawl["documents"], crawl["offers"], crawl.get("error"),
                orjson.dumps(manifest.measured).decode(), manifest.as_of, moment, manifest.batch_id)
    copy_rows(connection, "crawl_coverage", COVERAGE, lines([coverage]), NEWER_CRAWL)
    parsed = (orjson.loads(row.line) for row in batch.rows("documents"))
    documents = {document["url"]: document for document in parsed}
    rows = (
        (crawl["crawl_id"], url, manifest.merchant_id, document["status"], document.get("etag"), document.get("last_modified"),
         document.get("content_sha256"), manifest.as_of, moment, manifest.batch_id)
        for url, document in documents.items()
    )
    copy_rows(connection, "crawl_documents", DOCUMENTS, lines(rows), upsert(("crawl_id", "url"), DOCUMENTS))


def copy_customers(connection: Connection, shop_id: str, natives: dict[str, str], moment: datetime) -> None:
    """natives: customer_key → the shop's own id, into the one table that may hold both."""
    if natives:
        rows = ((key, shop_id, native, moment) for key, native in natives.items())
        copy_rows(connection, "customer_identities", CUSTOMERS, lines(rows), "on conflict do nothing")
