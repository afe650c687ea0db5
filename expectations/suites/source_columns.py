"""raw.source_columns: the columns that sources brought; new ones are tolerated and told."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row, present


def expectations() -> list[Expectation]:
    return [
        *present("source", "kind", "column_name"),
        like("column_name", "[[:graph:]]"),
        no_row("is_added and not is_read and first_loaded_at = loaded_at", "no source brings a column that nobody reads",
               severity="warn"),
    ]
