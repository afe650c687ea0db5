import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.schemas import PriceHistory, PricePoint
from serving.storefront import chart
from serving.values import Money

TODAY = date(2026, 5, 5)


def history(*points: tuple[str, int, str], lowest: str | None = None) -> PriceHistory:
    """Points as (merchant, days ago, price)."""
    return PriceHistory(
        product_id=uuid4(),
        release_id="r",
        data_as_of=datetime(2026, 5, 5, tzinfo=UTC),
        lowest_30d=Money(amount=lowest, currency="EUR") if lowest else None,
        points=[
            PricePoint(
                merchant_id=merchant, day=TODAY - timedelta(days=ago), **dict.fromkeys(("low", "high", "low_reporting"), price)
            )
            for merchant, ago, amount in points
            for price in [Money(amount=amount, currency="EUR")]
        ],
    )


def test_a_price_stands_still_until_its_next_point() -> None:
    drawn = chart.draw(history(("a", 100, "20.00"), ("a", 50, "10.00"), ("a", 0, "10.00")), {"a": "Anna"})
    assert drawn is not None
    path = drawn.lines[0].path
    assert re.fullmatch(r"M[\d.]+ [\d.]+(H[\d.]+V[\d.]+){2}", path)
    xs = [float(x) for x in re.findall(r"H([\d.]+)", path)]
    assert xs == [(chart.LEFT + chart.WIDTH - chart.RIGHT) / 2, chart.WIDTH - chart.RIGHT]
    ys = [float(y) for y in re.findall(r"V([\d.]+)", path)]
    assert ys[0] == ys[1] > float(path.split()[1].split("H")[0])
    assert drawn.lines[0].name == "Anna"


def test_the_thirty_day_low_has_its_line_and_label() -> None:
    drawn = chart.draw(history(("a", 60, "20.00"), ("a", 0, "12.00"), lowest="12.00"), {})
    assert drawn is not None
    assert drawn.low is not None
    assert drawn.low.at == drawn.lines[0].end[1]


def test_a_deals_claim_is_drawn_and_the_thirty_days_before_it_are_shaded() -> None:
    past = history(("a", 80, "20.00"), ("a", 20, "12.00"), ("a", 0, "12.00"), lowest="12.00")
    drawn = chart.draw(past, {}, chart.Claim(TODAY - timedelta(days=20), 30.0, 20.0))
    assert drawn is not None
    assert drawn.reference is not None
    assert drawn.low is not None
    assert (drawn.reference.label, drawn.low.label) == ("30.00", "20.00")
    assert drawn.reference.at < drawn.low.at < drawn.lines[0].end[1]
    width = chart.WIDTH - chart.LEFT - chart.RIGHT
    assert drawn.window == pytest.approx((chart.LEFT + width * 30 / 80, chart.LEFT + width * 60 / 80), abs=0.1)
    assert drawn.start == drawn.window[1]


def test_one_day_is_no_history() -> None:
    assert chart.draw(history(("a", 0, "20.00")), {}) is None
    assert chart.draw(history(), {}) is None


def test_no_more_than_six_merchants_are_drawn_the_named_ones_first() -> None:
    points = [(f"m{index}", ago, "10.00") for index in range(9) for ago in (40, 0)]
    drawn = chart.draw(history(*points), {"m8": "Eight", "m7": "Seven"})
    assert drawn is not None
    assert [line.name for line in drawn.lines][:2] == ["Eight", "Seven"]
    assert (len(drawn.lines), drawn.hidden) == (6, 3)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 179), st.integers(1, 10**9)), min_size=2, max_size=20, unique_by=lambda pair: pair[0]))
def test_every_point_lies_inside_the_frame(points: list[tuple[int, int]]) -> None:
    drawn = chart.draw(history(*[("a", ago, f"{cents / 100:.2f}") for ago, cents in points]), {})
    assert drawn is not None
    numbers = [float(number) for number in re.findall(r"[\d.]+", drawn.lines[0].path)]
    assert all(0 <= number <= chart.WIDTH for number in numbers)
    assert all(chart.TOP - 0.1 <= tick.at <= chart.HEIGHT - chart.BOTTOM + 0.1 for tick in drawn.prices)
    assert 3 <= len(drawn.prices) <= 9
