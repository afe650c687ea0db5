"""When a capability trains, and which version served at an instant."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ml.core.as_of import version
from ml.core.registry import Candidate, promote
from ml.core.training import goes_live, is_newest, learnt_serving, version_serving, wanted
from ml.core.warehouse_io import run

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


def ran(day: int, version: str, *, trained: bool, promoted: bool = False) -> None:
    with run("demand", AS_OF + timedelta(days=day), version) as opened:
        opened.metrics = {"trained": trained}
        if promoted:
            promote(opened, Candidate(version, None, "wape", 0.1, 0.2, None, False))


@pytest.mark.parametrize(("train", "answer"), [("auto", True), ("always", True), ("never", False)])
def test_nothing_trained_yet_means_due(warehouse: Any, train: Any, answer: bool) -> None:
    assert wanted("demand", AS_OF, train, 14) is answer


@pytest.mark.parametrize(("days", "due"), [(1, False), (13, False), (14, True), (30, True)])
def test_a_training_lasts_for_its_days_promoted_or_not(warehouse: Any, days: int, due: bool) -> None:
    ran(0, "demand-seasonal-naive-1", trained=True)
    ran(1, "demand-seasonal-naive-1", trained=False)
    assert wanted("demand", AS_OF + timedelta(days=days), "auto", 14) is due
    assert wanted("pricing", AS_OF + timedelta(days=days), "auto", 14)


def test_the_same_as_of_again_does_not_train_what_it_promoted(warehouse: Any) -> None:
    ran(0, "demand-a", trained=True, promoted=True)
    assert not wanted("demand", AS_OF, "auto", 14)
    assert wanted("demand", AS_OF, "always", 14)


def test_a_backfill_sees_the_version_of_its_day(warehouse: Any) -> None:
    assert version_serving("demand", AS_OF) is None
    ran(0, "demand-naive", trained=True)
    ran(3, "demand-b", trained=True, promoted=True)
    assert version_serving("demand", AS_OF + timedelta(days=1)) == "demand-naive"
    assert version_serving("demand", AS_OF + timedelta(days=4)) == "demand-b"
    assert not is_newest("demand", AS_OF)
    assert is_newest("demand", AS_OF + timedelta(days=3))


@pytest.mark.parametrize("rules", ["demand-seasonal-naive-1", "demand-seasonal-naive-0", "demand-rules", "demand-rules-1b"])
def test_rules_of_any_number_are_never_taken_for_what_was_learnt(warehouse: Any, rules: str) -> None:
    assert learnt_serving("demand", AS_OF) is None
    ran(0, rules, trained=False)
    assert version_serving("demand", AS_OF) == rules
    assert learnt_serving("demand", AS_OF) is None


def test_what_was_learnt_serves_beside_rules_of_its_day(warehouse: Any) -> None:
    learnt = version("demand", AS_OF)
    ran(0, learnt, trained=True, promoted=True)
    ran(1, "demand-rules-1", trained=False)
    assert learnt_serving("demand", AS_OF + timedelta(days=2)) == learnt
    assert learnt_serving("demand", AS_OF - timedelta(days=1)) is None


def test_only_the_better_goes_live_and_no_backfill(warehouse: Any) -> None:
    better, worse = (Candidate("demand-c", None, "wape", value, 0.2, None, False) for value in (0.1, 0.3))
    assert goes_live("demand", better, AS_OF)
    assert not goes_live("demand", worse, AS_OF)
    assert not goes_live("demand", None, AS_OF)
    ran(3, "demand-b", trained=True, promoted=True)
    assert not goes_live("demand", better, AS_OF)
