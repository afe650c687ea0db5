"""A shard of merchants crawled by one event loop; and the judgement over all shards: was too much lost?"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
from typing import Any, Self

from dealhouse.errors import ConfigurationError, FailureBudgetError
from dealhouse.landing.batch import Batch, landed
from dealhouse.landing.store import Store, open_store
from dealhouse.scraping import documents, registry
from dealhouse.scraping.crawl import CrawlReport, crawl_id, crawl_merchant
from dealhouse.scraping.fetcher import Fetcher, Validators
from dealhouse.scraping.registry import Merchant
from dealhouse.settings import settings

log = logging.getLogger(__name__)


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


def crawl_shard(merchant_ids: Sequence[str], as_of: datetime, *, in_flight: int | None = None) -> ShardReport:
    """Crawl these merchants at once; each lands one batch. One merchant's failure stops no other.

    in_flight: requests at a time over the shard; None divides the settings' total by the number of shards.
    A merchant whose complete crawl of this as_of has landed already is not crawled again.
    """
    merchants = registry.merchants(merchant_ids)
    slots = in_flight or max(2, settings().requests_in_flight // settings().crawl_shards)
    previous = {merchant.merchant_id: documents.previous(merchant.merchant_id, as_of) for merchant in merchants}
    return asyncio.run(_crawl(merchants, as_of, slots, previous, open_store()))


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
    merchants: list[Merchant], as_of: datetime, slots: int, previous: dict[str, dict[str, Validators]], store: Store
) -> ShardReport:
    async with Fetcher(settings().user_agent, slots) as fetcher:
        crawls = [_crawl_once(merchant, as_of, fetcher, previous[merchant.merchant_id], store) for merchant in merchants]
        outcomes = await asyncio.gather(*crawls, return_exceptions=True)
    return ShardReport(tuple(starmap(_report, zip(merchants, outcomes, strict=True))))


async def _crawl_once(
    merchant: Merchant, as_of: datetime, fetcher: Fetcher, previous: dict[str, Validators], store: Store
) -> CrawlReport:
    known = _landed(store, merchant.merchant_id, as_of)
    if known is not None:
        return _report_of(known)
    return await crawl_merchant(merchant, as_of, fetcher, previous, store)


def _report(merchant: Merchant, outcome: CrawlReport | BaseException) -> CrawlReport:
    """A crawl that broke for a reason nobody foresaw is a failed crawl; only an interruption goes through."""
    if isinstance(outcome, CrawlReport):
        log.info("%s: %s, %d records, %d rejects, %d documents, %s", merchant.merchant_id, outcome.status, outcome.records,
                 outcome.rejects, outcome.documents, outcome.error or "no error")
        return outcome
    if not isinstance(outcome, Exception):
        raise outcome
    log.error("%s: crawl broke", merchant.merchant_id, exc_info=outcome)
    return CrawlReport(merchant.merchant_id, "failed", 0, 0, 0, 0, 0.0, None, f"{type(outcome).__name__}: {outcome}")


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
