from datetime import UTC, datetime

import pytest

from dealhouse import run_ledger
from dealhouse.run_ledger import Outcome, TaskRun

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
START = datetime(2026, 5, 5, 10, 16, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("warehouse")


def a_run(task_id: str = "build", run_id: str = "r1", as_of: datetime = AS_OF) -> TaskRun:
    return TaskRun("build_core", task_id, -1, as_of, 1, run_id)


def test_a_task_is_done_for_the_inputs_it_worked_on_and_no_others() -> None:
    run_ledger.record(a_run(), Outcome(3, detail={"inputs": "a"}), START)
    assert run_ledger.is_done(a_run(run_id="r2"), "a")
    assert not run_ledger.is_done(a_run(run_id="r2"), "b")


def test_work_for_one_key_is_not_work_for_another() -> None:
    run_ledger.record(a_run(), Outcome(3, detail={"inputs": "a"}), START)
    assert not run_ledger.is_done(a_run(as_of=AS_OF.replace(day=6)), "a")


@pytest.mark.parametrize("status", ["failed", "noop"])
def test_a_try_that_did_no_work_does_not_count(status: run_ledger.Status) -> None:
    run_ledger.record(a_run(), Outcome(0, status, {"inputs": "a"}), START)
    assert not run_ledger.is_done(a_run(run_id="r2"), "a")


def test_inputs_move_when_an_upstream_task_works_again_and_stay_when_it_records_a_noop() -> None:
    upstream = [("build_core", "build")]
    nothing = run_ledger.inputs_of(upstream, AS_OF)
    run_ledger.record(a_run(), Outcome(3), START)
    first = run_ledger.inputs_of(upstream, AS_OF)
    run_ledger.record(a_run(run_id="r2"), Outcome(0, "noop"), START)
    assert run_ledger.inputs_of(upstream, AS_OF) == first != nothing
    run_ledger.record(a_run(run_id="r3"), Outcome(3), START)
    assert run_ledger.inputs_of(upstream, AS_OF) != first


def test_the_last_detail_is_the_last_real_work() -> None:
    assert run_ledger.last_detail(a_run()) == {}
    run_ledger.record(a_run(), Outcome(3, detail={"release_id": "one"}), START)
    run_ledger.record(a_run(run_id="r2"), Outcome(0, "noop", {"inputs": "a"}), START)
    assert run_ledger.last_detail(a_run()) == {"release_id": "one"}
