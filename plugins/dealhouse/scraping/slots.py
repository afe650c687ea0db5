"""How many may be under way at once: a semaphore whose size may change while it is held, and a rate of starts."""

import asyncio
import time
from collections import deque


class Slots:
    """`limit` holders at a time. Made smaller, it takes nothing back: it only gives nothing until enough came back."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.taken = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def acquire(self) -> None:
        if self.taken < self.limit and not self._waiting:
            self.taken += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it was given in the same moment
                self.release()
            raise

    def release(self) -> None:
        self.taken -= 1
        self._wake()

    def resize(self, limit: int) -> None:
        self.limit = limit
        self._wake()

    def _wake(self) -> None:
        while self._waiting and self.taken < self.limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self.taken += 1
                turn.set_result(None)


class Rate:
    """At most so many starts a second, evenly: no bursts. `share` is this process's part of what all may start together."""

    def __init__(self, per_second: float, share: float = 1.0) -> None:
        self.per_second = per_second
        self.share = share
        self._next = 0.0

    async def turn(self) -> None:
        now = time.monotonic()
        start = max(now, self._next)
        self._next = start + 1 / max(self.per_second * self.share, 1e-3)
        if start > now:
            await asyncio.sleep(start - now)
