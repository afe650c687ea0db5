"""publish.search_term: the words, brands and categories that can be searched."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row, present, row_count
from expectations.surroundings import Surroundings, needed


def expectations(around: Surroundings) -> list[Expectation]:
    return [
        row_count(1, needed(around.offers)),
        like("kind", "^(word|brand|category)$"),
        *present("value"),
        no_row("term = '' or term <> lower(term)", "terms are written as queries are read"),
        no_row("deals < 1", "a term is of some deal"),
    ]
