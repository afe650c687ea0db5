"""What a task does with a quality report: pass it into the ledger, or stop the run with the failures named."""

from collections.abc import Sequence
from typing import Protocol

from dealhouse.errors import GateRefusedError
from dealhouse.run_ledger import Outcome


class Report(Protocol):
    """A gate's report, as expectations gives it."""

    @property
    def passed(self) -> bool: ...
    @property
    def checks(self) -> int: ...
    @property
    def failures(self) -> Sequence[str]: ...
    @property
    def warnings(self) -> Sequence[str]: ...


def checked(report: Report) -> Outcome:
    """The outcome of a passed report; one without rows to check is a no-op.

    Raises GateRefusedError that names every blocking failure.
    """
    if not report.passed:
        raise GateRefusedError("; ".join(report.failures))
    return Outcome(report.checks, "done" if report.checks else "noop", {"warnings": list(report.warnings)})
