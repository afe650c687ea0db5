"""raw.shop_payments: money that moved."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, present, within


def expectations() -> list[Expectation]:
    return [*present("payment_id", "order_id"), within("amount", -1e8, 1e8), like("currency", "^[A-Z]{3}$")]
