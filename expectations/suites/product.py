"""publish.product: what a thing is, and where its price begins."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row, present, row_count, within
from expectations.surroundings import Surroundings


def expectations(around: Surroundings) -> list[Expectation]:
    return [
        row_count(around.least("product", 0.5)),
        row_count(around.least("product", 0.9), "warn"),
        *present("item_group_id", "title", "offers_count", "merchants_count"),
        like("title", "[[:alnum:]]"),
        like("gtin", "^[0-9]{14}$"),
        within("lowest_price_reporting", 0.0001, 1e9),
        within("highest_price_reporting", 0.0001, 1e9),
        within("rating", 0, 5),
        no_row("lowest_price_reporting > highest_price_reporting", "the lowest price is not above the highest"),
        no_row("merchants_count > offers_count", "a product has no more merchants than offers"),
    ]
