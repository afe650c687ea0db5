import socket
import threading
import time
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest

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
        started = time.monotonic()
        while client.get("/v1/deals").status_code != 200:
            assert time.monotonic() - started < 5, "the API did not come back"
        door.close()


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
