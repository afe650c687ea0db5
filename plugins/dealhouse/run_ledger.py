"""ops.run_ledger: what each task did for each `as_of`, in wall time, and whether there was anything to do.

A task that names its inputs is done once per input state: asked again for the same key with the same inputs it records a no-op.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import text

from dealhouse.database import transaction

Status = Literal["done", "noop", "failed"]


@dataclass(frozen=True)
class TaskRun:
    """One try of one task for one key."""

    dag_id: str
    task_id: str
    map_index: int
    as_of: datetime
    try_number: int
    airflow_run_id: str


@dataclass(frozen=True)
class Outcome:
    """What a try did: rows written, and details worth keeping (JSON)."""

    rows_written: int = 0
    status: Status = "done"
    detail: dict[str, Any] = field(default_factory=dict)


def inputs_of(upstream: list[tuple[str, str]], as_of: datetime) -> str:
    """A fingerprint of the upstream tasks' last real work for this key: it moves when one of them worked again."""
    query = text(
        "select dag_id, task_id, max(finished_at)::text from ops.run_ledger where as_of = :as_of and status = 'done' and "
        "(dag_id, task_id) in (select * from unnest(cast(:dags as text[]), cast(:tasks as text[]))) group by 1, 2 order by 1, 2"
    )
    with transaction("loader") as connection:
        rows = connection.execute(
            query, {"as_of": as_of, "dags": [dag for dag, _ in upstream], "tasks": [task for _, task in upstream]}
        ).all()
    return json.dumps([list(row) for row in rows])


def landed_inputs(as_of: datetime) -> str:
    """A fingerprint of every batch that was loaded up to this key."""
    query = text("select count(*) || ':' || coalesce(md5(string_agg(batch_id, ',' order by batch_id)), '') "
                 "from raw.load_ledger where loaded_at <= :as_of")
    with transaction("loader") as connection:
        return str(connection.execute(query, {"as_of": as_of}).scalar_one())


def is_done(run: TaskRun, inputs: str) -> bool:
    """Whether this task already worked for this key on these very inputs."""
    query = text(
        "select detail->>'inputs' = :inputs from ops.run_ledger where dag_id = :dag_id and task_id = :task_id "
        "and map_index = :map_index and as_of = :as_of and status = 'done' order by finished_at desc limit 1"
    )
    with transaction("loader") as connection:
        return bool(connection.execute(query, {**run.__dict__, "inputs": inputs}).scalar())


def record(run: TaskRun, outcome: Outcome, started_at: datetime) -> None:
    """Append the try's row."""
    statement = text(
        "insert into ops.run_ledger (dag_id, task_id, map_index, as_of, try_number, airflow_run_id, status, rows_written, "
        "detail, started_at, finished_at) values (:dag_id, :task_id, :map_index, :as_of, :try_number, :airflow_run_id, "
        ":status, :rows_written, cast(:detail as jsonb), :started_at, :finished_at) on conflict do nothing"
    )
    row = {
        **run.__dict__, "status": outcome.status, "rows_written": outcome.rows_written,
        "detail": json.dumps(outcome.detail, default=str), "started_at": started_at, "finished_at": datetime.now(UTC),
    }
    with transaction("loader") as connection:
        connection.execute(statement, row)


def last_detail(run: TaskRun) -> dict[str, Any]:
    """The details of this task's last real work for the key; empty when it never worked."""
    query = text(
        "select detail from ops.run_ledger where dag_id = :dag_id and task_id = :task_id and map_index = :map_index "
        "and as_of = :as_of and status = 'done' order by finished_at desc limit 1"
    )
    with transaction("loader") as connection:
        return dict(connection.execute(query, run.__dict__).scalar() or {})
