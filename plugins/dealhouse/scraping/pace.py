"""Politeness per host: spacing between starts, at most two requests in flight, a budget of retries, a breaker."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from dealhouse.errors import FetchUnavailableError

PER_HOST = 2
RETRIES_PER_HOST = 20
BREAKER = 5  # consecutive requests without a usable answer
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
LONGEST_RETRY_AFTER = 60.0


class HostPace:
    """One host's state within one crawl."""

    def __init__(self, spacing: float) -> None:
        self.spacing = spacing
        self.retries_left = RETRIES_PER_HOST
        self.failures = 0
        self._slots = asyncio.Semaphore(PER_HOST)
        self._gate = asyncio.Lock()
        self._next_start = 0.0

    @asynccontextmanager
    async def turn(self, everyone: asyncio.Semaphore) -> AsyncIterator[None]:
        """Wait for this host's turn, then for one of everybody's slots."""
        async with self._slots:
            await self._gate.acquire()
            try:
                await asyncio.sleep(max(0.0, self._next_start - time.monotonic()))
                await everyone.acquire()
                self._next_start = time.monotonic() + self.spacing
            finally:
                self._gate.release()
            try:
                yield
            finally:
                everyone.release()

    def check_breaker(self, url: str) -> None:
        """Raises FetchUnavailableError when the host has not answered for too long to be asked again in this crawl."""
        if self.failures >= BREAKER:
            raise FetchUnavailableError(url, f"the host failed {self.failures} times in a row")

    def may_retry(self) -> bool:
        self.retries_left -= 1
        return self.retries_left >= 0


def backoff(attempt: int) -> float:
    """Full jitter: anything up to a bound that doubles (attempt counts from 0)."""
    return random.uniform(0, min(LONGEST_WAIT, FIRST_WAIT * 2**attempt))  # noqa: S311


def retry_after(value: str | None) -> float | None:
    """Seconds that a Retry-After header asks for: a number or an HTTP date; None when it says nothing readable."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
