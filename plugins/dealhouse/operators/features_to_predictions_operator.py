"""FeaturesToPredictionsOperator: one ml job."""

from datetime import datetime
from typing import Any

from dealhouse.as_of import format_as_of
from dealhouse.commands import run_ml
from dealhouse.operators.ledgered_operator import LedgeredOperator
from dealhouse.policies import Pool
from dealhouse.run_ledger import Outcome


class FeaturesToPredictionsOperator(LedgeredOperator):
    """Run `python -m ml <capability> run` for the run's key: it retrains when due, otherwise it scores.

    The DAG's `train` parameter (auto, always, never) overrules. full: "True" asks for everything again (a template).
    """

    template_fields = ("train", "full")

    def __init__(
        self, *, capability: str, train: str = "{{ params.train }}", full: str = "", **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(pool=Pool.MODELS, **kwargs)
        self.capability = capability
        self.train = train
        self.full = full

    @property
    def is_forced(self) -> bool:
        return self.train == "always" or self.full == "True"

    def work(self, as_of: datetime) -> Outcome:
        whole = ["--full"] if self.full == "True" else []
        summary = run_ml(self.capability, "run", format_as_of(as_of), "--train", self.train, *whole)
        return Outcome(int(summary["rows_written"]), detail=summary)
