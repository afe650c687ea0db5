"""RawToWarehouseOperator: one dbt layer."""

from datetime import datetime
from typing import Any

from dealhouse import dbt_runs, run_ledger
from dealhouse.operators.ledgered_operator import LedgeredOperator
from dealhouse.policies import Pool
from dealhouse.run_ledger import Outcome


class RawToWarehouseOperator(LedgeredOperator):
    """Build one dbt selector (see dbt/selectors.yml) for the run's key, tests included.

    without upstream, the inputs are every batch loaded up to the key.
    """

    def __init__(self, *, selector: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(pool=Pool.DBT, **kwargs)
        self.selector = selector

    def inputs(self, as_of: datetime) -> str | None:
        return super().inputs(as_of) or run_ledger.landed_inputs(as_of)

    def work(self, as_of: datetime) -> Outcome:
        counts = dbt_runs.build(self.selector, as_of)
        return Outcome(counts["rows"], detail=dict(counts))
