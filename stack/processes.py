"""The platform's processes: their commands, and how each one says that it is well."""

import sys
from dataclasses import dataclass
from pathlib import Path

from stack.settings import PROJECT, StackSettings

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Process:
    """A long-running child: its command, and the URL that answers 200 when it is well (None: running is enough)."""

    name: str
    command: tuple[str, ...]
    health: str | None = None


def processes(settings: StackSettings) -> list[Process]:
    """Everything that the supervisor keeps running, in the order of starting."""
    world = [] if settings.own_shop else [_bazaar(settings)]
    return [*world, *_airflow(settings), _api(settings), _docs(settings)]


def _bazaar(settings: StackSettings) -> Process:
    command = (
        sys.executable, "-m", "bazaar", "serve", "--world", settings.world, "--seed", str(settings.seed),
        "--home", str(settings.home / "bazaar"), "--port", str(settings.bazaar_port),
    )
    return Process("bazaar", command, f"{settings.bazaar_url}/health")


def _airflow(settings: StackSettings) -> list[Process]:
    airflow = str(BIN / "airflow")
    return [
        Process("airflow-api-server", (airflow, "api-server"), f"{settings.airflow_url}/api/v2/monitor/health"),
        Process("airflow-scheduler", (airflow, "scheduler")),
        Process("airflow-dag-processor", (airflow, "dag-processor")),
        Process("airflow-triggerer", (airflow, "triggerer")),
    ]


def _api(settings: StackSettings) -> Process:
    command = (
        str(BIN / "uvicorn"), "serving.app:app", "--host", "127.0.0.1", "--port", str(settings.api_port),
        "--app-dir", str(PROJECT), "--no-access-log", "--timeout-graceful-shutdown", "15",
    )
    return Process("api", command, f"{settings.api_url}/health/live")


def _docs(settings: StackSettings) -> Process:
    folder = settings.home / "dbt" / "target"
    command = (sys.executable, "-m", "http.server", str(settings.docs_port), "--bind", "127.0.0.1", "--directory", str(folder))
    return Process("dbt-docs", command, settings.docs_url)
