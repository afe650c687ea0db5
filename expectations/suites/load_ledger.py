"""raw.load_ledger: nothing was lost on the way in, and not most of it refused."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import no_row


def expectations() -> list[Expectation]:
    return [
        no_row(
            "rows_received <> rows_loaded + rows_rejected + rows_erased", "every row received was loaded, rejected or erased"
        ),
        no_row("rows_received >= 20 and rows_rejected > rows_received * 0.5", "no batch was mostly rejected", severity="warn"),
    ]
