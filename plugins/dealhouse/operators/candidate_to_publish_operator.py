"""CandidateToPublishOperator: build a release's detached partitions from the candidate views."""

from datetime import datetime
from typing import Any

from airflow.sdk import Context

from dealhouse.operators.ledgered_operator import LedgeredOperator, task_run
from dealhouse.releasing.build import build
from dealhouse.run_ledger import Outcome, last_detail


class CandidateToPublishOperator(LedgeredOperator):
    """Build a release; returns its release_id, the earlier one when nothing upstream has worked since."""

    def work(self, as_of: datetime) -> Outcome:
        release = build(as_of)
        rows = {name: dataset.rows for name, dataset in release.datasets.items()}
        return Outcome(sum(rows.values()), detail={"release_id": release.release_id, "rows": rows})

    def execute(self, context: Context) -> dict[str, Any]:
        result = super().execute(context)
        return {**result, "release_id": last_detail(task_run(context))["release_id"]}
