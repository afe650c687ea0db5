"""A merchant's crawl from its past to its batch: walked, spooled on the way, landed, remembered."""

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from dealhouse.errors import FetchRefusedError, FetchUnavailableError
from dealhouse.landing.batch import Batch, BatchWriter
from dealhouse.landing.store import Store
from dealhouse.scraping.crawl import Crawl, CrawlReport
from dealhouse.scraping.documents import Past
from dealhouse.scraping.fetcher import Fetcher
from dealhouse.scraping.known import Known
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.spool import Spool

MERCHANT_SECONDS = 1800.0
LANDED = ("url", "status", "etag", "last_modified", "content_sha256", "state")


async def crawl_merchant(
    merchant: Merchant, as_of: datetime, fetcher: Fetcher, past: Past, store: Store, *, spools: Path
) -> CrawlReport:
    """Crawl and land; `spools`: a local folder. Network and merchant faults end up in the report, never as an exception.

    A crawl of the same as_of that died before it landed is gone on with.
    """
    started = time.monotonic()
    with Spool(spools / merchant.merchant_id, f"{as_of:%Y%m%dT%H%M%S}") as spool:
        crawl = Crawl(merchant, as_of, fetcher, past, spool, store=store)
        try:
            async with asyncio.timeout(MERCHANT_SECONDS):
                await crawl.run()
        except TimeoutError:
            crawl.break_off(f"not done after {MERCHANT_SECONDS:.0f} s")
        except (FetchRefusedError, FetchUnavailableError) as error:
            crawl.break_off(str(error))
        spool.drop()
        seconds = time.monotonic() - started
        batch = await asyncio.to_thread(land, crawl, spool, store, seconds)
        spool.remove()
    tally = fetcher.tally(merchant.merchant_id)
    return CrawlReport(
        merchant.merchant_id, crawl.status, crawl.records, crawl.rejects, crawl.documents, tally.requests, round(seconds, 3),
        batch.uri, crawl.error, tally.bytes, crawl.unchanged, crawl.skipped,
    )


def land(crawl: Crawl, spool: Spool, store: Store, seconds: float) -> Batch:
    """The batch of what was spooled, in the order in which it was asked for."""
    merchant_id, as_of = crawl.merchant.merchant_id, crawl.context.as_of
    with BatchWriter(store, source="offers", merchant_id=merchant_id, kind="offers", as_of=as_of) as writer:
        for name in crawl.order:
            for kind, line in _lines(spool, name):
                if kind == b"R":
                    writer.record_line(line)
                else:
                    writer.reject(**orjson.loads(line))
        for name in crawl.order:
            document = spool.document(name)
            if document is not None:
                writer.document(_document(document, is_believed=not crawl.is_shrunk))
        return writer.close(crawl.coverage(), crawl.measured(seconds))


def _lines(spool: Spool, name: str) -> Iterator[tuple[bytes, bytes]]:
    """A document that was called off in the middle has none."""
    return spool.lines(name) if name in spool.spans else iter(())


def _document(spooled: dict[str, Any], *, is_believed: bool) -> dict[str, Any]:
    document = {name: spooled[name] for name in LANDED if name in spooled}
    if not is_believed and "state" in document:
        document |= Known.from_row(document).forgotten().as_row()
    return document
