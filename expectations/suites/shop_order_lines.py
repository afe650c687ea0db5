"""raw.shop_order_lines: what was bought, at which price; returns count backwards."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row, present, within


def expectations() -> list[Expectation]:
    return [
        *present("order_id", "line_no", "sku"),
        like("currency", "^[A-Z]{3}$"),
        within("quantity", -1_000_000, 1_000_000),
        within("quantity", 1, 1_000_000, mostly=0.5),
        within("unit_price", -1e8, 1e8),
        no_row("event_at > loaded_at + interval '1 day'", "no line lies in the future"),
    ]
