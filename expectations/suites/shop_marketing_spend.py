"""raw.shop_marketing_spend: what advertising cost, by channel and day."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row, present, within


def expectations() -> list[Expectation]:
    return [
        *present("day", "channel"),
        within("amount", 0, 1e8),
        like("currency", "^[A-Z]{3}$"),
        within("impressions", 0, 1e12),
        no_row("clicks > impressions", "nobody clicks what was not shown", severity="warn"),
        no_row("day > (loaded_at + interval '1 day')::date", "no day of advertising lies in the future"),
    ]
