"""raw.shop_events: what shoppers did, impressions with position and list included."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row, one_of, within

KINDS = (
    "page_view", "product_view", "search", "add_to_cart", "remove_from_cart", "checkout_start", "purchase",
    "deal_click", "deal_save", "deal_report", "impression",
)


def expectations() -> list[Expectation]:
    return [
        one_of("kind", KINDS, mostly=0.95),
        like("customer_key", "^[0-9a-f]{32}$"),
        within("position", 0, 10_000),
        within("propensity", 0, 1),
        no_row("event_at > loaded_at + interval '1 day'", "no event lies in the future"),
    ]
