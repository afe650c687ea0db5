import asyncio
import time

from bazaar.manners import Manners, NotingSelector


def _at(moments: list[float]) -> Manners:
    left = iter(moments)
    return Manners(0.25, clock=lambda: next(left))


def test_two_starts_too_close_are_a_violation() -> None:
    manners = _at([10.0, 10.1])
    for earliest in (10.0, 10.1):
        manners.came("m", "/feed.xml", earliest)
        manners.went("m")
    told = manners.told()
    assert told["violations"] == {"spacing": 1, "retry_after": 0, "in_flight": 0, "robots": 0, "private_address": 0}
    assert list(told["offenders"]) == ["m"]  # type: ignore[call-overload]


def test_what_waited_for_us_is_no_haste() -> None:
    manners = _at([10.2, 10.3])
    manners.came("m", "/a", 10.0)  # it may have come 0.2 s before it was handled
    manners.went("m")
    manners.came("m", "/b", 10.29)
    assert manners.told()["offenders"] == {}


def test_retry_after_robots_and_more_than_two_at_once() -> None:
    manners = _at([1.0, 1.0, 1.5, 5.0, 9.0])
    manners.came("m", "/robots.txt", 1.0, all_closed=True)
    manners.asked_to_wait("m", 1.0)
    manners.came("m", "/private/x", 1.5)
    manners.came("m", "/cart", 5.0)
    manners.came("m", "/feed.xml", 9.0, all_closed=True)
    violations = manners.told()["violations"]
    assert violations == {"spacing": 0, "retry_after": 1, "in_flight": 2, "robots": 3, "private_address": 0}
    assert manners.told()["most_in_flight_per_host"] == 4


def test_the_selector_knows_since_when_news_may_have_waited() -> None:
    selector = NotingSelector()

    async def busy() -> tuple[float, float]:
        began = time.monotonic()
        for _ in range(3):
            time.sleep(0.02)
            await asyncio.sleep(0)
        return began, selector.earliest

    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as runner:
        began, earliest = runner.run(busy())
    assert earliest <= began + 0.021
