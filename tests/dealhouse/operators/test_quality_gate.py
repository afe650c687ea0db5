from dataclasses import dataclass

import pytest

from dealhouse.errors import GateRefusedError
from dealhouse.operators.quality_gate import checked


@dataclass(frozen=True)
class Report:
    passed: bool
    checks: int = 4
    failures: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def test_a_passed_report_counts_its_checks_and_keeps_its_warnings() -> None:
    outcome = checked(Report(True, warnings=("few rows",)))
    assert (outcome.rows_written, outcome.status, outcome.detail) == (4, "done", {"warnings": ["few rows"]})


def test_a_report_without_rows_to_check_is_a_noop() -> None:
    assert checked(Report(True, checks=0)).status == "noop"


def test_a_failed_report_names_every_failure() -> None:
    with pytest.raises(GateRefusedError, match="price is null; title is null"):
        checked(Report(False, failures=("price is null", "title is null")))
