"""A whole platform of its own: a tiny world, real Airflow, its own home and ports, up for the session's e2e tests."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PORTS = ("POSTGRES", "API", "BAZAAR", "AIRFLOW", "DOCS")


@dataclass(frozen=True)
class Platform:
    """A running platform: its home, environment and what `demo` printed."""

    home: Path
    environment: dict[str, str]
    printed: str

    def port(self, name: str) -> int:
        return int(self.environment[f"DEALHOUSE_{name}_PORT"])

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port(name)}"

    @property
    def database_url(self) -> str:
        password = (self.home / "postgres" / "password").read_text()
        return f"postgresql://postgres:{password}@127.0.0.1:{self.port('POSTGRES')}/dealhouse"

    def stack(self, command: str) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-m", "stack", command]
        return subprocess.run(words, cwd=PROJECT, env=self.environment, capture_output=True, text=True, check=False)


def _free_ports() -> dict[str, str]:
    probes = [socket.socket() for _ in PORTS]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return {f"DEALHOUSE_{name}_PORT": str(probe.getsockname()[1]) for name, probe in zip(PORTS, probes, strict=True)}
    finally:
        for probe in probes:
            probe.close()


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The tiny world's first day, run through Airflow; taken down at the end of the session."""
    home = tmp_path_factory.mktemp("platform")
    environment = {**os.environ, **_free_ports(), "WORLD": "tiny", "DEALHOUSE_HOME": str(home), "COLUMNS": "200"}
    environment.pop("DATABASE_URL", None)
    platform = Platform(home, environment, "")
    try:
        done = platform.stack("demo")
        logs = {path.name: path.read_text()[-1500:] for path in (home / "logs").glob("*.log")} if done.returncode else {}
        assert done.returncode == 0, done.stdout + done.stderr + json.dumps(logs, indent=1)
        yield Platform(home, environment, done.stdout)
    finally:
        platform.stack("down")
