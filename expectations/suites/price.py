"""publish.price: what we shall charge, and why. A wrong price is charged."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, money, no_row, present, row_count
from expectations.surroundings import Surroundings, needed


def expectations(around: Surroundings) -> list[Expectation]:
    return [
        row_count(1, needed(around.articles and around.orders)),
        row_count(around.least("price", 0.5), needed(around.articles and around.orders)),
        *present("price", "model_version"),
        *money("price"),
        *present("reason"),
        like("reason", "[[:alnum:]]"),
        no_row("jsonb_typeof(reason_parts) is distinct from 'object'", "every price shows the parts of its reason"),
        no_row("price > previous_price * 3 or price < previous_price / 3", "no price triples or falls to a third at once"),
    ]
