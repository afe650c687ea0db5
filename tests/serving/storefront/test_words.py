from datetime import UTC, datetime, timedelta

import pytest

from serving.storefront import words
from serving.values import Money

NOW = datetime(2026, 5, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1234.50", "EUR", "€1,234.50"),
        ("9.99", "SEK", "9.99\u00a0SEK"),
        ("0.05", "GBP", "£0.05"),
        ("1000000.00", "USD", "$1,000,000.00"),
    ],
)
def test_money_reads_as_people_write_it(amount: str, currency: str, text: str) -> None:
    assert words.money(Money(amount=amount, currency=currency)) == text


def test_no_money_is_a_dash() -> None:
    assert words.money(None) == "–"


@pytest.mark.parametrize(
    ("code", "tone"),
    [("genuine", "good"), ("cross_merchant_inflated", "warn"), ("insufficient_history", "plain"), ("ref_never_charged", "warn")],
)
def test_a_verdict_has_a_tone(code: str, tone: str) -> None:
    found = words.verdict(code)
    assert found is not None
    assert found.tone == tone


def test_an_unknown_verdict_reads_as_it_stands() -> None:
    assert words.verdict("moon_phase") == words.Verdict("Moon phase", "plain", "")
    assert words.verdict(None) is None


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(minutes=5), "Ends within the hour"),
        (timedelta(hours=30), "Ends in 30 h"),
        (timedelta(days=4), "Ends in 4 days"),
        (timedelta(0), None),
        (timedelta(days=-1), None),
    ],
)
def test_time_left_is_seen_from_the_data(left: timedelta, text: str | None) -> None:
    assert words.until(NOW + left, NOW) == text
