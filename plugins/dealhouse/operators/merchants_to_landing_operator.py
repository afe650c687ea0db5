"""MerchantsToLandingOperator: crawl one shard of the enabled merchants."""

from datetime import datetime
from typing import Any

from airflow.sdk import Context

from dealhouse.operators.ledgered_operator import LedgeredOperator
from dealhouse.policies import Pool
from dealhouse.run_ledger import Outcome
from dealhouse.scraping.registry import shards
from dealhouse.scraping.shard import ShardReport, crawl_shard
from dealhouse.settings import settings


class MerchantsToLandingOperator(LedgeredOperator):
    """Crawl shard number `shard` and land one batch per merchant; returns the shard's report.

    The global slots are divided over the shards, so that all of them together keep within DEALHOUSE_REQUESTS_IN_FLIGHT.
    """

    def __init__(self, *, shard: int, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(pool=Pool.CRAWL, **kwargs)
        self.shard = shard
        self.report = ShardReport(())

    def work(self, as_of: datetime) -> Outcome:
        ids = dict(enumerate(shards(settings().crawl_shards))).get(self.shard, [])
        if not ids:
            return Outcome(status="noop", detail={"merchants": 0})
        self.report = crawl_shard(ids, as_of, in_flight=max(1, settings().requests_in_flight // settings().crawl_shards))
        return Outcome(sum(crawl.records for crawl in self.report.crawls), detail={"merchants": len(ids)})

    def execute(self, context: Context) -> dict[str, Any]:
        super().execute(context)
        return self.report.as_dict()
