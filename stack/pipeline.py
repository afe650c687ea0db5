"""The day's pipeline, seen from outside: post the two ingests with a key, then watch Airflow until nothing moves."""

import time
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from stack.airflow import Airflow, DagRun

INGEST = ("ingest_shop", "ingest_offers")
STAGES = (
    *INGEST, "build_core", "match_offers", "build_marts", "score_deals", "train_recommendations", "forecast_demand",
    "price_products", "publish_storefront", "notify_customers",
)
MAINTENANCE = "maintain_platform"
EXPECTED = frozenset({*STAGES, MAINTENANCE})
# no part of a day: what runs where sources are registered, or when somebody asks
ON_REQUEST = frozenset({"ingest_sources", "erase_customer", "export_marts"})

QUIET_SECONDS = 5.0  # an Asset's event becomes a run within about two
POLL_SECONDS = 1.0
GIVE_UP_SECONDS = 3600.0
STALLED_SECONDS = 300.0


class PipelineFailedError(Exception):
    """A task failed or was skipped, or a DAG never ran; carries Airflow's own words."""


@dataclass(frozen=True)
class Watched:
    """What one key's pipeline did."""

    runs: list[DagRun]
    seconds: float


def run_day(airflow: Airflow, key: str, console: Console) -> Watched:
    """Run the whole pipeline for a key, maintenance last. Raises PipelineFailedError."""
    started = time.monotonic()
    earlier = frozenset((run.dag_id, run.run_id) for run in airflow.runs(key))  # of an attempt before this one
    for dag_id in INGEST:
        airflow.post_run(dag_id, key)
    runs = _watch(airflow, key, earlier, _Show(console))
    _refuse_skipped(airflow, runs)
    return Watched(runs, time.monotonic() - started)


class _Show:
    """A bar a stage on a terminal; a line for each finished run elsewhere."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.told: set[str] = set()
        self.progress = Progress(
            TextColumn("{task.description:<21}"), BarColumn(bar_width=20), TextColumn("{task.fields[words]:<28}"),
            TimeElapsedColumn(), console=console, disable=not console.is_terminal,
        )
        self.bars: dict[str, TaskID] = {}

    def update(self, airflow: Airflow, runs: list[DagRun]) -> None:
        for run in runs:
            if self.console.is_terminal:
                self._draw(airflow, run)
            elif run.is_over and run.dag_id + run.run_id not in self.told:
                self.told.add(run.dag_id + run.run_id)
                seconds = (run.ended - run.started).total_seconds() if run.ended and run.started else 0.0
                self.console.print(f"{run.dag_id:<24} {run.state} after {seconds:.0f} s")

    def _draw(self, airflow: Airflow, run: DagRun) -> None:
        if run.dag_id not in self.bars:
            self.bars[run.dag_id] = self.progress.add_task(run.dag_id, total=1, words="waiting")
        bar = self.bars[run.dag_id]
        if run.is_over:
            self.progress.update(bar, completed=1, total=1, words=run.state)
        elif run.started:
            tasks = airflow.task_instances(run)
            running = next((task["task_id"] for task in tasks if task["state"] == "running"), "scheduled")
            done = sum(task["state"] == "success" for task in tasks)
            self.progress.update(bar, completed=done, total=max(len(tasks), 1), words=running)


def _watch(airflow: Airflow, key: str, earlier: frozenset[tuple[str, str]], show: _Show) -> list[DagRun]:
    """Watch until every stage ran, post maintenance, and end when no stage has moved for a while. Raises PipelineFailedError."""
    began, last_change, seen, posted = time.monotonic(), time.monotonic(), "", False
    with show.progress:
        while True:
            runs = [run for run in airflow.runs(key) if (run.dag_id, run.run_id) not in earlier]
            show.update(airflow, runs)
            _refuse_failed(airflow, runs)
            now, state = time.monotonic(), repr([(run.run_id, run.state) for run in runs if run.dag_id != MAINTENANCE])
            if state != seen:
                seen, last_change = state, now
            missing, idle = EXPECTED - {run.dag_id for run in runs}, all(run.is_over for run in runs)
            if not missing and idle and now - last_change >= QUIET_SECONDS:
                return runs
            if missing == {MAINTENANCE} and idle and not posted:
                airflow.post_run(MAINTENANCE, key)
                posted = True
            if now - began > GIVE_UP_SECONDS or (idle and now - last_change > STALLED_SECONDS):
                raise PipelineFailedError(f"these DAGs did not run for {key}: {sorted(missing)}")
            time.sleep(POLL_SECONDS)


def _refuse_failed(airflow: Airflow, runs: list[DagRun]) -> None:
    failed = [run for run in runs if run.state == "failed"]
    if failed:
        raise PipelineFailedError("\n".join(airflow.error_of(run) for run in failed))


def _refuse_skipped(airflow: Airflow, runs: list[DagRun]) -> None:
    states = [(run.dag_id, task["task_id"], task["state"]) for run in runs for task in airflow.task_instances(run)]
    odd = [f"{dag}.{task} is {state}" for dag, task, state in states if state != "success"]
    if odd:
        raise PipelineFailedError("not every task succeeded: " + ", ".join(odd))
