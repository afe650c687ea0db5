"""The API as a process of its own, told to stop while it answers: what it has begun, it answers."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from stack.processes import processes
from stack.settings import StackSettings
from tests.serving import published

PROJECT = Path(__file__).resolve().parents[2]


@contextmanager
def api(url: str, home: Path, **env: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The platform's own command: (process, address)."""
    settings = StackSettings(home=home, api_port=published.free_port())
    (command,) = [process.command for process in processes(settings) if process.name == "api"]
    told = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1", **env}
    program = [sys.executable, "-m", "uvicorn", *command[1:]]
    with subprocess.Popen(program, cwd=PROJECT, env=told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            _wait(settings.api_url)
            yield process, settings.api_url
        finally:
            process.kill()


def _wait(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{address}/health/live")
            return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail("the API did not start")


def test_told_to_stop_it_answers_what_it_has_begun_and_takes_nothing_new(database_url: str, tmp_path: Path) -> None:
    published.publish(database_url, published.make_world(), 1)
    answers: list[httpx.Response] = []
    with api(database_url, tmp_path) as (process, address), psycopg.connect(database_url) as lock:
        lock.execute("lock table publish.current in access exclusive mode")  # what reads the versions waits
        asking = threading.Thread(target=lambda: answers.append(httpx.get(f"{address}/v1/trending", timeout=20)))
        asking.start()
        _until_waiting(database_url)
        process.send_signal(signal.SIGTERM)
        _until_deaf(address)
        lock.rollback()
        asking.join(20)
        assert [answer.status_code for answer in answers] == [200]
        assert process.wait(20) in (0, -signal.SIGTERM)  # uvicorn, having ended well, lets the signal do its part
        assert process.stdout
        lines = [json.loads(line) for line in process.stdout.read().splitlines()]
        assert ("/v1/trending", 200) in [(line["route"], line["status"]) for line in lines]


def _until_waiting(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as watch:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            found = watch.execute("select count(*) from pg_locks where not granted and database = "
                                  "(select oid from pg_database where datname = current_database())").fetchone()
            if found and found[0]:
                return
            time.sleep(0.02)
    pytest.fail("no request came to wait")


def _until_deaf(address: str) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{address}/health/live", timeout=1)
        except httpx.TransportError:
            return
        time.sleep(0.05)
    pytest.fail("it still takes requests")


def test_a_request_that_takes_too_long_is_answered_in_time(database_url: str) -> None:
    published.publish(database_url, published.make_world(), 1)
    with published.running(database_url, deadline_s=0.5, pool_size=1) as where, httpx.Client(base_url=where) as client:
        with psycopg.connect(database_url) as lock:
            lock.execute("lock table publish.current in access exclusive mode")
            started = time.monotonic()
            answer = client.get("/v1/trending")
            assert time.monotonic() - started < 2
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
            lock.rollback()
        assert client.get("/v1/trending").status_code == 200  # the one connection is free again
