from datetime import date

import pytest

from serving.reads.products import lowest_since
from serving.schemas import PricePoint
from serving.values import Money

START = date(2026, 4, 5)


def point(merchant: str, day: date, amount: str) -> PricePoint:
    price = Money(amount=amount, currency="EUR")
    return PricePoint(merchant_id=merchant, day=day, low=price, high=price, low_reporting=price)


@pytest.mark.parametrize(
    ("points", "lowest"),
    [
        (
            [point("a", date(2026, 3, 1), "5.00"), point("a", date(2026, 4, 20), "9.00")],
            "5.00",
        ),  # still in force as the window began
        (
            [point("a", date(2026, 3, 1), "5.00"), point("a", date(2026, 4, 5), "9.00")],
            "9.00",
        ),  # replaced on the window's first day
        ([point("a", date(2026, 3, 1), "5.00"), point("b", date(2026, 4, 20), "9.00")], "9.00"),  # gone before the window
        ([point("a", date(2026, 4, 5), "10.00"), point("b", date(2026, 4, 7), "9.50")], "9.50"),
        ([point("a", date(2026, 4, 6), "10.00"), point("b", date(2026, 4, 7), "9.50")], None),  # not watched for so long
        ([], None),
    ],
)
def test_the_lowest_price_in_force(points: list[PricePoint], lowest: str | None) -> None:
    found = lowest_since(points, START)
    assert (found.amount if found else None) == lowest
