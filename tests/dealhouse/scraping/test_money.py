from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealhouse.currencies import MINOR_UNITS
from dealhouse.scraping.money import read_amount, read_currency, read_money, write_amount


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("15.00 USD", "15.00", "USD"),
        ("70.00  USD", "70.00", "USD"),
        ("USD 15.00", "15.00", "USD"),
        ("15 EUR", "15", "EUR"),
        ("1.299,00 EUR", "1299.00", "EUR"),
        ("1,299.00 USD", "1299.00", "USD"),
        ("CHF 1'299.00", "1299.00", "CHF"),
        ("1 099,00 zł", "1099.00", "PLN"),
        ("1\u00a0099,00\u202f€", "1099.00", "EUR"),
        ("12,12 €", "12.12", "EUR"),
        ("£5", "5", "GBP"),
        ("from 9.99 EUR", "9.99", "EUR"),
        ("9.99 - 12.99 EUR", "9.99", "EUR"),
        ("-5.00 EUR", "-5.00", "EUR"),
        ("1.234.567 IDR", "1234567", "IDR"),
        ("1.299 EUR", "1299", "EUR"),
        ("1.299 KWD", "1.299", "KWD"),
        ("0.125 EUR", "0.125", "EUR"),
        ("١٢٫٥ EUR", None, "EUR"),
        ("12 000 JPY", "12000", "JPY"),
        ("US$ 12.50", "12.50", "USD"),
    ],
)
def test_prices_are_read_as_they_are_written(text: str, amount: str | None, currency: str) -> None:
    found, named = read_money(text)
    assert named == currency
    if amount is not None:
        assert found == Decimal(amount)


@pytest.mark.parametrize("text", ["", "auf Anfrage", "Call for price", "n/a", " EUR", "NaN", "Infinity", "--", "1.2.3,4,5"])
def test_what_is_no_amount_is_none(text: str) -> None:
    assert read_amount(text, currency="EUR") is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, "12"),
        (12.95, "12.95"),
        (1e-05, "0.00001"),
        (True, None),
        (None, None),
        ([], None),
        (float("nan"), None),
        (float("inf"), None),
        (10**30, None),
    ],
)
def test_numbers_are_taken_exactly(value: object, expected: str | None) -> None:
    found = read_amount(value)
    assert found == (None if expected is None else Decimal(expected))


def test_a_shared_symbol_needs_an_expectation() -> None:
    assert read_currency("$ 12") is None
    assert read_currency("$ 12", expected="CAD") == "CAD"
    assert read_currency("$ 12", expected="EUR") is None
    assert read_currency("199 kr", expected="SEK") == "SEK"


def test_a_currency_is_never_assumed() -> None:
    assert read_money("49.90") == (Decimal("49.90"), None)
    assert read_money("49.90", currency="EUR") == (Decimal("49.90"), "EUR")


def test_the_language_decides_where_nothing_else_does() -> None:
    assert read_amount("1.299", language="de") == Decimal(1299)
    assert read_amount("1.299", language="en") == Decimal("1.299")


@given(
    st.decimals(min_value=0, max_value=10**8, places=2), st.sampled_from(sorted(c for c in MINOR_UNITS if MINOR_UNITS[c] == 2))
)
def test_what_is_written_is_read_again(amount: Decimal, currency: str) -> None:
    assert read_money(f"{write_amount(amount, currency)} {currency}") == (amount, currency)


@given(st.text() | st.floats() | st.integers(), st.sampled_from([None, "EUR", "JPY", "KWD"]), st.sampled_from([None, "de", "en"]))
def test_nothing_makes_it_raise(value: object, currency: str | None, language: str | None) -> None:
    amount = read_amount(value, currency=currency, language=language)
    assert amount is None or amount.is_finite()
    if isinstance(value, str):
        read_money(value, currency=currency, language=language)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("12.5", "EUR", "12.50"),
        ("12", "JPY", "12"),
        ("12.345", "EUR", "12.345"),
        ("1E+2", "EUR", "100.00"),
        ("1.5", "KWD", "1.500"),
    ],
)
def test_an_amount_is_written_with_its_currencys_decimals(amount: str, currency: str, text: str) -> None:
    assert write_amount(Decimal(amount), currency) == text
