"""Drills work on a whole made-up history, loaded by the real command lines."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

PROJECT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.drill

FINGERPRINT = """
select count(*), md5(string_agg(md5(row_to_json(o)::text), '' order by batch_id, row_no)) from raw.offer_observations o
"""


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world's past as canonical files."""
    folder = tmp_path_factory.mktemp("history")
    command = [sys.executable, "-m", "bazaar", "history", "--world", "small", "--seed", "3", "--out", str(folder)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    return folder


@dataclass(frozen=True)
class House:
    """A migrated database, a home of its own, and the loading command line on them."""

    url: str
    environment: dict[str, str]

    def loading(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "dealhouse.loading", *words], cwd=PROJECT, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )

    def load(self, *words: str) -> str:
        process = self.loading(*words)
        printed, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
        return printed

    def ask(self, query: str) -> list[tuple[object, ...]]:
        with psycopg2.connect(self.url) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def fingerprint(self) -> tuple[object, ...]:
        return self.ask(FINGERPRINT)[0]


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> House:
    return House(database_url, {**os.environ, "DATABASE_URL": database_url, "DEALHOUSE_HOME": str(tmp_path / "home")})
