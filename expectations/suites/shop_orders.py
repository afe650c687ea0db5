"""raw.shop_orders: order heads."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row, present, within


def expectations() -> list[Expectation]:
    return [
        *present("order_id", "status", "currency"),
        like("currency", "^[A-Z]{3}$"),
        within("total", -1e8, 1e8),
        within("total", 0, 1e8, mostly=0.5),
        like("customer_key", "^[0-9a-f]{32}$"),
        no_row("event_at > loaded_at + interval '1 day'", "no order lies in the future"),
    ]
