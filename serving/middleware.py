"""Around every request: an id, limits on its size and its time, safe headers, a line in the log and the clock of the metrics."""

import asyncio
import time
import uuid
from contextlib import suppress

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.gate import Tell
from serving.logs import Log
from serving.metrics import Metrics
from serving.problems import InvalidRequestError, ServingError, TooLargeError, UnavailableError

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
MAX_BODY = 1_000_000
MAX_ADDRESS = 8192
TOO_LARGE = f"A body holds at most {MAX_BODY} bytes."
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
}


class Exchange:
    """One request under way: its id, and what became of it."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope, self._send = scope, send
        self.request_id = _request_id(Headers(scope=scope).get("x-request-id"))
        self.status, self.has_begun, self._started = 500, False, time.perf_counter()
        scope.setdefault("state", {})["request_id"] = self.request_id

    @property
    def route(self) -> str:
        """The route's template, which holds nobody's words."""
        found = getattr(self.scope.get("route"), "path", None)
        return found or ("/static" if self.scope["path"].startswith("/static/") else "unmatched")

    @property
    def method(self) -> str:
        """One of the known ones: a client may make up as many as it likes, and each would be a series of its own."""
        method: str = self.scope["method"]
        return method if method in METHODS else "other"

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._started

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.has_begun = message["status"], True
            answered = MutableHeaders(scope=message)
            answered["X-Request-ID"] = str(self.request_id)
            for name, value in SAFE_HEADERS.items():
                answered[name] = value
        await self._send(message)


class Envelope:
    """Pure ASGI: it costs microseconds, where a middleware on request and response objects costs a copy."""

    def __init__(self, app: ASGIApp, metrics: Metrics, log: Log, deadline_s: float, tell: Tell) -> None:
        self._app, self._metrics, self._log, self._deadline_s, self._tell = app, metrics, log, deadline_s, tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = Exchange(scope, send)
        try:
            error = await self._answered(exchange, receive)
            if error is not None:
                await self._tell(Request(scope), error)(scope, receive, exchange.send)
        finally:
            route, seconds = exchange.route, exchange.seconds
            self._metrics.answered(exchange.method, route, exchange.status, seconds)
            self._log.request(
                scope["state"], request_id=exchange.request_id, method=exchange.method, route=route, status=exchange.status,
                seconds=seconds,
            )

    async def _answered(self, exchange: Exchange, receive: Receive) -> ServingError | None:
        """Let the application answer; the error to tell, where it did not come to an answer."""
        refused = _refusal(exchange.scope)
        if refused is not None:
            return refused
        try:
            async with asyncio.timeout(self._deadline_s):
                await self._app(exchange.scope, _limited(receive), exchange.send)
        except TimeoutError:
            error: ServingError = UnavailableError("The answer took too long.")
        except Exception as fault:  # noqa: BLE001
            self._log.fault(exchange.request_id, exchange.route, fault)
            error = ServingError("The fault has been logged.")
        else:
            return None
        if exchange.has_begun:  # half an answer is told by a broken connection
            raise ConnectionAbortedError
        return error


def _request_id(text: str | None) -> uuid.UUID:
    with suppress(ValueError):
        return uuid.UUID(text or "")
    return uuid.uuid4()


def _refusal(scope: Scope) -> ServingError | None:
    """What is too large is refused unread."""
    length = Headers(scope=scope).get("content-length", "0")
    if length.isdigit() and int(length[:20]) > MAX_BODY:
        return TooLargeError(TOO_LARGE)
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MAX_ADDRESS:
        return InvalidRequestError(f"An address holds at most {MAX_ADDRESS} bytes.")
    return None


def _limited(receive: Receive) -> Receive:
    """A body without a declared length is held to the same limit while it comes."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MAX_BODY:
            raise HTTPException(413, TOO_LARGE)
        return message

    return counted
