"""raw.reject_decisions: what people decided about refused rows, in their name and with a reason."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, one_of


def expectations() -> list[Expectation]:
    return [
        one_of("disposition", ["released", "fixed", "dropped"]),
        like("decided_by", "[[:graph:]]"),
        like("reason", "[[:graph:]]"),
    ]
