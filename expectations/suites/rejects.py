"""raw.rejects: what was refused, each row with its reason; how many there are is compared to the last runs."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row, one_of, present


def expectations() -> list[Expectation]:
    return [
        *present("batch_id", "kind", "reason"),
        like("reason", "[[:alnum:]]"),
        one_of("stage", ["parse", "load"]),
        no_row("payload like '%@%' and kind in ('shop_customers', 'shop_orders')", "no refused row shows an address"),
    ]
