"""A shard of merchants crawled by one event loop; and the judgement over all shards: was too much lost?"""

import asyncio
import gc
import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import uvloop

from dealhouse.errors import ConfigurationError, FailureBudgetError
from dealhouse.landing.batch import Batch, landed
from dealhouse.landing.store import Store, open_store
from dealhouse.scraping import leases, registry
from dealhouse.scraping.crawl import CrawlReport, crawl_id
from dealhouse.scraping.documents import Memory, Warehouse
from dealhouse.scraping.fetcher import Fetcher
from dealhouse.scraping.merchant_crawl import crawl_merchant
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.secrets import redact
from dealhouse.scraping.slots import Rate, Slots
from dealhouse.settings import settings

log = logging.getLogger(__name__)
TOGETHER = 200  # merchants of a shard that are under way at once: with a second between requests that is more than the slots


@dataclass(frozen=True)
class ShardReport:
    """The crawls of one shard, by merchant."""

    crawls: tuple[CrawlReport, ...]

    @property
    def batch_uris(self) -> list[str]:
        """The landed batches to load, failed crawls' among them: their coverage counts."""
        return [crawl.batch_uri for crawl in self.crawls if crawl.batch_uri is not None]

    def as_dict(self) -> dict[str, Any]:
        return {"crawls": [crawl.as_dict() for crawl in self.crawls]}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        return cls(tuple(CrawlReport.from_dict(crawl) for crawl in values["crawls"]))


@dataclass(frozen=True)
class Place:
    """Where a shard's crawls land, what they remember, and where they spool what has not landed yet (a local folder)."""

    store: Store
    memory: Memory
    spools: Path


def crawl_shard(merchant_ids: Sequence[str], as_of: datetime, *, in_flight: int | None = None) -> ShardReport:
    """Crawl these merchants of the registry at once, but who opted out. Each lands one batch; one's failure stops no other.

    in_flight: requests at a time; None shares the settings' total with the other shards that crawl just now.
    A merchant whose complete crawl of this as_of has landed already is not crawled again.
    """
    gone = registry.opted_out()
    merchants = [merchant for merchant in registry.merchants(merchant_ids) if merchant.merchant_id not in gone]
    place = Place(open_store(), Warehouse(), settings().home / "spool")
    slots = Slots(in_flight if in_flight is not None else 0)
    sharing = leases.shared(slots, settings().requests_in_flight) if in_flight is None else nullcontext()
    return run(merchants, as_of, place, slots, sharing)


def run(
    merchants: Sequence[Merchant], as_of: datetime, place: Place, slots: Slots,
    sharing: AbstractAsyncContextManager[None] | nullcontext[None] | None = None,
) -> ShardReport:
    """The same for merchants from anywhere. `sharing`: what keeps the size of `slots` meanwhile."""
    with rare_collections(), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_crawl(merchants, as_of, place, slots, sharing or nullcontext()))


@contextmanager
def rare_collections() -> Iterator[None]:
    """A crawl keeps much and makes few cycles: by its defaults the collector takes a sixth of its time to find nothing."""
    before = gc.get_threshold()
    gc.set_threshold(20_000, 20, 100)
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def judge(reports: Sequence[ShardReport]) -> None:
    """Raises FailureBudgetError when a larger share of merchants failed than the settings allow."""
    crawls = [crawl for report in reports for crawl in report.crawls]
    if not crawls:
        raise ConfigurationError("no merchant was crawled: none is enabled in raw.merchant_registry")
    failed = [crawl for crawl in crawls if crawl.status == "failed"]
    if len(failed) > settings().failure_budget * len(crawls):
        named = "; ".join(f"{crawl.merchant_id}: {crawl.error}" for crawl in failed[:5])
        allowed = f"{settings().failure_budget:.0%}"
        raise FailureBudgetError(f"{len(failed)} of {len(crawls)} merchants failed, more than {allowed}: {named}")


async def _crawl(
    merchants: Sequence[Merchant], as_of: datetime, place: Place, slots: Slots,
    sharing: AbstractAsyncContextManager[None] | nullcontext[None],
) -> ShardReport:
    rests = await asyncio.to_thread(place.memory.rests)
    together = asyncio.Semaphore(TOGETHER)

    async def one(merchant: Merchant, fetcher: Fetcher) -> CrawlReport:
        async with together:
            return await _guarded(merchant, as_of, fetcher, place)

    async with sharing, Fetcher(settings().user_agent, slots, platforms=_platforms(), rests=rests) as fetcher:
        reports = await asyncio.gather(*(one(merchant, fetcher) for merchant in merchants))
    await asyncio.to_thread(place.memory.remember_rests, fetcher.rests)
    return ShardReport(tuple(reports))


def _platforms() -> dict[str, tuple[Slots, Rate]]:
    """What a platform's merchants may do together in this shard: its part of what all shards may."""
    known, share = settings(), 1 / settings().crawl_shards
    return {
        platform: (Slots(max(1, known.requests_in_flight // (2 * known.crawl_shards))), Rate(per_second, share))
        for platform, per_second in known.platform_rates.items()
    }


async def _guarded(merchant: Merchant, as_of: datetime, fetcher: Fetcher, place: Place) -> CrawlReport:
    """A crawl that broke for a reason nobody foresaw is a failed crawl; only an interruption goes through."""
    try:
        report = await _crawl_once(merchant, as_of, fetcher, place)
    except Exception as error:
        log.exception("%s: crawl broke", merchant.merchant_id)
        told = redact(f"{type(error).__name__}: {error}")
        return CrawlReport(merchant.merchant_id, "failed", 0, 0, 0, 0, 0.0, None, told)
    log.info("%s: %s, %d records, %d rejects, %d documents, %s", merchant.merchant_id, report.status, report.records,
             report.rejects, report.documents, report.error or "no error")
    return report


async def _crawl_once(merchant: Merchant, as_of: datetime, fetcher: Fetcher, place: Place) -> CrawlReport:
    landed_before = await asyncio.to_thread(_landed, place.store, merchant.merchant_id, as_of)
    if landed_before is not None:
        return _report_of(landed_before)
    past = await asyncio.to_thread(place.memory.past, merchant.merchant_id, as_of)
    report = await crawl_merchant(merchant, as_of, fetcher, past, place.store, spools=place.spools)
    if report.batch_uri is not None:
        await asyncio.to_thread(place.memory.remember, report.batch_uri)
    return report


def _landed(store: Store, merchant_id: str, as_of: datetime) -> Batch | None:
    """The complete crawl of this as_of, when an earlier try of the same run landed it."""
    wanted = crawl_id(merchant_id, as_of)
    for batch in landed(store, f"landing/offers/{merchant_id}/{as_of:%Y-%m-%d}/"):
        crawl = batch.manifest.crawl
        if crawl is not None and crawl["crawl_id"] == wanted and crawl["status"] == "complete":
            return batch
    return None


def _report_of(batch: Batch) -> CrawlReport:
    crawl = batch.manifest.crawl or {}
    records = int(crawl["offers"])
    return CrawlReport(batch.manifest.merchant_id, "complete", records, batch.manifest.rows - records, int(crawl["documents"]),
                       requests=0, seconds=0.0, batch_uri=batch.uri, error=None)
