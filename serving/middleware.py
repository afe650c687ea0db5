"""Around every request: an id, a limit on bodies, safe headers, and the clock of the metrics."""

import time
import uuid
from contextlib import suppress

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving import problems
from serving.metrics import Metrics

MAX_BODY = 1_000_000
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
}


class Envelope:
    """Pure ASGI: it costs microseconds, where a middleware on request and response objects costs a copy."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        request_id = _request_id(headers.get("x-request-id"))
        scope.setdefault("state", {})["request_id"] = request_id
        status, started = 500, time.perf_counter()

        async def marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                answered = MutableHeaders(scope=message)
                answered["X-Request-ID"] = str(request_id)
                for name, value in SAFE_HEADERS.items():
                    answered[name] = value
            await send(message)

        try:
            if _too_large(headers):
                refusal = problems.answer(problems.TooLargeError(f"A body holds at most {MAX_BODY} bytes."), scope["path"])
                await refusal(scope, receive, marked)
            else:
                await self._app(scope, _limited(receive), marked)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            self._metrics.answered(scope["method"], route, status, time.perf_counter() - started)


def _request_id(text: str | None) -> uuid.UUID:
    with suppress(ValueError):
        return uuid.UUID(text or "")
    return uuid.uuid4()


def _too_large(headers: Headers) -> bool:
    length = headers.get("content-length", "0")
    return length.isdigit() and int(length) > MAX_BODY


def _limited(receive: Receive) -> Receive:
    """A body without a declared length is cut off as well: the rest is never read, and what came is not valid JSON."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MAX_BODY:
            return {"type": "http.request", "body": b"", "more_body": False}
        return message

    return counted
