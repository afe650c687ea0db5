"""raw.fx_rates: a rate that is wrong makes every price wrong."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row, within


def expectations() -> list[Expectation]:
    return [
        like("base", "^[A-Z]{3}$"),
        like("quote", "^[A-Z]{3}$"),
        within("rate", 1e-6, 1e6),
        no_row("base = quote and rate <> 1", "a currency is worth itself"),
        no_row("day > (loaded_at + interval '2 days')::date", "no rate lies in the future"),
    ]
