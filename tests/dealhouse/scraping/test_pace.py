import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from dealhouse.errors import FetchUnavailableError
from dealhouse.scraping import pace
from dealhouse.scraping.pace import HostPace, backoff, retry_after


def test_starts_are_spaced_and_two_are_in_flight() -> None:
    starts: list[float] = []
    most = running = 0

    async def visit(host: HostPace, everyone: asyncio.Semaphore) -> None:
        nonlocal most, running
        async with host.turn(everyone):
            starts.append(time.monotonic())
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.1)
            running -= 1

    async def run() -> None:
        host, everyone = HostPace(0.02), asyncio.Semaphore(10)
        await asyncio.gather(*(visit(host, everyone) for _ in range(6)))

    asyncio.run(run())
    assert most == 2
    assert all(later - earlier >= 0.019 for earlier, later in pairwise(starts))


def test_everybody_shares_the_slots() -> None:
    most = running = 0

    async def visit(host: HostPace, everyone: asyncio.Semaphore) -> None:
        nonlocal most, running
        async with host.turn(everyone):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.02)
            running -= 1

    async def run() -> None:
        everyone = asyncio.Semaphore(3)
        await asyncio.gather(*(visit(HostPace(0), everyone) for _ in range(12)))

    asyncio.run(run())
    assert most == 3


def test_the_breaker_opens_and_retries_end() -> None:
    host = HostPace(0)
    host.check_breaker("http://a/")
    host.failures = pace.BREAKER
    with pytest.raises(FetchUnavailableError):
        host.check_breaker("http://a/")
    assert [host.may_retry() for _ in range(pace.RETRIES_PER_HOST + 1)].count(True) == pace.RETRIES_PER_HOST


def test_the_wait_is_jittered_and_bounded() -> None:
    waits = {attempt: [backoff(attempt) for _ in range(200)] for attempt in (0, 3, 50)}
    assert max(waits[0]) <= pace.FIRST_WAIT
    assert max(waits[50]) <= pace.LONGEST_WAIT
    assert len(set(waits[3])) > 100


def test_retry_after_is_seconds_or_a_date() -> None:
    assert retry_after("7") == 7
    assert retry_after(None) is None
    assert retry_after("soon") is None
    assert retry_after(format_datetime(datetime.now(UTC) - timedelta(hours=1))) == 0
    later = retry_after(format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True))
    assert later is not None
    assert 50 < later <= 60
