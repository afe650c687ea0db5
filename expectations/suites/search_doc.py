"""publish.search_doc: every published deal can be found, in order of popularity."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row, present, row_count, unique, within
from expectations.surroundings import Surroundings, needed


def expectations(around: Surroundings) -> list[Expectation]:
    return [
        row_count(1, needed(around.offers)),
        row_count(around.least("search_doc", 0.2), needed(around.offers)),
        *present("tsv", "title", "prank"),
        like("title", "[[:alnum:]]"),
        within("prank", 1, 1e9),
        unique("prank"),
        within("price_reporting", 0.0001, 1e9),
        no_row("tsv = ''::tsvector", "every document has words"),
        no_row("ends_at <= as_of", "no document is of a deal that is over"),
    ]
