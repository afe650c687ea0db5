"""Airflow's REST API, as far as the stack needs it: health, posting runs, watching them, a failed task's error."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

TERMINAL = frozenset({"success", "failed"})
TIMEOUT = 30
LAST_LINES = 15  # of a failed task's log


@dataclass(frozen=True)
class DagRun:
    """One run of one DAG for one partition key."""

    dag_id: str
    run_id: str
    state: str
    started: datetime | None
    ended: datetime | None

    @property
    def is_over(self) -> bool:
        return self.state in TERMINAL


class Airflow:
    """A client of one Airflow API server, as the demo's only user."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()

    def log_in(self) -> None:
        """Fetch a token; the demo's auth manager hands one to everybody on this machine."""
        answer = self.session.get(f"{self.url}/auth/token", timeout=TIMEOUT)
        answer.raise_for_status()
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def dag_ids(self) -> set[str]:
        return {dag["dag_id"] for dag in self._get("/dags", limit=100)["dags"]}

    def import_errors(self) -> list[str]:
        return [f"{error['filename']}: {error['stack_trace']}" for error in self._get("/importErrors")["import_errors"]]

    def post_run(self, dag_id: str, key: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Start a run for a partition key, with the DAG's parameters as given."""
        body = {"logical_date": None, "partition_key": key, "conf": dict(parameters or {})}
        answer = self.session.post(f"{self.url}/api/v2/dags/{dag_id}/dagRuns", json=body, timeout=TIMEOUT)
        if not answer.ok:
            raise RuntimeError(f"Airflow would not start {dag_id}: {answer.text[:500]}")

    def runs(self, key: str) -> list[DagRun]:
        """Every DAG's runs for a key, oldest first."""
        found = self._get("/dags/~/dagRuns", limit=100, order_by="-id")["dag_runs"]
        return [_dag_run(run) for run in reversed(found) if run["partition_key"] == key]

    def task_instances(self, run: DagRun) -> list[dict[str, Any]]:
        tasks: list[dict[str, Any]] = self._get(f"/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances", limit=200)[
            "task_instances"
        ]
        return tasks

    def tries(self, run: DagRun, task_id: str) -> list[dict[str, Any]]:
        """Every try of an unmapped task, the first one first."""
        path = f"/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances/{task_id}/tries"
        found: list[dict[str, Any]] = self._get(path)["task_instances"]
        return sorted(found, key=lambda task: int(task["try_number"]))

    def error_of(self, run: DagRun) -> str:
        """The failing tasks of a run with the last words of their logs."""
        failed = [task for task in self.task_instances(run) if task["state"] == "failed"]
        return "\n".join(self._last_words(run, task) for task in failed) or f"{run.dag_id}: no task failed, yet the run did"

    def _last_words(self, run: DagRun, task: dict[str, Any]) -> str:
        path = f"/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances/{task['task_id']}/logs/{task['try_number']}"
        events = self._get(path, map_index=task["map_index"], full_content="true")["content"]
        lines = [_line(event) for event in events]
        words = [line for line in lines if line][-LAST_LINES:]
        return f"{run.dag_id}.{task['task_id']} failed:\n" + "\n".join(words)[-3000:]

    def _get(self, path: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401
        answer = self.session.get(f"{self.url}/api/v2{path}", params=parameters, timeout=TIMEOUT)
        answer.raise_for_status()
        body: dict[str, Any] = answer.json()
        return body


def _line(event: dict[str, Any] | str) -> str:
    """A log event in words: the exceptions by name and message, without Airflow's own framing."""
    if isinstance(event, str):
        return event
    words = str(event.get("event", ""))
    errors = [f"  {error['exc_type']}: {error['exc_value']}" for error in event.get("error_detail") or []]
    return "" if words.startswith("::") else "\n".join([words, *errors])


def _dag_run(body: dict[str, Any]) -> DagRun:
    def instant(name: str) -> datetime | None:
        return datetime.fromisoformat(body[name]) if body.get(name) else None

    return DagRun(body["dag_id"], body["dag_run_id"], body["state"], instant("start_date"), instant("end_date"))
