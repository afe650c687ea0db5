"""raw.shop_customers: people by keyed hash only."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row


def expectations() -> list[Expectation]:
    return [
        like("customer_key", "^[0-9a-f]{32}$"),
        no_row("email_hash like '%@%'", "no address stands where its hash should"),
        like("country", "^[A-Z]{2}$", mostly=0.98),
        no_row("registered_at > loaded_at + interval '1 day'", "nobody registered in the future"),
    ]
