"""publish.price_history: how a product's price moved at a merchant."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import money, no_row, row_count, within
from expectations.surroundings import Surroundings


def expectations(around: Surroundings) -> list[Expectation]:
    return [
        row_count(around.least("price_history", 0.5)),
        *money("low"),
        *money("high", None),
        within("low_reporting", 0.0001, 1e9),
        no_row("low > high", "a day's low is not above its high"),
        no_row("day > as_of::date + 1", "no day lies in the future"),
    ]
