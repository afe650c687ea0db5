"""Webhooks to a real web server: what they can verify, what they answer, and where nothing is posted to."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest

from dealhouse.notifying.delivering import deliver
from dealhouse.notifying.webhooks import signature
from dealhouse.settings import settings
from tests.dealhouse.notifying.conftest import ANN, NOW, Execute

Person = Callable[..., None]
Put = Callable[..., None]
STATES = "select kind, state, last_error from notify.outbox order by subject_id"


class Receiver(BaseHTTPRequestHandler):
    """Keeps what is posted; answers `status`."""

    got: list[tuple[dict[str, str], bytes]]
    status = 204

    def do_POST(self) -> None:
        self.got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(type(self).status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Not to the test's output."""


@pytest.fixture
def hook(shop: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, type[Receiver]]]:
    """A web server on loopback, where messages may be posted: its address and what it got."""
    receiver = type("Own", (Receiver,), {"got": [], "status": 204})
    server = ThreadingHTTPServer(("127.0.0.1", 0), receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("DEALHOUSE_WEBHOOKS_PRIVATE", "true")
    settings.cache_clear()
    assert shop
    yield f"http://127.0.0.1:{server.server_port}/hook", receiver
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_gets_what_it_can_verify(
    hook: tuple[str, type[Receiver]], person: Person, put: Put, execute: Execute
) -> None:
    person(webhook=hook[0])
    put(channel="webhook")
    assert deliver(NOW).rows == {"webhook.sent": 1}
    ((headers, body),) = hook[1].got
    assert headers["Dealhouse-Signature"] == signature("w-secret", body, NOW)
    ((outbox_id,),) = execute("select outbox_id::text from notify.outbox")
    assert headers["Dealhouse-Delivery"] == outbox_id == orjson.loads(body)["id"]
    assert orjson.loads(body)["items"][0]["url"] == "https://deals.example/products/7"
    assert ANN not in body.decode()


@pytest.mark.parametrize(("status", "state"), [(500, "queued"), (429, "queued"), (404, "failed"), (302, "failed")])
def test_what_a_webhook_answers_counts(
    hook: tuple[str, type[Receiver]], person: Person, put: Put, execute: Execute, status: int, state: str
) -> None:
    person(webhook=hook[0])
    put(channel="webhook")
    hook[1].status = status
    assert deliver(NOW).rows == {f"webhook.{state}": 1}
    assert execute(STATES) == [("price_below", state, f"answered {status}")]
    assert len(hook[1].got) == 1, "nobody is followed elsewhere"


def test_a_webhook_whose_sending_was_interrupted_comes_again(
    hook: tuple[str, type[Receiver]], person: Person, put: Put
) -> None:
    person(webhook=hook[0])
    put(channel="webhook", state="sending")
    assert deliver(NOW).rows == {"webhook.sent": 1}


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/x", "http://localhost:{port}/x", "http://[::1]:{port}/x",
                                 "http://2130706433/", "http://169.254.169.254/latest/meta-data"])
def test_no_webhook_leads_inside(
    hook: tuple[str, type[Receiver]], person: Person, put: Put, execute: Execute, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.delenv("DEALHOUSE_WEBHOOKS_PRIVATE")
    settings.cache_clear()
    person(webhook=url.format(port=hook[0].split(":")[2].split("/")[0]))
    put(channel="webhook")
    assert deliver(NOW).rows == {"webhook.failed": 1}
    assert "address" in execute(STATES)[0][2]
    assert hook[1].got == []
