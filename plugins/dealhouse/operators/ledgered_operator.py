"""LedgeredOperator: a task that works for one `as_of`, once per state of its inputs, and says so in ops.run_ledger."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from airflow.sdk import BaseOperator, Context

from dealhouse import run_ledger
from dealhouse.as_of import parse_as_of
from dealhouse.errors import BadInputError, DealhouseError
from dealhouse.run_ledger import Outcome, TaskRun


def task_run(context: Context) -> TaskRun:
    """The ledger's view of an Airflow context. Raises BadInputError when the run carries no partition key."""
    key, task = getattr(context["dag_run"], "partition_key", None), context["ti"]
    if not key:
        raise BadInputError("the run has no partition key: post it with \"partition_key\": \"2026-05-05T10:15:00\"", task.dag_id)
    map_index = -1 if task.map_index is None else task.map_index
    return TaskRun(task.dag_id, task.task_id, map_index, parse_as_of(key), task.try_number, str(context["run_id"]))


def ledgered(context: Context, work: Callable[[datetime], Outcome]) -> Outcome:
    """Do `work(as_of)` and record the try, failed ones too."""
    run, started_at = task_run(context), datetime.now(UTC)
    try:
        outcome = work(run.as_of)
    except DealhouseError as error:
        run_ledger.record(run, Outcome(status="failed", detail={"error": str(error)[:4000]}), started_at)
        raise
    run_ledger.record(run, outcome, started_at)
    return outcome


def once(context: Context, inputs: str | None, work: Callable[[datetime], Outcome], *, forced: bool = False) -> Outcome:
    """Do `work(as_of)` unless it was done for this key on these very inputs: then a recorded no-op.

    inputs None, or forced: work in any case.
    """
    if inputs is not None and not forced and run_ledger.is_done(task_run(context), inputs):
        return ledgered(context, lambda _: Outcome(status="noop", detail={"inputs": inputs}))
    return ledgered(context, lambda as_of: _noted(work(as_of), inputs))


def _noted(outcome: Outcome, inputs: str | None) -> Outcome:
    return Outcome(outcome.rows_written, outcome.status, {**outcome.detail, "inputs": inputs})


class LedgeredOperator(BaseOperator):
    """Base of our operators: subclasses say what their inputs are and what they do for an `as_of`.

    upstream: (dag_id, task_id) pairs whose last real work for the key makes up the inputs; empty means "always work".
    """

    def __init__(self, *, upstream: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.upstream = [tuple(pair) for pair in upstream]

    def inputs(self, as_of: datetime) -> str | None:
        """A fingerprint of what this task reads, or None when it must always work."""
        return run_ledger.inputs_of(self.upstream, as_of) if self.upstream else None  # type: ignore[arg-type]

    @property
    def is_forced(self) -> bool:
        """Whether to work again though the inputs are those of the last time."""
        return False

    def work(self, as_of: datetime) -> Outcome:
        """Do the task's work for one key."""
        raise NotImplementedError

    def execute(self, context: Context) -> dict[str, Any]:
        outcome = once(context, self.inputs(task_run(context).as_of), self.work, forced=self.is_forced)
        self.log.info("%s: %s rows, %s", outcome.status, outcome.rows_written, outcome.detail)
        return {"status": outcome.status, "rows_written": outcome.rows_written}
