import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from dealhouse.scraping import pace
from dealhouse.scraping.offer import Context
from dealhouse.scraping.registry import Merchant

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


@pytest.fixture
def context() -> Callable[..., Context]:
    """A document's context; keyword arguments replace its values."""
    known = Context(
        merchant_id="acme", source_kind="shopify", country="DE", crawl_id="acme:k", document_url="https://acme.example/doc",
        base_url="https://acme.example", as_of=AS_OF, currency="EUR", language="de",
    )

    def make(**changes: Any) -> Context:
        return replace(known, **changes)

    return make


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between tries last hundredths of a second."""
    monkeypatch.setattr(pace, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(pace, "LONGEST_WAIT", 0.02)


@dataclass(frozen=True)
class Asked:
    """A request as the site saw it. `at` is monotonic."""

    at: float
    path: str
    headers: dict[str, str]


Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Site:
    """A real HTTP site on loopback: paths → an answer, or several to give one after the other (the last stays)."""

    url: str = ""
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    delay: float = 0.0
    in_flight: int = 0
    most_in_flight: int = 0

    def put(self, path: str, *answers: Answer | bytes) -> None:
        self.answers[path] = [answer if isinstance(answer, tuple) else (200, {}, answer) for answer in answers]

    def paths(self) -> list[str]:
        return [request.path for request in self.asked if request.path != "/robots.txt"]


@pytest.fixture
def site() -> Iterator[Site]:
    here = Site()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with lock:
                here.asked.append(Asked(time.monotonic(), self.path, dict(self.headers)))
                here.in_flight += 1
                here.most_in_flight = max(here.most_in_flight, here.in_flight)
                queue = here.answers.get(self.path, [(404, {}, b"")])
                status, headers, body = queue[0] if len(queue) == 1 else queue.pop(0)
            time.sleep(here.delay)
            with lock:
                here.in_flight -= 1
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)
            if "Content-Length" in headers:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here.url = f"http://127.0.0.1:{server.server_port}"
    yield here
    server.shutdown()
    server.server_close()


@pytest.fixture
def merchant(site: Site) -> Callable[..., Merchant]:
    """A merchant at the site; keyword arguments replace its values."""

    def make(**changes: Any) -> Merchant:
        known = {
            "merchant_id": "acme", "name": "Acme", "platform": "shopify", "base_url": site.url, "country": "DE",
            "currency": "EUR", "language": "de", "is_local": True, "spacing_seconds": 0.0,
        }
        return Merchant.model_validate({**known, **changes})

    return make
