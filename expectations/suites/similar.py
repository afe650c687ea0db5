"""publish.similar: what else is like a product, and why."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import no_row, present, reasoned, row_count
from expectations.surroundings import Surroundings


def expectations(around: Surroundings) -> list[Expectation]:
    assert around
    return [
        row_count(1, "warn"),
        *present("model_version"),
        *reasoned("items"),
        no_row("jsonb_path_exists(items, '$[*] ? (@.product_id == $own)', jsonb_build_object('own', product_id))",
               "nothing is similar to itself"),
    ]
