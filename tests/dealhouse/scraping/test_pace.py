import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from dealhouse.errors import FetchRefusedError, FetchUnavailableError
from dealhouse.scraping import pace
from dealhouse.scraping.pace import HostPace, backoff, retry_after
from dealhouse.scraping.slots import Rate, Slots


def test_starts_are_spaced_and_two_are_in_flight() -> None:
    starts: list[float] = []
    most = running = 0

    async def visit(host: HostPace, everyone: Slots) -> None:
        nonlocal most, running
        async with host.turn(everyone):
            host.sent()
            starts.append(time.monotonic())
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.1)
            running -= 1

    async def run() -> None:
        host, everyone = HostPace(0.02), Slots(10)
        await asyncio.gather(*(visit(host, everyone) for _ in range(6)))

    asyncio.run(run())
    assert most == 2
    assert all(later - earlier >= 0.019 for earlier, later in pairwise(starts))


def test_everybody_shares_the_slots() -> None:
    most = running = 0

    async def visit(host: HostPace, everyone: Slots) -> None:
        nonlocal most, running
        async with host.turn(everyone):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.02)
            running -= 1

    async def run() -> None:
        everyone = Slots(3)
        await asyncio.gather(*(visit(HostPace(0), everyone) for _ in range(12)))

    asyncio.run(run())
    assert most == 3


def test_a_platform_s_hosts_share_its_slots_and_rate() -> None:
    most = running = 0
    starts: list[float] = []

    async def visit(host: HostPace, everyone: Slots, platform: tuple[Slots, Rate]) -> None:
        nonlocal most, running
        async with host.turn(everyone, platform):
            starts.append(time.monotonic())
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.05)
            running -= 1

    async def run() -> None:
        everyone, platform = Slots(50), (Slots(3), Rate(100))
        await asyncio.gather(*(visit(HostPace(0), everyone, platform) for _ in range(9)))

    asyncio.run(run())
    assert most == 3
    assert max(starts) - min(starts) >= 0.079


def test_a_turn_that_is_called_off_gives_back_what_it_held() -> None:
    async def run() -> list[int]:
        host, everyone, shared = HostPace(0), Slots(0), Slots(1)
        waiting = asyncio.ensure_future(host.turn(everyone, (shared, Rate(1000))).__aenter__())
        await asyncio.sleep(0.02)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return [host.slots.taken, shared.taken, everyone.taken]

    assert asyncio.run(run()) == [0, 0, 0]


def test_nobody_rests_for_thirty_years() -> None:
    host = HostPace(0)
    host.rest(1e9)
    assert host.rest_until <= time.time() + pace.MOST_REST


def admitted(host: HostPace) -> float:
    """Seconds that the host makes wait."""
    started = time.monotonic()
    asyncio.run(host.admit("http://a/"))
    return time.monotonic() - started


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "FIRST_COOLDOWN", 0.1)
    monkeypatch.setattr(pace, "PROBE_POLL", 0.01)


@pytest.mark.usefixtures("quick")
def test_the_breaker_opens_and_is_half_open_after_a_while() -> None:
    host = HostPace(0)
    assert [host.failed(0.0) for _ in range(pace.BREAKER)] == [False] * (pace.BREAKER - 1) + [True]
    assert admitted(host) > 0.05
    assert host.failed(0.0)  # the one that tried: open again, for twice as long
    assert admitted(host) > 0.15
    host.succeeded()
    assert admitted(host) < 0.05


@pytest.mark.usefixtures("quick")
def test_one_request_at_a_time_tries_a_half_open_host() -> None:
    async def run() -> list[str]:
        host, seen = HostPace(0), []
        for _ in range(pace.BREAKER):
            host.failed(0.0)
        await host.admit("http://a/")
        second = asyncio.ensure_future(host.admit("http://a/"))
        await asyncio.sleep(0.05)
        seen.append("waits" if not second.done() else "asks too")
        host.succeeded()
        await second
        return seen

    assert asyncio.run(run()) == ["waits"]


def test_a_host_that_costs_too_much_is_given_up() -> None:
    host = HostPace(0)
    host.failed(pace.LOST_SECONDS + 1)
    with pytest.raises(FetchUnavailableError, match="without an answer"):
        admitted(host)


def test_a_host_that_refuses_again_and_again_is_left_alone() -> None:
    host = HostPace(0)
    for _ in range(pace.REFUSALS):
        host.refused()
    with pytest.raises(FetchRefusedError, match="in a row"):
        admitted(host)


def test_the_rest_that_a_host_asks_for_is_waited_for_or_too_long() -> None:
    host = HostPace(0)
    host.rest(0.1)
    assert admitted(host) > 0.05
    host.rest(3600)
    with pytest.raises(FetchUnavailableError, match="left alone"):
        admitted(host)


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


def test_the_spacing_counts_from_when_a_request_was_sent() -> None:
    async def run() -> float:
        host, everyone = HostPace(0.1), Slots(4)
        async with host.turn(everyone):
            waiting = asyncio.ensure_future(host.turn(everyone).__aenter__())
            await asyncio.sleep(0.15)  # a busy loop: longer than the spacing
            assert not waiting.done()
            host.sent()
            sent = time.monotonic()
            await waiting
            return time.monotonic() - sent

    assert asyncio.run(run()) >= 0.1


def test_a_request_that_is_never_sent_holds_nobody_up() -> None:
    async def run() -> None:
        host, everyone = HostPace(0.01), Slots(4)
        for _ in range(2):
            async with asyncio.timeout(1), host.turn(everyone):
                pass

    asyncio.run(run())
