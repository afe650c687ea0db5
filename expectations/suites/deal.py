"""publish.deal: which deals are worth a shopper's look."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, money, no_row, one_of, present, row_count, unique, within
from expectations.surroundings import Surroundings, needed

AVAILABILITIES = ("in_stock", "out_of_stock", "preorder", "backorder", "unknown")


def expectations(around: Surroundings) -> list[Expectation]:
    return [
        row_count(1, needed(around.offers)),
        row_count(around.least("deal", 0.2), needed(around.offers)),
        row_count(around.least("deal", 0.6), "warn"),
        *present("offer_id", "product_id", "merchant_id", "merchant_name", "title", "url", "verdict", "model_version"),
        *money("price"),
        like("title", "[[:alnum:]]"),
        like("url", "^https?://"),
        one_of("availability", AVAILABILITIES),
        within("discount_pct", 0, 99),
        within("confidence", 0, 1),
        within("click_probability", 0, 1),
        within("price_reporting", 0.0001, 1e9),
        *present("price_reporting", mostly=0.9, severity="warn"),
        unique("product_id", severity="warn"),
        no_row("score is null or score = 'NaN' or score = 'Infinity'", "every deal has a score"),
        no_row("reference_price <= price", "a deal costs less than its reference"),
        no_row("ends_at <= as_of", "no published deal is over"),
        no_row("availability = 'out_of_stock'", "no published deal is sold out"),
        no_row("started_at > as_of", "no published deal is yet to start"),
        no_row("jsonb_typeof(evidence) is distinct from 'object'", "every verdict shows its evidence"),
        no_row("jsonb_typeof(factors) is distinct from 'object'", "every confidence shows its factors"),
        no_row("jsonb_typeof(score_parts) is distinct from 'object'", "every score shows its parts"),
    ]
