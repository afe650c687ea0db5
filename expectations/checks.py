"""The few kinds of expectation that the suites are written in. Each blocks unless it is told to warn.

`mostly` is the share of rows that must hold: raw records are a merchant's word and some are odd; a published row is ours, and
must hold to the last one.
"""

from collections.abc import Sequence

from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween
from great_expectations.expectations.core.expect_column_values_to_be_in_set import ExpectColumnValuesToBeInSet
from great_expectations.expectations.core.expect_column_values_to_be_unique import ExpectColumnValuesToBeUnique
from great_expectations.expectations.core.expect_column_values_to_match_regex import ExpectColumnValuesToMatchRegex
from great_expectations.expectations.core.expect_column_values_to_not_be_null import ExpectColumnValuesToNotBeNull
from great_expectations.expectations.core.expect_table_row_count_to_be_between import ExpectTableRowCountToBeBetween
from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity

from expectations.report import Severity

LEVELS = {"block": FailureSeverity.CRITICAL, "warn": FailureSeverity.WARNING}
SEVERITIES: dict[FailureSeverity, Severity] = {
    FailureSeverity.CRITICAL: "block", FailureSeverity.WARNING: "warn", FailureSeverity.INFO: "warn",
}
EXAMPLES = 100  # rows that a failed `no_row` fetches at most


def row_count(at_least: int, severity: Severity = "block") -> Expectation:
    return ExpectTableRowCountToBeBetween(min_value=at_least, severity=LEVELS[severity])


def present(*columns: str, mostly: float = 1.0, severity: Severity = "block") -> list[Expectation]:
    """The columns are not null."""
    return [ExpectColumnValuesToNotBeNull(column=column, mostly=mostly, severity=LEVELS[severity]) for column in columns]


def within(column: str, low: float, high: float, *, mostly: float = 1.0, severity: Severity = "block") -> Expectation:
    """Values lie in [low, high]; nulls pass. An upper bound also refuses NaN, which sorts above every number."""
    return ExpectColumnValuesToBeBetween(
        column=column, min_value=low, max_value=high, mostly=mostly, severity=LEVELS[severity]
    )


def one_of(column: str, values: Sequence[str], *, mostly: float = 1.0, severity: Severity = "block") -> Expectation:
    return ExpectColumnValuesToBeInSet(column=column, value_set=list(values), mostly=mostly, severity=LEVELS[severity])


def like(column: str, pattern: str, *, mostly: float = 1.0, severity: Severity = "block") -> Expectation:
    """Values match a Postgres regular expression; nulls pass."""
    return ExpectColumnValuesToMatchRegex(column=column, regex=pattern, mostly=mostly, severity=LEVELS[severity])


def unique(column: str, severity: Severity = "block") -> Expectation:
    return ExpectColumnValuesToBeUnique(column=column, severity=LEVELS[severity])


def no_row(where: str, meaning: str, *, severity: Severity = "block") -> Expectation:
    """No row fulfils a condition; `meaning` says in words what holds then."""
    query = f"select 1 as fault from {{batch}} where {where} limit {EXAMPLES}"  # noqa: S608 (written in the suites)
    return UnexpectedRowsExpectation(unexpected_rows_query=query, description=meaning, severity=LEVELS[severity])


def money(column: str, currency: str | None = "currency", *, mostly: float = 1.0) -> list[Expectation]:
    """An amount is positive and finite; beside it stands an ISO 4217 code."""
    amount = ExpectColumnValuesToBeBetween(
        column=column, min_value=0, strict_min=True, max_value=1e9, strict_max=True, mostly=mostly, severity=LEVELS["block"]
    )
    if currency is None:
        return [amount]
    return [amount, *present(currency, mostly=mostly), like(currency, "^[A-Z]{3}$", mostly=mostly)]


def reasoned(items: str) -> list[Expectation]:
    """`items`, an expression for a JSON array, holds items that each name a product and a reason that a shopper can read."""
    return [
        no_row(f"jsonb_typeof({items}) is distinct from 'array'", f"{items} is a list"),
        no_row(
            f"exists (select from jsonb_array_elements(case jsonb_typeof({items}) when 'array' then {items} else '[]' end) item "
            "where coalesce(item ->> 'product_id', '') = '' or coalesce(item ->> 'reason', '') = '')",
            f"every item of {items} names its product and its reason",
        ),
    ]
