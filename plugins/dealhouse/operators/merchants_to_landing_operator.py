"""MerchantsToLandingOperator: crawl one shard of the enabled merchants."""

from datetime import datetime
from functools import cached_property
from typing import Any

from airflow.sdk import Context

from dealhouse.landing.store import open_store
from dealhouse.operators.ledgered_operator import LedgeredOperator
from dealhouse.policies import Pool
from dealhouse.run_ledger import Outcome
from dealhouse.scraping import shard_reports
from dealhouse.scraping.registry import shards
from dealhouse.scraping.shard import ShardReport, crawl_shard
from dealhouse.settings import settings

NAMED = 3  # merchants in a mapped task's name


class MerchantsToLandingOperator(LedgeredOperator):
    """Crawl shard number `shard` and land one batch per merchant; returns the summary of the shard's report.

    Shards that run at once share DEALHOUSE_REQUESTS_IN_FLIGHT by leases (scraping.leases).
    """

    def __init__(self, *, shard: int, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(pool=Pool.CRAWL, **kwargs)
        self.shard = shard
        self.kept: dict[str, Any] = {}

    @cached_property
    def merchant_ids(self) -> list[str]:
        """The shard's merchants, as the registry has them when the task starts."""
        return dict(enumerate(shards(settings().crawl_shards))).get(self.shard, [])

    @property
    def shard_name(self) -> str:
        """What Airflow calls the mapped task: `shard 3 · 12 merchants · acme, bolt, candle…`."""
        ids = self.merchant_ids
        named = f"{', '.join(ids[:NAMED])}{'…' if len(ids) > NAMED else ''}" if ids else "nothing to do"
        return f"shard {self.shard + 1} · {len(ids):,} merchant{'' if len(ids) == 1 else 's'} · {named}"

    def work(self, as_of: datetime) -> Outcome:
        report = ShardReport(())
        if self.merchant_ids:
            report = crawl_shard(self.merchant_ids, as_of)
        self.kept = shard_reports.keep(report, open_store(), as_of, self.shard)
        detail = {name: self.kept[name] for name in ("merchants", "complete", "partial", "failed")}
        return Outcome(self.kept["records"], "done" if self.merchant_ids else "noop", detail)

    def execute(self, context: Context) -> dict[str, Any]:
        super().execute(context)
        return self.kept
