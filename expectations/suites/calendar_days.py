"""raw.calendar_days: which days are holidays, some ahead of time."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row


def expectations() -> list[Expectation]:
    return [
        like("country", "^[A-Z]{2}$"),
        like("holiday", "[[:alnum:]]"),
        no_row("day > (loaded_at + interval '3 years')::date", "no calendar reaches beyond three years"),
    ]
