"""publish.gone_deal: which deals of the last days are over. Empty as long as none is."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import one_of, present
from expectations.surroundings import Surroundings

REASONS = ("ended", "sold_out", "outdone", "withdrawn")


def expectations(around: Surroundings) -> list[Expectation]:
    assert around
    return [*present("reason"), one_of("reason", REASONS)]
