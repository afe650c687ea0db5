"""A whole platform of a test's own: real Airflow on a made-up world, with its own home and ports."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from stack.airflow import Airflow

PROJECT = Path(__file__).resolve().parents[1]
PORTS = ("POSTGRES", "API", "BAZAAR", "AIRFLOW", "DOCS")


@dataclass(frozen=True)
class Platform:
    """A platform's home and the environment of its commands."""

    home: Path
    environment: dict[str, str]

    def port(self, name: str) -> int:
        return int(self.environment[f"DEALHOUSE_{name}_PORT"])

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port(name)}"

    @property
    def database_url(self) -> str:
        password = (self.home / "postgres" / "password").read_text()
        return f"postgresql://postgres:{password}@127.0.0.1:{self.port('POSTGRES')}/dealhouse"

    def begin(self, *command: str) -> subprocess.Popen[str]:
        """Start `python -m stack <command>`."""
        return subprocess.Popen(
            [sys.executable, "-m", "stack", *command], cwd=PROJECT, env=self.environment, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def end(self, begun: subprocess.Popen[str]) -> str:
        """Wait for a command to succeed; what it printed. Fails with the logs' last words."""
        printed, errors = begun.communicate()
        logs = {path.name: path.read_text()[-1500:] for path in (self.home / "logs").glob("*.log")} if begun.returncode else {}
        assert begun.returncode == 0, printed + errors + json.dumps(logs, indent=1)
        return printed

    def stack(self, *command: str) -> str:
        return self.end(self.begin(*command))

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg2.connect(self.database_url, options="-c timezone=UTC") as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else []

    def airflow(self) -> Airflow:
        """A client that has logged in."""
        client = Airflow(self.url("AIRFLOW"))
        client.log_in()
        return client


@contextmanager
def own_platform(world: str) -> Iterator[Platform]:
    """A platform on free ports where nothing runs yet; at the end nothing is left of it."""
    # not under pytest's own temporary folder: another session closes that to the service user
    home = Path(tempfile.mkdtemp(prefix="dealhouse-platform-"))
    environment = {**os.environ, **_free_ports(), "WORLD": world, "DEALHOUSE_HOME": str(home), "COLUMNS": "200"}
    environment.pop("DATABASE_URL", None)
    platform = Platform(home, environment)
    try:
        yield platform
    finally:
        platform.stack("clean")


def _free_ports() -> dict[str, str]:
    probes = [socket.socket() for _ in PORTS]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return {f"DEALHOUSE_{name}_PORT": str(probe.getsockname()[1]) for name, probe in zip(PORTS, probes, strict=True)}
    finally:
        for probe in probes:
            probe.close()
