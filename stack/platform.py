"""Bringing the platform up and taking it down."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil
import requests
from sqlalchemy import URL, make_url

from stack import postgres
from stack.database import create_database, migrate
from stack.preflight import complaints, server_complaints
from stack.processes import processes
from stack.settings import PROJECT, SIBLINGS, StackSettings, environment, sibling, stack_secrets
from stack.supervisor import supervise, sweep

HEALTH_SECONDS = 180.0
POOLS = Path(__file__).with_name("pools.json")
ANALYSTS = {"default_transaction_read_only": "on", "statement_timeout": "60s", "idle_in_transaction_session_timeout": "60s"}


class CannotStartError(Exception):
    """The platform cannot start here; the message is one clear line for each reason."""


def cluster_of(settings: StackSettings) -> postgres.Cluster:
    return postgres.create(settings.home / "postgres", settings.postgres_port)


def database_url(settings: StackSettings) -> str:
    """The warehouse's URL: the user's own DATABASE_URL, or the embedded cluster's."""
    return settings.given_database_url or cluster_of(settings).url("dealhouse")


def analysts_url(settings: StackSettings) -> str:
    """Where a BI tool reads, without the password."""
    url = make_url(database_url(settings))
    return URL.create("postgresql", "bi_reader", None, url.host, url.port, url.database).render_as_string()


def is_up(settings: StackSettings) -> bool:
    """Whether this home's supervisor runs."""
    return _supervisor_pid(settings) is not None


def bring_up(settings: StackSettings) -> dict[str, str]:
    """Start everything that is not running yet and wait until it is well; returns the processes' environment."""
    env = environment(settings, prepare(settings))
    if not is_up(settings):
        _prepare_airflow(env)
        _let_shop_in(env)
        _start_supervisor(settings, env)
    _wait_healthy(settings)
    return env


def prepare(settings: StackSettings) -> str:
    """Refuse a machine that is not fit, then make and migrate the databases; returns the warehouse's URL."""
    if not is_up(settings):
        _refuse_unfit(settings)
        settings.logs.mkdir(parents=True, exist_ok=True)
    return _databases(settings)


def migrate_given(settings: StackSettings) -> None:
    """Make and migrate every database of a DATABASE_URL, Airflow's included; starts nothing. Raises CannotStartError."""
    if settings.given_database_url and (reasons := server_complaints(settings.given_database_url)):
        raise CannotStartError("\n".join(reasons))
    _prepare_airflow(environment(settings, _databases(settings)))


def _refuse_unfit(settings: StackSettings) -> None:
    if not settings.given_database_url and postgres.is_running(cluster_of(settings)):
        postgres.stop(cluster_of(settings))
    reasons = complaints(settings)
    if reasons:
        raise CannotStartError("\n".join(reasons))


def _databases(settings: StackSettings) -> str:
    if not settings.given_database_url:
        cluster = cluster_of(settings)
        if not postgres.is_running(cluster):
            postgres.start(cluster)
        create_database(cluster.url("postgres"), "dealhouse")
    url = database_url(settings)
    for suffix in SIBLINGS:
        create_database(url, sibling(url, suffix).rpartition("/")[2].partition("?")[0])
    migrate(url)
    let_analysts_in(url, stack_secrets(settings.home)["bi_reader"])
    return url


def let_analysts_in(url: str, password: str) -> None:
    """Make `bi_reader` a login that may only read, for a minute a query, and cannot take the connections from the rest."""
    import psycopg2

    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("alter role bi_reader login connection limit 20 password %s", (password,))
        for setting, value in ANALYSTS.items():
            cursor.execute(f"alter role bi_reader set {setting} = '{value}'")


def _prepare_airflow(env: Mapping[str, str]) -> None:
    Path(env["AIRFLOW_HOME"]).mkdir(parents=True, exist_ok=True)
    (Path(env["DEALHOUSE_HOME"]) / "dbt" / "target").mkdir(parents=True, exist_ok=True)
    airflow = str(Path(sys.executable).with_name("airflow"))
    for command in ([airflow, "db", "migrate"], [airflow, "pools", "import", str(POOLS)]):
        run(command, env)


def _let_shop_in(env: Mapping[str, str]) -> None:
    """The shop has a service key, or its shoppers would share the few requests of one unknown address."""
    run([sys.executable, "-m", "serving.keys", "keep", "house-shop", "--scope", "prices", "--per-minute", "6000"], env)


def run(command: list[str], env: Mapping[str, str]) -> str:
    """Run a command of the platform to its end; raises RuntimeError with its last words."""
    done = subprocess.run(command, env=dict(env), cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} failed:\n{(done.stderr or done.stdout)[-3000:]}")
    return done.stdout


def _start_supervisor(settings: StackSettings, env: Mapping[str, str]) -> None:
    with (settings.logs / "supervisor.log").open("ab") as sink:
        child = subprocess.Popen(
            [sys.executable, "-m", "stack", "supervise"], env=dict(env), cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=sink,
            stderr=subprocess.STDOUT, start_new_session=True,
        )
    _pid_file(settings).write_text(str(child.pid))


def supervise_here(settings: StackSettings) -> None:
    """The supervisor's own process."""
    supervise(processes(settings), os.environ, settings.logs)


def _wait_healthy(settings: StackSettings) -> None:
    waiting = {process.name: process.health for process in processes(settings) if process.health}
    deadline = time.monotonic() + HEALTH_SECONDS
    while waiting:
        waiting = {name: url for name, url in waiting.items() if not _is_well(url)}
        if waiting and time.monotonic() > deadline:
            logs = ", ".join(str(settings.logs / f"{name}.log") for name in waiting)
            raise CannotStartError(f"{', '.join(waiting)} did not come up within {HEALTH_SECONDS:.0f} s; see {logs}")
        time.sleep(0.5)


def _is_well(url: str) -> bool:
    with suppress(requests.RequestException):
        return requests.get(url, timeout=5).ok
    return False


def take_down(settings: StackSettings) -> int:
    """Stop everything of this home; returns how many stray processes had to be swept up."""
    pid = _supervisor_pid(settings)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
            psutil.Process(pid).wait(timeout=40)
    _pid_file(settings).unlink(missing_ok=True)
    if not settings.given_database_url and (settings.home / "postgres" / "data").exists():
        postgres.stop(cluster_of(settings))  # before the sweep, which would take the server for a stray
    return sweep(settings.home)


def _pid_file(settings: StackSettings) -> Path:
    return settings.home / "supervisor.pid"


def _supervisor_pid(settings: StackSettings) -> int | None:
    path = _pid_file(settings)
    if not path.exists():
        return None
    pid = int(path.read_text())
    try:
        command = psutil.Process(pid).cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return pid if "supervise" in command else None
