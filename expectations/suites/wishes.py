"""raw.wishes: what shoppers keep and want, change by change."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row, one_of, present


def expectations() -> list[Expectation]:
    return [
        *present("change_id", "subject_id", "kind"),
        one_of("kind", ("saved_deal", "saved_search", "alert", "not_interested")),
        like("customer_key", "^[0-9a-f]{32}$"),
        no_row("kind = 'saved_deal' and deal_id is null", "a saved deal is one"),
        no_row("kind = 'alert' and (product_id is null or condition is null)", "an alert watches a product for something"),
        no_row("threshold is not null and currency is null", "a threshold has its currency"),
        no_row("event_at > loaded_at", "no wish changed in the future"),
    ]
