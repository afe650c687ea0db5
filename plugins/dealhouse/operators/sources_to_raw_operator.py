"""SourcesToRawOperator: pull every registered database into raw."""

from datetime import datetime
from typing import Any

from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowSkipException

from dealhouse.loading.pull import pull_all
from dealhouse.loading.source import registered
from dealhouse.operators.ledgered_operator import LedgeredOperator
from dealhouse.run_ledger import Outcome


class SourcesToRawOperator(LedgeredOperator):
    """Land and load what is new at the sources of DEALHOUSE_SOURCES; exactly once, and no source stops another.

    Where nothing is registered, or nothing is new, the no-op is recorded and the rest of the run skipped: no Asset tells the
    warehouse of news that there are not.
    """

    def work(self, as_of: datetime) -> Outcome:
        sources = registered()
        results = pull_all(sources, as_of)
        loaded = {f"{result.source}:{result.kind}": result.loaded for result in results}
        detail = {**loaded, "sources": len(sources), "rejected": sum(result.rejected for result in results)}
        return Outcome(sum(loaded.values()), "done" if results else "noop", detail)

    def execute(self, context: Context) -> dict[str, Any]:
        outcome = super().execute(context)
        if outcome["status"] == "noop":
            raise AirflowSkipException("no source has news")
        return outcome
