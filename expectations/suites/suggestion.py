"""publish.suggestion: what is offered to who types."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import no_row, row_count
from expectations.surroundings import Surroundings, needed


def expectations(around: Surroundings) -> list[Expectation]:
    return [
        row_count(1, needed(around.offers)),
        no_row("jsonb_array_length(items) not between 1 and 10", "each beginning has one to ten suggestions"),
        no_row("jsonb_path_exists(items, '$[*] ? (@.text like_regex \"@.+[.]\")')", "no suggestion is somebody's address"),
    ]
