import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.limits import Limiter, Policy, neighbourhood

POLICY = Policy("anonymous", 10, 60)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_whole_quota_may_come_at_once_and_not_one_more() -> None:
    limiter = Limiter(clock=Clock())
    verdicts = [limiter.take(POLICY, "a") for _ in range(11)]
    assert [verdict.remaining for verdict in verdicts] == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]
    assert [verdict.retry_after_s for verdict in verdicts] == [None] * 10 + [6]


def test_who_waits_as_told_gets_in() -> None:
    clock = Clock()
    limiter = Limiter(clock=clock)
    while (verdict := limiter.take(POLICY, "a")).retry_after_s is None:
        pass
    clock.now += verdict.retry_after_s
    assert limiter.take(POLICY, "a").retry_after_s is None
    assert limiter.take(POLICY, "a").retry_after_s is not None


@given(st.lists(st.floats(0, 200), min_size=1, max_size=200))
def test_no_window_of_time_sees_more_than_twice_the_quota(pauses: list[float]) -> None:
    clock = Clock()
    limiter, let_in = Limiter(clock=clock), []
    for pause in pauses:
        clock.now += pause / 20
        if limiter.take(POLICY, "a").retry_after_s is None:
            let_in.append(clock.now)
    assert all(sum(begin <= at < begin + 60 for at in let_in) <= 2 * POLICY.quota for begin in let_in)
    assert len(let_in) <= POLICY.quota + math.ceil((clock.now - 1000) / POLICY.interval_s)


def test_callers_and_policies_are_counted_apart() -> None:
    limiter = Limiter(clock=Clock())
    for _ in range(10):
        limiter.take(POLICY, "a")
    assert limiter.take(POLICY, "a").retry_after_s
    assert limiter.take(POLICY, "b").remaining == 9
    assert limiter.take(Policy("pages", 10, 60), "a").remaining == 9


def test_memory_does_not_grow_and_the_longest_silent_is_forgotten_first() -> None:
    limiter = Limiter(most=3, clock=Clock())
    for caller in ("a", "b", "c", "a", "d"):
        limiter.take(POLICY, caller)
    assert len(limiter) == 3
    assert limiter.take(POLICY, "a").remaining == 7
    assert limiter.take(POLICY, "b").remaining == 9


def test_the_headers_are_structured_fields() -> None:
    limiter = Limiter(clock=Clock())
    headers = limiter.take(Policy("key", 2, 60), "a").headers
    assert headers == {"RateLimit-Policy": '"key";q=2;w=60', "RateLimit": '"key";r=1;t=30'}


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"), ("testclient", "testclient"),
    ],
)
def test_an_address_is_counted_with_its_household(host: str, counted: str) -> None:
    assert neighbourhood(host) == counted
