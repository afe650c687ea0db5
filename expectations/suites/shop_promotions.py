"""raw.shop_promotions: reductions of our own, announced or past."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import no_row, present, within


def expectations() -> list[Expectation]:
    return [
        *present("promotion_id", "sku", "kind"),
        within("discount_pct", 0, 95, mostly=0.99),
        no_row("ends_at <= starts_at", "every promotion ends after it starts"),
        no_row("updated_at > loaded_at + interval '1 day'", "no promotion was changed in the future"),
    ]
