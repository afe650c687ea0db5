"""The day's pipeline, seen from outside: post the two ingests with a key, then watch Airflow until nothing moves."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from stack.airflow import Airflow, DagRun

INGEST = ("ingest_shop", "ingest_offers")
STAGES = (
    *INGEST, "build_core", "match_offers", "build_marts", "score_deals", "train_recommendations", "forecast_demand",
    "price_products", "publish_storefront",
)
MAINTENANCE = "maintain_platform"
EXPECTED = frozenset({*STAGES, MAINTENANCE})

QUIET_SECONDS = 6.0  # an Asset's event becomes a run within about two
POLL_SECONDS = 1.0
GIVE_UP_SECONDS = 3600.0


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
    _watch(airflow, key, frozenset(STAGES), earlier, console)
    airflow.post_run(MAINTENANCE, key)
    runs = _watch(airflow, key, EXPECTED, earlier, console)
    _refuse_skipped(airflow, runs)
    return Watched(runs, time.monotonic() - started)


def _watch(
    airflow: Airflow, key: str, expected: frozenset[str], earlier: frozenset[tuple[str, str]], console: Console
) -> list[DagRun]:
    began, last_change, seen = time.monotonic(), time.monotonic(), ""
    with _progress(console) as progress:
        show = _bars(progress, expected)
        while True:
            runs = [run for run in airflow.runs(key) if (run.dag_id, run.run_id) not in earlier]
            show(airflow, runs)
            _refuse_failed(airflow, runs)
            now, state = time.monotonic(), repr([(run.run_id, run.state) for run in runs])
            if state != seen:
                seen, last_change = state, now
            if {run.dag_id for run in runs} >= expected and all(run.is_over for run in runs):
                if now - last_change >= QUIET_SECONDS:
                    return runs
            elif now - began > GIVE_UP_SECONDS or (now - last_change > 600 and all(run.is_over for run in runs)):
                missing = sorted(expected - {run.dag_id for run in runs})
                raise PipelineFailedError(f"these DAGs did not run for {key}: {missing}")
            time.sleep(POLL_SECONDS)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<24}"), BarColumn(bar_width=30), TextColumn("{task.fields[words]:<28}"),
        TimeElapsedColumn(), console=console, transient=False, disable=not console.is_terminal,
    )


def _bars(progress: Progress, expected: frozenset[str]) -> Callable[[Airflow, list[DagRun]], None]:
    stages = [stage for stage in (*STAGES, MAINTENANCE) if stage in expected]
    bars: dict[str, TaskID] = {stage: progress.add_task(stage, total=1, start=False, words="waiting") for stage in stages}
    announced: set[str] = set()

    def show(airflow: Airflow, runs: list[DagRun]) -> None:
        for run in runs:
            if run.dag_id in bars:
                _update(progress, bars[run.dag_id], airflow, run)
            if run.is_over and run.run_id + run.dag_id not in announced and progress.disable:
                announced.add(run.run_id + run.dag_id)
                seconds = (run.ended - run.started).total_seconds() if run.ended and run.started else 0.0
                progress.console.print(f"{run.dag_id:<24} {run.state} after {seconds:.0f} s")

    return show


def _update(progress: Progress, bar: TaskID, airflow: Airflow, run: DagRun) -> None:
    if progress.disable:
        return
    if run.is_over:
        progress.update(bar, completed=1, total=1, words=run.state)
        progress.stop_task(bar)
    elif run.started:
        tasks = airflow.task_instances(run)
        done = sum(task["state"] == "success" for task in tasks)
        running = next((task["task_id"] for task in tasks if task["state"] == "running"), "scheduled")
        progress.start_task(bar)
        progress.update(bar, completed=done, total=max(len(tasks), 1), words=running)


def _refuse_failed(airflow: Airflow, runs: list[DagRun]) -> None:
    failed = [run for run in runs if run.state == "failed"]
    if failed:
        raise PipelineFailedError("\n".join(airflow.error_of(run) for run in failed))


def _refuse_skipped(airflow: Airflow, runs: list[DagRun]) -> None:
    states = [(run.dag_id, task["task_id"], task["state"]) for run in runs for task in airflow.task_instances(run)]
    odd = [f"{dag}.{task} is {state}" for dag, task, state in states if state != "success"]
    if odd:
        raise PipelineFailedError("not every task succeeded: " + ", ".join(odd))
