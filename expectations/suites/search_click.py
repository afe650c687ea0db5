"""publish.search_click: what shoppers opened after which words."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import no_row
from expectations.surroundings import Surroundings


def expectations(around: Surroundings) -> list[Expectation]:
    assert around
    return [no_row("shoppers < 2", "one shopper alone says nothing about words")]
