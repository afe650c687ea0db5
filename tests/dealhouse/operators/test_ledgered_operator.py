from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg2
import pytest

from dealhouse.errors import BadInputError, PermanentError
from dealhouse.operators.ledgered_operator import LedgeredOperator
from dealhouse.run_ledger import Outcome

KEY = "2026-05-05T10:15:00"


@dataclass
class FakeRun:
    partition_key: str | None = KEY


@dataclass
class FakeTask:
    dag_id: str = "a_dag"
    task_id: str = "a_task"
    map_index: int = -1
    try_number: int = 1


class Counting(LedgeredOperator):
    """Counts how often it worked; `state` stands for its inputs."""

    worked = 0
    state: str | None = "one"
    forced = False

    @property
    def is_forced(self) -> bool:
        return self.forced

    def inputs(self, as_of: datetime) -> str | None:
        return self.state

    def work(self, as_of: datetime) -> Outcome:
        self.worked += 1
        return Outcome(5)


class Failing(LedgeredOperator):
    def work(self, as_of: datetime) -> Outcome:
        raise PermanentError("the price column is gone")


def context(run_id: str, key: str | None = KEY) -> Any:
    return {"dag_run": FakeRun(key), "ti": FakeTask(), "run_id": run_id}


def ledger(url: str) -> list[tuple[Any, ...]]:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("select status, rows_written, detail->>'error' from ops.run_ledger order by finished_at")
        return cursor.fetchall()


def test_the_same_inputs_are_worked_once_and_then_recorded_as_a_noop(warehouse: str) -> None:
    operator = Counting(task_id="a_task")
    operator.execute(context("r1"))
    operator.execute(context("r2"))
    assert operator.worked == 1
    assert ledger(warehouse) == [("done", 5, None), ("noop", 0, None)]


def test_new_inputs_are_worked_again(warehouse: str) -> None:
    operator = Counting(task_id="a_task")
    operator.execute(context("r1"))
    operator.state = "two"
    operator.execute(context("r2"))
    assert operator.worked == 2


def test_forced_work_counts_as_done_on_its_inputs(warehouse: str) -> None:
    operator = Counting(task_id="a_task")
    operator.execute(context("r1"))
    operator.forced = True
    operator.execute(context("r2"))
    operator.forced = False
    operator.execute(context("r3"))
    assert operator.worked == 2
    assert [status for status, _, _ in ledger(warehouse)] == ["done", "done", "noop"]


def test_a_failure_is_recorded_with_its_words(warehouse: str) -> None:
    with pytest.raises(PermanentError):
        Failing(task_id="a_task").execute(context("r1"))
    assert ledger(warehouse) == [("failed", 0, "the price column is gone")]


@pytest.mark.usefixtures("warehouse")
def test_a_run_without_a_key_is_refused() -> None:
    with pytest.raises(BadInputError, match="partition key"):
        Counting(task_id="a_task").execute(context("r1", key=None))
