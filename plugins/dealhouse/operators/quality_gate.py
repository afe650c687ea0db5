"""What a task does with a quality report: pass it into the ledger, or stop the run with the failures named."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from airflow.sdk import get_current_context

from dealhouse.errors import GateRefusedError
from dealhouse.operators.ledgered_operator import ledgered
from dealhouse.run_ledger import Outcome
from dealhouse.settings import settings


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


def hold(check_raw: Callable[[str, datetime, str], Report], source: str) -> None:
    """Hold what one source loaded for the running task's key against its suites, and note it in the run ledger.

    Raises what `checked` raises.
    """
    url = settings().database_url.get_secret_value()
    ledgered(get_current_context(), lambda as_of: checked(check_raw(url, as_of, source)))
