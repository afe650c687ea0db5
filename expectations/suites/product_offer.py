"""publish.product_offer: who sells a product, and at what price."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, money, no_row, one_of, present, row_count, unique, within
from expectations.suites.deal import AVAILABILITIES
from expectations.surroundings import Surroundings


def expectations(around: Surroundings) -> list[Expectation]:
    return [
        row_count(around.least("product_offer", 0.5)),
        *present("merchant_id", "title", "observed_at"),
        no_row(
            "url is null and merchant_id not in (select shop_id from raw.shop_products)",
            "only our own articles may lack an address",
        ),
        *money("price"),
        like("url", "^https?://"),
        one_of("availability", AVAILABILITIES),
        one_of("band", ("auto", "review", "apart")),
        within("probability", 0, 1),
        within("price_reporting", 0.0001, 1e9),
        *present("price_reporting", mostly=0.9, severity="warn"),
        unique("offer_id"),
        no_row("observed_at > as_of", "nothing was observed after as_of"),
        no_row("currency = reporting_currency and price <> price_reporting", "a price in the reporting currency is itself"),
    ]
