"""One line of JSON a request, on standard output: what was asked by its route, never by its words, and no shopper's name."""

import threading
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson

from serving.auth import Caller


class Log:
    """Lines to a stream. A fault tells its type and where it arose; its message may hold what a person typed, and is left out."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._one_line = stream, threading.Lock()

    def request(
        self, state: Mapping[str, Any], *, request_id: object, method: str, route: str, status: int, seconds: float,
    ) -> None:
        """An answered request; `state` is the request's own: its caller, its versions, the policy that refused it."""
        pointers, limited = state.get("pointers"), state.get("limited")
        newest = max(pointers.values(), key=lambda pointer: pointer.as_of).release_id if pointers else None
        self._write("request", {
            "request_id": str(request_id), "method": method, "route": route, "status": status, "ms": round(1000 * seconds, 2),
            "version": newest, **_who(state.get("caller")), **({"limited": limited} if limited else {}),
        })

    def fault(self, request_id: object, route: str, error: BaseException) -> None:
        """An error that nobody expected."""
        where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
        self._write("fault", {"request_id": str(request_id), "route": route, "error": type(error).__qualname__, "where": where})

    def _write(self, event: str, told: Mapping[str, object]) -> None:
        line = orjson.dumps({"at": datetime.now(UTC), "event": event, **told}).decode()
        with self._one_line:
            self._stream.write(f"{line}\n")
            self._stream.flush()


def _who(caller: Caller | None) -> dict[str, str]:
    """The kind of caller, and a machine client's name: of a person no more than that there is one."""
    if caller is None:
        return {}
    kind = "service" if caller.key else "token" if caller.subject else "anonymous"
    return {"caller": kind} | ({"key": caller.key.name} if caller.key else {})
