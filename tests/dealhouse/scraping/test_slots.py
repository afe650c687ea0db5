import asyncio
import time

from dealhouse.scraping.slots import Rate, Slots


def test_slots_made_fewer_give_nothing_until_enough_came_back() -> None:
    async def run() -> list[bool]:
        slots = Slots(2)
        await slots.acquire()
        await slots.acquire()
        slots.resize(1)
        third = asyncio.ensure_future(slots.acquire())
        seen = []
        for _ in range(2):
            slots.release()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            seen.append(third.done())
        return seen

    assert asyncio.run(run()) == [False, True]


def test_slots_made_more_wake_who_waits() -> None:
    async def run() -> int:
        slots = Slots(0)
        waiting = [asyncio.ensure_future(slots.acquire()) for _ in range(3)]
        await asyncio.sleep(0)
        slots.resize(2)
        await asyncio.sleep(0)
        done = sum(one.done() for one in waiting)
        waiting[2].cancel()
        return done

    assert asyncio.run(run()) == 2


def test_who_stops_waiting_takes_no_slot() -> None:
    async def run() -> int:
        slots = Slots(1)
        await slots.acquire()
        given_up = asyncio.ensure_future(slots.acquire())
        await asyncio.sleep(0)
        slots.release()  # given in the same moment in which it is called off
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        return slots.taken

    assert asyncio.run(run()) == 0


def test_a_rate_has_no_bursts() -> None:
    async def run() -> float:
        rate = Rate(100, share=0.5)
        started = time.monotonic()
        await asyncio.gather(*(rate.turn() for _ in range(6)))
        return time.monotonic() - started

    assert asyncio.run(run()) >= 0.099
