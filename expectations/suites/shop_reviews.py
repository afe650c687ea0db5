"""raw.shop_reviews: what buyers said, by keyed hash, one to five."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row, present, within


def expectations() -> list[Expectation]:
    return [
        *present("review_id", "sku"),
        within("rating", 1, 5),
        like("customer_key", "^[0-9a-f]{32}$"),
        no_row("event_at > loaded_at + interval '1 day'", "no review lies in the future"),
    ]
