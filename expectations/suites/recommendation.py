"""publish.recommendation: what a customer sees, each item with its reason."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, present, reasoned, row_count
from expectations.surroundings import Surroundings, needed


def expectations(around: Surroundings) -> list[Expectation]:
    return [
        row_count(1, needed(around.customers and around.orders)),
        row_count(around.least("recommendation", 0.5), needed(around.customers and around.orders)),
        like("customer_key", "^[0-9a-f]{32}$"),
        *present("model_version"),
        *reasoned("body -> 'items'"),
    ]
