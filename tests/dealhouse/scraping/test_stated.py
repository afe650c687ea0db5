from decimal import Decimal

import pytest

from dealhouse.scraping.stated import is_from, read_column, read_stated


@pytest.mark.parametrize(
    "text",
    ["from 9.99", "From: $9.99", "ab 9,99 €", "dès 5 €", "à partir de 19,90 €", "Starting at $5", "9.99 - 12.99",
     "9,99 € – 12,99 €", "10€-20€", "US$10 - US$20", "$9.99 to $12.99", "von 9,99 bis 12,99 EUR", "CHF 10.- bis CHF 20.-"],
)  # fmt: skip
def test_a_text_says_that_its_price_is_the_lowest(text: str) -> None:
    assert is_from(text)


@pytest.mark.parametrize(
    "text",
    ["9.99", "9.99 EUR", "USD 12.99", "1.299,00 €", "12,- EUR", "20.00 EUR -20%", "9.99 EUR / 12 Stk", "was 20.00 now 10.00",
     "Fab 5", "12.50-", "- 12.50", "from", ""],
)  # fmt: skip
def test_a_text_of_one_price_says_nothing_of_the_kind(text: str) -> None:
    assert not is_from(text)


@pytest.mark.parametrize(
    ("text", "currency", "country", "read"),
    [
        ("$12.00", None, "CA", ("12.00", "CAD")),
        ("$12.00", "USD", "CA", ("12.00", "USD")),
        ("$12.00", None, "DE", ("12.00", None)),
        ("12.00", None, "CA", ("12.00", None)),  # a currency is named or known, never assumed
        ("1,299 EUR", None, "DE", ("1299", "EUR")),
        ("1,299 EUR", None, "", ("1299", "EUR")),
    ],
)
def test_the_country_tells_whose_dollar_it_is_and_nothing_else(
    text: str, currency: str | None, country: str, read: tuple[str, str | None]
) -> None:
    assert read_stated(text, currency=currency, language="de", country=country) == (Decimal(read[0]), read[1])


@pytest.mark.parametrize(
    ("text", "beside", "read"),
    [
        ("1.250 KWD", None, ("1.250", "KWD")),
        ("1.250", "KWD", ("1.250", "KWD")),
        ("1.250,500 KWD", None, ("1250.500", "KWD")),
        ("12.990 CLP", None, ("12990", "CLP")),  # of a currency without decimals it can be no mark but the thousands'
        ("1.299 EUR", None, ("1299", "EUR")),
        ("25.000 IQD", None, ("25000", "IQD")),
    ],
)
def test_feeds_write_a_point_before_three_decimals(text: str, beside: str | None, read: tuple[str, str]) -> None:
    money, is_lowest = read_column(text, beside, None, "de", "DE")
    assert (money, is_lowest) == ((Decimal(read[0]), read[1]), False)
