"""publish.forecast: what each category will sell."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import no_row, present, row_count, within
from expectations.surroundings import Surroundings, needed


def expectations(around: Surroundings) -> list[Expectation]:
    return [
        row_count(1, needed(around.days)),
        *present("q05", "q50", "q95", "model_version"),
        *(within(column, 0, 1e9) for column in ("q05", "q50", "q95")),
        no_row("q05 > q50 or q50 > q95", "quantiles do not cross"),
        no_row("day < as_of::date - 1", "a forecast looks ahead"),
    ]
