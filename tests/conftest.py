"""Shared by every test: a real Postgres, a migrated database of one's own."""

import os
import shutil
import socket
import tempfile
import uuid
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from stack import postgres
from stack.database import create_database, migrate

TEMPLATE = "dealhouse_template"
PARSING = ("tests/contracts/", "tests/dbt/")

# no test is judged by the clock: a busy machine draws its examples slowly
settings.register_profile("dealhouse", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("dealhouse")


class _Scheduling(LoadScopeScheduling):  # type: ignore[misc]
    """What stays with one worker: a file, for its fixtures; a folder that parses dbt; whole platforms, which share a port."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(("tests/e2e/", "tests/drills/")):
            return "platforms"
        parsing = next((folder for folder in PARSING if nodeid.startswith(folder)), None)
        return parsing or nodeid.split("::", 1)[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _Scheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole platforms last, the one that stays up at the very end: they take the cores from what runs beside them."""
    items.sort(key=lambda item: ("e2e" in item.path.parts, "platform" in getattr(item, "fixturenames", ())))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI a skipped test is a failed one: what is skipped there would never run anywhere."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped under CI: {report.longrepr}"
    return report


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A server with a migrated template database: TEST_SERVER_URL, or an embedded cluster for this session."""
    given = os.environ.get("TEST_SERVER_URL")
    if given:
        yield given
        return
    # not under pytest's own temporary folder: another session closes that to the service user
    folder = Path(tempfile.mkdtemp(prefix="dealhouse-test-"))
    cluster = postgres.create(folder, free_port())
    postgres.start(cluster, durable=False)
    try:
        # a password of chance needs no hardening, which would cost every connection some milliseconds
        _administer(cluster.url("postgres"), f"set scram_iterations = 1; alter role postgres password '{cluster.password}'")
        yield cluster.url("postgres")
    finally:
        postgres.stop(cluster)
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def template(server_url: str) -> str:
    """The name of a migrated database that `database_url` copies."""
    name = f"{TEMPLATE}_{uuid.uuid4().hex[:8]}"
    create_database(server_url, name)
    migrate(_sibling(server_url, name))
    return name


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """A freshly migrated database of the test's own, dropped afterwards."""
    with copied(server_url, template, f"test_{uuid.uuid4().hex[:12]}") as url:
        yield url


@contextmanager
def copied(server_url: str, template: str, name: str) -> Iterator[str]:
    """The URL of a copy of the template's database, dropped at the end. To copy files takes a fifth of the time of the log."""
    _administer(server_url, f'create database "{name}" template "{template}" strategy file_copy')
    try:
        yield _sibling(server_url, name)
    finally:
        _administer(server_url, f'drop database "{name}" with (force)')


def _sibling(url: str, name: str) -> str:
    return f"{url.rsplit('/', 1)[0]}/{name}"


def _administer(server_url: str, statement: str) -> None:
    connection = psycopg2.connect(server_url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()
