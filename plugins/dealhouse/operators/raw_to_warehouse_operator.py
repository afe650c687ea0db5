"""RawToWarehouseOperator: one dbt layer."""

from datetime import datetime
from typing import Any

from dealhouse import dbt_runs, run_ledger
from dealhouse.operators.ledgered_operator import LedgeredOperator
from dealhouse.policies import Pool
from dealhouse.run_ledger import Outcome


class RawToWarehouseOperator(LedgeredOperator):
    """Build one dbt selector (see dbt/selectors.yml) for the run's key, tests included.

    without upstream, the inputs are every batch loaded up to the key. The DAG's `full_refresh` parameter overrules.
    """

    template_fields = ("full_refresh",)

    def __init__(self, *, selector: str, full_refresh: str = "{{ params.full_refresh }}", **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(pool=Pool.DBT, **kwargs)
        self.selector = selector
        self.full_refresh = full_refresh

    @property
    def is_forced(self) -> bool:
        return self.full_refresh == "True"  # as Airflow renders the parameter

    def inputs(self, as_of: datetime) -> str | None:
        return super().inputs(as_of) or run_ledger.landed_inputs(as_of)

    def work(self, as_of: datetime) -> Outcome:
        counts = dbt_runs.build(self.selector, as_of, full_refresh=self.is_forced)
        return Outcome(counts["rows"], detail=dict(counts))
