import asyncio

import psycopg2
import pytest

from dealhouse.scraping import leases
from dealhouse.scraping.slots import Slots

pytestmark = pytest.mark.usefixtures("warehouse")


def test_holders_share_the_total_and_never_exceed_it() -> None:
    assert leases.renew("a", 50, 0).slots == 50
    assert leases.renew("b", 50, 0).slots == 0  # nothing is left until the first renews
    assert leases.renew("a", 50, 40).slots == 40  # what is in use cannot be taken back
    assert leases.renew("b", 50, 0).slots == 10
    assert leases.renew("a", 50, 12).slots == 25
    assert leases.renew("b", 50, 10).slots == 25
    leases.give_back("a")
    assert leases.renew("b", 50, 25).slots == 50


def test_a_busy_holder_makes_room_for_who_comes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "RENEWAL", 0.05)

    async def work(slots: Slots) -> None:
        await slots.acquire()
        await asyncio.sleep(0.02)
        slots.release()

    async def run() -> tuple[int, int]:
        first, second = Slots(0), Slots(0)
        async with leases.shared(first, 8):
            busy = asyncio.gather(*(work(first) for _ in range(1_000)))
            await asyncio.sleep(0.02)
            async with leases.shared(second, 8):
                await asyncio.sleep(0.5)
                shares = first.limit, second.limit
            busy.cancel()
            await asyncio.gather(busy, return_exceptions=True)
            return shares

    assert asyncio.run(run()) == (4, 4)


def test_a_dead_holder_s_slots_come_back(warehouse: str) -> None:
    assert leases.renew("dead", 50, 50).slots == 50
    with psycopg2.connect(warehouse) as connection, connection.cursor() as cursor:
        cursor.execute("update raw.crawl_leases set expires_at = now() - interval '1 second'")
    assert leases.renew("living", 50, 0).slots == 50


def test_two_crawls_at_once_keep_within_the_total(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "RENEWAL", 0.03)
    most = running = 0

    async def work(slots: Slots) -> None:
        nonlocal most, running
        await slots.acquire()
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.005)
        running -= 1
        slots.release()

    async def crawl(begin: float) -> int:
        await asyncio.sleep(begin)
        slots = Slots(0)
        async with leases.shared(slots, 6):
            await asyncio.gather(*(work(slots) for _ in range(150)))
            return slots.limit

    async def run() -> list[int]:
        return list(await asyncio.gather(crawl(0), crawl(0.05)))

    limits = asyncio.run(run())
    assert 3 <= most <= 6
    assert max(limits) <= 6
    assert leases.renew("after", 6, 0).slots == 6


def test_without_the_database_nothing_new_starts_once_the_lease_is_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    monkeypatch.setattr(leases, "RENEWAL", 0.01)
    monkeypatch.setattr(leases, "SECONDS", 0.1)
    granted = leases.renew

    def away(*_: object) -> int:
        raise OperationalError("renew", {}, Exception("away"))

    async def run() -> tuple[int, int]:
        slots = Slots(0)
        async with leases.shared(slots, 6):
            before = slots.limit
            monkeypatch.setattr(leases, "renew", away)
            await asyncio.sleep(0.3)
            after = slots.limit
            monkeypatch.setattr(leases, "renew", granted)
            return before, after

    assert asyncio.run(run()) == (6, 0)
