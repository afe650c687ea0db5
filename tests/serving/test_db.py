import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest

from stack import postgres
from stack.database import create_database, migrate
from tests.conftest import free_port
from tests.serving import published


class Door:
    """A TCP door to Postgres that can be shut: what an outage looks like from the API."""

    def __init__(self, host: str, port: int) -> None:
        self._target, self._open, self._pairs = (host, port), True, []  # type: ignore[var-annotated]
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                inner, _ = self._listener.accept()
            except OSError:
                return
            if not self._open:
                inner.close()
                continue
            outer = socket.create_connection(self._target)
            self._pairs += [inner, outer]
            for source, sink in ((inner, outer), (outer, inner)):
                threading.Thread(target=self._copy, args=(source, sink), daemon=True).start()

    @staticmethod
    def _copy(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        finally:
            sink.close()

    def shut(self) -> None:
        self._open = False
        for end in self._pairs:
            end.close()
        self._pairs = []

    def open(self) -> None:
        self._open = True

    def close(self) -> None:
        self.shut()
        self._listener.close()


def test_an_outage_is_a_503_and_ends_with_it(database_url: str) -> None:
    published.publish(database_url, published.make_world(), 1)
    parts = urlsplit(database_url)
    door = Door(parts.hostname or "", parts.port or 5432)
    through = urlunsplit(parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{door.port}"))
    with published.running(through, DEALHOUSE_API_POOL_SIZE=2) as where, httpx.Client(base_url=where, timeout=10) as client:
        assert client.get("/v1/deals").status_code == 200
        door.shut()
        away = [client.get(path) for path in ("/v1/deals", "/v1/prices", "/health/ready", "/v1/trending")]
        assert {answer.status_code for answer in away} == {503}
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in away)
        assert client.get("/health/live").status_code == 200
        door.open()
        _comes_back(client, time.monotonic())
        door.close()


def _comes_back(client: httpx.Client, since: float) -> None:
    while client.get("/v1/deals").status_code != 200:
        assert time.monotonic() - since < 2, "the API did not come back"
    assert {client.get("/v1/deals").status_code for _ in range(10)} == {200}


@pytest.fixture
def server() -> Iterator[postgres.Cluster]:
    """A Postgres of the test's own, with one release: what is stopped and started here serves no other test."""
    folder = Path(tempfile.mkdtemp(prefix="dealhouse-outage-"))
    cluster = postgres.create(folder, free_port())
    postgres.start(cluster, durable=False)
    try:
        create_database(cluster.url("postgres"), "dealhouse")
        migrate(cluster.url("dealhouse"))
        published.publish(cluster.url("dealhouse"), published.make_world(), 1)
        yield cluster
    finally:
        postgres.stop(cluster)
        shutil.rmtree(folder)


def test_when_postgres_comes_back_after_a_while_all_are_served_within_two_seconds(server: postgres.Cluster) -> None:
    with published.running(server.url("dealhouse")) as where, httpx.Client(base_url=where, timeout=10) as client:
        assert client.get("/v1/deals").status_code == 200
        postgres.stop(server)
        told = set()
        for _ in range(4):  # long enough that a pool which backs off would sleep for seconds
            started = time.monotonic()
            told.add(client.get("/v1/deals").status_code)
            assert time.monotonic() - started < 2
        assert told == {503}
        postgres.start(server, durable=False)
        back = time.monotonic()
        with ThreadPoolExecutor(16) as many:
            while {answer.status_code for answer in many.map(lambda _: client.get("/v1/trending"), range(16))} != {200}:
                assert time.monotonic() - back < 2, "not all are served again"


def test_more_callers_than_connections_wait_their_turn_or_are_told_to(database_url: str) -> None:
    published.publish(database_url, published.make_world(), 1)
    with published.running(database_url, pool_size=2) as where:
        limits = httpx.Limits(max_connections=200)
        with httpx.Client(base_url=where, timeout=30, limits=limits) as client, ThreadPoolExecutor(60) as many:
            answers = list(many.map(lambda _: client.get("/v1/prices"), range(120)))
            assert {answer.status_code for answer in answers} <= {200, 503}
            assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers if answer.status_code == 503)
            _comes_back(client, time.monotonic())


def test_the_api_starts_without_a_database() -> None:
    nowhere = f"postgresql://nobody:x@127.0.0.1:{published.free_port()}/nothing"
    with published.running(nowhere) as where, httpx.Client(base_url=where, timeout=10) as client:
        assert client.get("/health/live").status_code == 200
        answer = client.get("/v1/deals")
        assert answer.status_code == 503
        assert "nobody" not in answer.text


def test_the_api_runs_as_its_own_role_and_may_not_write_what_it_serves(published_url: str) -> None:
    from serving.db import OPTIONS

    with psycopg.connect(published_url, options=OPTIONS) as connection:
        assert connection.execute(
            "select current_user, current_setting('TimeZone'), current_setting('statement_timeout')"
        ).fetchone() == ("serving", "UTC", "5s")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("delete from publish.deal")
