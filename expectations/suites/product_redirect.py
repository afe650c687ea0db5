"""publish.product_redirect: where a product went that was merged into another. Empty as long as nothing was merged."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import no_row, present
from expectations.surroundings import Surroundings


def expectations(around: Surroundings) -> list[Expectation]:
    assert around
    return [
        *present("redirect_to"),
        no_row("redirect_to in (select product_id from {batch})", "a redirect leads to a product that stands, in one step"),
    ]
