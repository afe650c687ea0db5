"""LandingToRawOperator: load what the shards landed, exactly once, unless too many merchants failed."""

from datetime import datetime
from typing import Any

from dealhouse.landing.store import open_store
from dealhouse.loading.load import load_all_landed
from dealhouse.operators.ledgered_operator import LedgeredOperator
from dealhouse.run_ledger import Outcome
from dealhouse.scraping import shard_reports
from dealhouse.scraping.registry import knows_any
from dealhouse.scraping.shard import judge


class LandingToRawOperator(LedgeredOperator):
    """Judge the crawl against the failure budget, then load every landed batch that its reports name; all loaded before: a no-op.

    A house that knows no merchant at all has nothing to load: a recorded no-op.
    reports: what the mapped crawl task returned, one summary per shard; the whole reports lie in the store.
    """

    template_fields = ("reports",)

    def __init__(self, *, reports: Any, **kwargs: Any) -> None:  # noqa: ANN401 (an XComArg until it is rendered)
        super().__init__(**kwargs)
        self.reports = reports

    def work(self, as_of: datetime) -> Outcome:
        if not knows_any():
            return Outcome(status="noop", detail={"merchants": 0})
        store = open_store()
        reports = [shard_reports.read(kept, store) for kept in self.reports]
        judge(reports)
        results = load_all_landed([uri for report in reports for uri in report.batch_uris], as_of)
        counts = {
            "received": sum(result.received for result in results),
            "rejected": sum(result.rejected for result in results),
            "noops": sum(result.noop for result in results),
        }
        loaded = sum(result.loaded for result in results if not result.noop)
        return Outcome(loaded, "noop" if counts["noops"] == len(results) else "done", counts)
