"""Load over HTTP/1.1 on loopback: so many connections, each asking again as soon as it is answered, in a process of its own.

The client is a bare asyncio protocol: what it costs is the machine's, not the API's, and must not be what is measured.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from itertools import count

import numpy as np
import uvloop


class Caller(asyncio.Protocol):
    """One connection: the next request when the last is answered; seconds and status of each."""

    def __init__(self, requests: Sequence[bytes], numbers: "count[int]", until: float) -> None:
        self.requests, self.numbers, self.until = requests, numbers, until
        self.seconds: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.worst_gap = 0.0
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.received, self.needed = b"", 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._ask()

    def _ask(self) -> None:
        self.received, self.needed, self.began = b"", 0, time.perf_counter()
        self.transport.write(self.requests[next(self.numbers) % len(self.requests)])  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.received += data
        if not self.needed and (end := self.received.find(b"\r\n\r\n")) >= 0:
            head = self.received[:end].lower()
            place = head.find(b"content-length:")
            length = int(head[place + 15:].split(b"\r\n", 1)[0]) if place >= 0 else 0
            self.needed = end + 4 + length
        if self.needed and len(self.received) >= self.needed:
            now = time.perf_counter()
            self.seconds.append(now - self.began)
            self.statuses[int(self.received[9:12])] += 1
            if now < self.until:
                self._ask()
            else:
                self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if time.perf_counter() < self.until:
            self.statuses[0] += 1  # the server hung up
        if not self.over.done():
            self.over.set_result(None)


async def call(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> dict[str, object]:
    """Statuses, requests a second, and latencies in milliseconds."""
    loop, numbers, began = asyncio.get_running_loop(), count(), time.perf_counter()
    callers = [
        (await loop.create_connection(lambda: Caller(requests, numbers, began + seconds), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(caller.over for caller in callers))
    spent = time.perf_counter() - began
    milliseconds = 1000 * np.concatenate([caller.seconds for caller in callers])
    statuses = sum((caller.statuses for caller in callers), Counter[int]())
    p50, p95, p99 = np.percentile(milliseconds, [50, 95, 99]).round(2).tolist()
    return {
        "requests": len(milliseconds), "rps": round(len(milliseconds) / spent), "p50_ms": p50, "p95_ms": p95, "p99_ms": p99,
        "max_ms": round(float(milliseconds.max()), 1), "statuses": {str(status): n for status, n in sorted(statuses.items())},
    }


def main() -> None:
    """Stdin: {port, requests: [text], connections, seconds}; stdout: the outcome."""
    asked = json.load(sys.stdin)
    requests = [request.encode() for request in asked["requests"]]
    print(json.dumps(uvloop.run(call(asked["port"], requests, asked["connections"], asked["seconds"]))))


if __name__ == "__main__":
    main()
