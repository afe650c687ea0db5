"""raw.shop_exposures: who was shown which variant of an experiment."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row, present


def expectations() -> list[Expectation]:
    return [
        *present("experiment", "variant"),
        like("customer_key", "^[0-9a-f]{32}$"),
        no_row("anonymous_id is null and customer_key is null", "every exposure is somebody's"),
        no_row("event_at > loaded_at + interval '1 day'", "no exposure lies in the future"),
    ]
