"""raw.affiliate_transactions: what networks say that we earned."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row, one_of, present, within


def expectations() -> list[Expectation]:
    return [
        *present("network", "transaction_id", "programme_id"),
        like("currency", "^[A-Z]{3}$"),
        one_of("status", ["pending", "approved", "declined"]),
        within("sale_amount", -1e7, 1e7),
        within("commission", -1e6, 1e6),
        no_row("abs(commission) > abs(sale_amount) and sale_amount <> 0", "no commission exceeds its sale", severity="warn"),
        no_row("transacted_at > loaded_at + interval '1 day'", "no sale lies in the future"),
        no_row("clicked_at > transacted_at", "nobody buys before the click", severity="warn"),
        like("sub_id", "^[a-z]+_[do][0-9a-f]{16}$", mostly=0.5, severity="warn"),
    ]
