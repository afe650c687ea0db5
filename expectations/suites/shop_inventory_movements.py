"""raw.shop_inventory_movements: signed quantities, known after they happened."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import no_row, present, within


def expectations() -> list[Expectation]:
    return [
        *present("movement_id", "sku", "location"),
        within("quantity", -1_000_000, 1_000_000),
        no_row("event_at > loaded_at + interval '1 day'", "no movement lies in the future"),
    ]
