"""The demo: a whole marketplace on this machine, its first day and the days after."""

import sys
import time
from collections.abc import Mapping

import requests
from rich.console import Console

from stack.airflow import Airflow
from stack.pipeline import EXPECTED, PipelineFailedError, run_day
from stack.platform import CannotStartError, bring_up, run
from stack.settings import StackSettings
from stack.summary import idle_dags, render, served_records, summarise

HISTORY_DONE = "history.done"


def first_day(settings: StackSettings, console: Console) -> None:
    """Bring everything up, import the past, and run the first day through Airflow. Raises PipelineFailedError."""
    _refuse_own_shop(settings)
    console.print(f"starting Postgres, Airflow, the API and the bazaar (world: {settings.world}, seed {settings.seed})")
    env = bring_up(settings)
    _import_past(settings, env, console)
    run_and_report(settings, env, console)


def next_day(settings: StackSettings, console: Console) -> None:
    """Move the bazaar's clock by a day, let its shoppers live it, and run the pipeline for the new key."""
    _refuse_own_shop(settings)
    env = bring_up(settings)
    console.print(run([sys.executable, "-m", "bazaar", "advance", *_world(settings)], env).strip())
    run_and_report(settings, env, console)


def _refuse_own_shop(settings: StackSettings) -> None:
    if settings.own_shop:
        raise CannotStartError(
            f"{settings.home} holds a shop of your own: its next day is its next export (python -m stack import-orders); "
            "the demo needs another DEALHOUSE_HOME"
        )


def _world(settings: StackSettings) -> list[str]:
    return ["--world", settings.world, "--seed", str(settings.seed), "--home", str(settings.home / "bazaar"),
            "--port", str(settings.bazaar_port)]


def clock(settings: StackSettings) -> str:
    """The key of the current day: what the bazaar's clock says, or the end of one's own orders."""
    if settings.own_shop:
        return settings.own_shop["as_of"]
    answer = requests.get(f"{settings.bazaar_url}/control/clock", timeout=30)
    answer.raise_for_status()
    return str(answer.json()["as_of"])


def _import_past(settings: StackSettings, env: Mapping[str, str], console: Console) -> None:
    done = settings.home / HISTORY_DONE
    if done.exists():
        return
    history = settings.home / "bazaar" / "history"
    started = time.monotonic()
    world = ["--world", settings.world, "--seed", str(settings.seed)]
    run([sys.executable, "-m", "bazaar", "history", *world, "--out", str(history)], env)
    run([sys.executable, "-m", "dealhouse.loading", "import-offers", str(history)], env)
    registry = f"{settings.bazaar_url}/control/registry.yml"
    run([sys.executable, "-m", "dealhouse.scraping", "merchants", "import", registry, "--as-of", clock(settings)], env)
    done.touch()
    console.print(f"imported the merchants' past in {time.monotonic() - started:.0f} s")


def run_and_report(settings: StackSettings, env: Mapping[str, str], console: Console) -> None:
    """Run the pipeline for the current key and print what it did. Raises PipelineFailedError."""
    key, url = clock(settings), env["DATABASE_URL"]
    airflow = _airflow(settings)
    console.print(f"running the pipeline for {key} through Airflow")
    crawled_before = bool(airflow.runs(key))  # then a bazaar started since does not know what it served
    watched = run_day(airflow, key, console)
    odd = sorted({run.dag_id for run in watched.runs} ^ EXPECTED)
    idle = idle_dags(url, key)
    if odd or idle:
        raise PipelineFailedError(f"unexpected or missing DAGs: {odd}; DAGs that wrote nothing: {idle}")
    _write_docs(settings, env)
    uncounted = settings.own_shop or crawled_before
    summary = summarise(url, key, None if uncounted else served_records(settings.bazaar_url, key))
    render(summary, settings, watched.seconds, console)
    if summary.served not in (None, summary.crawled):
        raise PipelineFailedError(f"the merchants served {summary.served} records, the crawl received {summary.crawled}")


def _airflow(settings: StackSettings) -> Airflow:
    airflow = Airflow(settings.airflow_url)
    airflow.log_in()
    deadline = time.monotonic() + 120
    while not airflow.dag_ids() >= EXPECTED:
        if time.monotonic() > deadline:
            missing = sorted(EXPECTED - airflow.dag_ids())
            raise PipelineFailedError("\n".join([f"Airflow does not know {missing}", *airflow.import_errors()]))
        time.sleep(1)
    return airflow


def _write_docs(settings: StackSettings, env: Mapping[str, str]) -> None:
    if not (settings.home / "dbt" / "target" / "catalog.json").exists():
        run([sys.executable, "-c", "from dealhouse.dbt_runs import write_docs; write_docs()"], env)
