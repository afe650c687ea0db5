"""publish.trending: what newcomers see."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, present, reasoned, row_count
from expectations.surroundings import Surroundings, needed


def expectations(around: Surroundings) -> list[Expectation]:
    return [
        row_count(1, needed(around.orders)),
        like("country", r"^([A-Z]{2}|\*)$"),
        *present("model_version"),
        *reasoned("body -> 'items'"),
    ]
