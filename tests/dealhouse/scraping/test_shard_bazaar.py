"""Crawls of the whole bazaar, for the counts."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
import pytest

from dealhouse.loading.load import load_all_landed
from dealhouse.scraping import registry, shard
from stack.database import PROJECT

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


@pytest.fixture
def bazaar(tmp_path: Path) -> Iterator[str]:
    """A tiny bazaar of one's own, over HTTP."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "bazaar", "serve", "--world", "tiny", "--seed", "1", "--home", str(tmp_path / "bazaar")]
    with subprocess.Popen([*command, "--port", str(port)], cwd=PROJECT) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(300):
                if process.poll() is None and _answers(f"{address}/health"):
                    break
                time.sleep(0.1)
            yield address
        finally:
            process.terminate()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def served(bazaar: str, key: str) -> tuple[int, int, int]:
    """(rows served, broken ones, requests for what robots.txt closes) by the bazaar's own count."""
    with urllib.request.urlopen(f"{bazaar}/control/served?as_of={key}", timeout=10) as answer:
        told = json.load(answer)
    return told["total"], told["broken"], sum(one["private"] for one in told["merchants"].values())


def loaded(database_url: str, day: str) -> tuple[int, int]:
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select sum(rows_received)::int, sum(rows_rejected)::int from raw.load_ledger where loaded_at::date = %s", (day,)
        )
        return cursor.fetchall()[0]


def test_what_the_bazaar_served_is_what_was_received(warehouse: str, bazaar: str) -> None:
    registry.import_registry(f"{bazaar}/control/registry.yml", AS_OF)
    for key in ("2026-05-05T10:15:00", "2026-05-06T10:15:00"):
        as_of = datetime.fromisoformat(key).replace(tzinfo=UTC)
        reports = [shard.crawl_shard(ids, as_of) for ids in registry.shards(2)]
        shard.judge(reports)
        assert {one.status for report in reports for one in report.crawls} == {"complete"}
        for report in reports:
            load_all_landed(report.batch_uris, as_of)
        total, broken, private = served(bazaar, key)
        assert total > 0
        assert (*loaded(warehouse, key[:10]), private) == (total, broken, 0)
        urllib.request.urlopen(urllib.request.Request(f"{bazaar}/control/advance", method="POST"), timeout=30).close()
