import time
from decimal import Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given, settings
from hypothesis import strategies as st

from dealhouse.currencies import MINOR_UNITS
from dealhouse.scraping.money import read_amount, read_money, write_amount


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
        ("١٢٫٥ EUR", "12.5", "EUR"),
        ("12 000 JPY", "12000", "JPY"),
        ("US$ 12.50", "12.50", "USD"),
    ],
)
def test_prices_are_read_as_they_are_written(text: str, amount: str | None, currency: str) -> None:
    found, named = read_money(text)
    assert named == currency
    if amount is not None:
        assert found == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "locale", "amount", "currency"),
    [
        ("1.299,00 €", None, "1299.00", "EUR"), ("1 299,00 €", None, "1299.00", "EUR"),
        ("1\u202f299,00 €", None, "1299.00", "EUR"), ("1\u2009299,00 €", None, "1299.00", "EUR"),
        ("1'299.-", None, "1299", None), ("CHF 1’299.–", None, "1299", "CHF"), ("Fr. 1'299.50", None, "1299.50", "CHF"),
        ("12,12 €", None, "12.12", "EUR"), ("£1,299", None, "1299", "GBP"), ("Rs. 1,299/-", None, "1299", None),
        ("Rs. 1,299/-", "en-IN", "1299", "INR"), ("₹ 1,29,999", None, "129999", "INR"),
        ("₹1,29,999.00", None, "129999.00", "INR"), ("١٬٢٩٩٫٥٠ ر.س", None, "1299.50", "SAR"),
        ("۱۲۳٬۴۵۶ تومان", None, "123456", None), ("١٢٫٥ د.إ", None, "12.5", "AED"), ("１２，０００円", None, "12000", "JPY"),
        ("¥12,000", "ja-JP", "12000", "JPY"), ("¥99.00", "zh-CN", "99.00", "CNY"), ("12.500 KWD", None, "12.500", "KWD"),
        ("1,250.000 KD", None, "1250.000", "KWD"), ("12,500 DT", None, "12.500", "TND"),
        ("1 299,500 TND", None, "1299.500", "TND"), ("OMR 5.250", None, "5.250", "OMR"), ("BHD 1,299", None, "1299", "BHD"),
        ("CLP 12.990", None, "12990", "CLP"), ("$12.990", "es-CL", "12990", "CLP"), ("$12.99", None, "12.99", None),
        ("$12.99", "en-CA", "12.99", "CAD"), ("$12.99", "en-US", "12.99", "USD"), ("12,99 $", "fr-CA", "12.99", "CAD"),
        ("12,99 $ US", "fr-CA", "12.99", "USD"), ("US$12.99", None, "12.99", "USD"), ("C$12.99", None, "12.99", "CAD"),
        ("1 299 kr", None, "1299", None), ("1 299 kr", "sv-SE", "1299", "SEK"), ("1.299 kr.", "da", "1299", "DKK"),
        ("1 299,- kr", "nb-NO", "1299", "NOK"), ("199:-", None, "199", None), ("199:- kr", "sv", "199", "SEK"),
        ("12:50 kr", "sv", "12.50", "SEK"), ("R$ 1.299,90", None, "1299.90", "BRL"), ("12.50 €/kg", None, "12.50", "EUR"),
        ("€ 12,-", None, "12", "EUR"), ("€ 12,--", None, "12", "EUR"), ("12€99", None, "12.99", "EUR"),
        ("12 € 99", None, "12.99", "EUR"), ("12,99€/100g", None, "12.99", "EUR"),
        ("1 099,00 EUR tax incl.", None, "1099.00", "EUR"), ("Beginning at 1 099,00", None, "1099.00", None),
        ("Beginning at 1 099,00 EUR tax incl.", None, "1099.00", "EUR"), ("from 9.99", None, "9.99", None),
        ("ab 9,99 €", None, "9.99", "EUR"), ("9.99 - 12.99 €", None, "9.99", "EUR"), ("€9.99–€12.99", None, "9.99", "EUR"),
        ("$10-$20", None, "10", None), ("-5,00 €", None, "-5.00", "EUR"), ("−5,00 €", None, "-5.00", "EUR"),
        ("-$5.00", None, "-5.00", None), ("€ -5,00", None, "-5.00", "EUR"), ("CHF-5.00", None, "-5.00", "CHF"),
        ("Free", None, None, None), ("Call", None, None, None), ("Call 1-800-555-1234", None, None, None),
        ("auf Anfrage", None, None, None), (",89 €", None, "0.89", "EUR"), ("-,99 €", None, "0.99", "EUR"),
        ("1,234,567.890", None, "1234567.890", None), ("2 pairs from $349", None, "349", None),
        ("4 options from $439.34", None, "439.34", None), ("3.3500", None, "3.3500", None), ("£3.355", "en-GB", "3.355", "GBP"),
        ("13.068", None, "13068", None), ("1.299.00 €", None, "1299.00", "EUR"), ("1,299,00 €", None, "1299.00", "EUR"),
        ("12'50 €", None, "12.50", "EUR"), ("£1·99", None, "1.99", "GBP"), ("99p", "en-GB", "0.99", "GBP"),
        ("$ 119 95", None, "119.95", None), ("119 95 €", None, "119.95", "EUR"), ("12⁹⁹ €", None, "12.99", "EUR"),
        ("Was £20.00 Now £15.00", None, "15.00", "GBP"), ("UVP 20,00 € 15,00 €", None, "15.00", "EUR"),
        ("statt 20,00 € nur 15,00 €", None, "15.00", "EUR"), ("2 for £5", None, "5", "GBP"),
        ("20% off £12.99", None, "12.99", "GBP"), ("-20% 12,99 €", None, "12.99", "EUR"), ("500 g 2,99 €", None, "2.99", "EUR"),
        ("1,99 €/100 g 3,98 €", None, "3.98", "EUR"), ("15.08.2017", None, None, None),
        ("$1,299.00 USD", None, "1299.00", "USD"), ("USD $1,299.00", None, "1299.00", "USD"),
        ("A$ 1,299.00", None, "1299.00", "AUD"), ("NT$1,299", None, "1299", "TWD"), ("12 990 ₽", None, "12990", "RUB"),
        ("12 990 руб.", None, "12990", "RUB"), ("1 299 Kč", None, "1299", "CZK"), ("1.299 Ft", None, "1299", "HUF"),
        ("1.299,99 lei", None, "1299.99", "RON"), ("1299,99 zł", None, "1299.99", "PLN"), ("12 zł 99 gr", None, "12.99", "PLN"),
        ("150.000 ₫", None, "150000", "VND"), ("150.000đ", None, "150000", "VND"), ("Rp150.000", None, "150000", "IDR"),
        ("Rp 1.500.000,00", None, "1500000.00", "IDR"), ("₩12,000", None, "12000", "KRW"), ("12,000원", None, "12000", "KRW"),
        ("RM1,299.00", None, "1299.00", "MYR"), ("R 1 299,00", None, "1299.00", "ZAR"), ("R1,299.00", None, "1299.00", "ZAR"),
        ("S/ 1,299.00", None, "1299.00", "PEN"), ("Q1,299.00", None, "1299.00", "GTQ"), ("₡12.990", None, "12990", "CRC"),
        ("B/.12.99", None, "12.99", "PAB"), ("12.99 د.إ.\u200f", None, "12.99", "AED"),
        ("\u200f12.99 ر.س.", None, "12.99", "SAR"), ("KSh 1,299", None, "1299", "KES"), ("₦12,000.00", None, "12000.00", "NGN"),
        ("₺1.299,99", None, "1299.99", "TRY"), ("1.299,99 TL", None, "1299.99", "TRY"), ("₪1,299.90", None, "1299.90", "ILS"),
        ("1,299.90 ₪", None, "1299.90", "ILS"), ("฿1,299", None, "1299", "THB"),
        ("EUR29.66 (inc VAT 20% - UK & EEC) EUR24.71 (exc VAT 20% - UK & EEC)", None, "29.66", "EUR"),
        ("1.299", "de", "1299", None), ("1.299", "en", "1.299", None), ("1,299", "en", "1299", None),
        ("1,299", "de", "1.299", None), ("€1,299", "en-IE", "1299", "EUR"), ("1.299 €", "de-DE", "1299", "EUR"),
        ("1e5", None, None, None), ("99999999999999999999999 €", None, None, "EUR"), ("€&nbsp;12,50", None, "12.50", "EUR"),
        ("£12.99 inc. VAT", None, "12.99", "GBP"), ("From £12.99 per month", None, "12.99", "GBP"),
        ("12.99 GBP", None, "12.99", "GBP"), ("12.99 eur", None, "12.99", "EUR"), ("Eur 12.99", None, "12.99", "EUR"),
        ("kr 1.299,00", "no", "1299.00", "NOK"), ("1.299,00 kr", "da-DK", "1299.00", "DKK"),
        ("Price: 12.99 USD (VAT 20%)", None, "12.99", "USD"), ("$12.99 $9.99", None, "12.99", None),
        ("AED 1,299.00", None, "1299.00", "AED"), ("Dhs. 1,299.00", "en-AE", "1299.00", "AED"),
        ("1 299,00 DH", "fr-MA", "1299.00", "MAD"), ("1299 DA", None, "1299", "DZD"), ("12.990 COP", None, "12990", "COP"),
        ("COP $ 12.990", None, "12990", "COP"), ("$U 1.299", None, "1299", "UYU"), ("MX$1,299.00", None, "1299.00", "MXN"),
        ("$1,299.00 MXN", None, "1299.00", "MXN"), ("10.000,00 Kz", None, "10000.00", "AOA"),
        ("HK$1,299.0", None, "1299.0", "HKD"), ("€ 1.299,00 *", None, "1299.00", "EUR"),
        ("ab € 1.299,00 inkl. MwSt.", None, "1299.00", "EUR"), ("Prix : 1 299,00 € TTC", None, "1299.00", "EUR"),
        ("à partir de 12,99 €", None, "12.99", "EUR"), ("12,99 €  14,99 €", None, "12.99", "EUR"),
        ("Sale price$12.99", None, "12.99", None), ("Regular price$12.99", None, "12.99", None),
        ("USD 0.00", None, "0.00", "USD"), ("0,99€", None, "0.99", "EUR"), ("12 €", None, "12", "EUR"),
        ("€12", None, "12", "EUR"), ("1 250 000 UZS", None, "1250000", "UZS"), ("1 250 000 so'm", None, "1250000", "UZS"),
        ("2,5 €", None, "2.5", "EUR"), ("1234567,89 €", None, "1234567.89", "EUR"), ("£1,234,567", None, "1234567", "GBP"),
        ("1.234.567,89 €", None, "1234567.89", "EUR"), ("1 234 567,89 €", None, "1234567.89", "EUR"),
        ("1'234'567.89 CHF", None, "1234567.89", "CHF"), ("US $12.99", None, "12.99", "USD"),
        ("U.S. $12.99", None, "12.99", "USD"), ("EU € 12,99", None, "12.99", "EUR"), ("$12.99 CAD", None, "12.99", "CAD"),
        ("CDN$ 12.99", None, "12.99", "CAD"), ("CAD 12.99", None, "12.99", "CAD"), ("EUR 1.299,--", None, "1299", "EUR"),
        ("1.299,-", None, "1299", None), ("£12.99 each", None, "12.99", "GBP"), ("12.99 €/Stück", None, "12.99", "EUR"),
        ("3 x 12,99 €", None, "12.99", "EUR"), ("Pack of 3 - £12.99", None, "12.99", "GBP"),
        ("iPhone 15 - £799.00", None, "799.00", "GBP"), ("£ 12 . 99", None, "12.99", "GBP"),
        ("$12.99/ea.", None, "12.99", None), ("$.99", None, "0.99", None), ("12.99.", None, "12.99", None),
        ("12,99,", None, "12.99", None), ("(12.99 €)", None, "12.99", "EUR"), ("~12.99 €", None, "12.99", "EUR"),
        ("EUR: 12,99", None, "12.99", "EUR"), ("12.99€ TTC", None, "12.99", "EUR"), ("1.000.000", None, "1000000", None),
        ("N/A", None, None, None), ("Sold out", None, None, None), ("৳ 1,29,999", None, "129999", "BDT"),
        ("99¢", None, "0.99", None), ("Ksh. 1,299.00", None, "1299.00", "KES"), ("TZS 12,000", None, "12000", "TZS"),
        ("XOF 12 000", None, "12000", "XOF"), ("12 000 FCFA", "fr-SN", "12000", "XOF"),
        ("12.000 F CFA", "fr-CM", "12000", "XAF"), ("12 000 IQD", None, "12000", "IQD"), ("25,000 د.ع", None, "25000", "IQD"),
        ("1.250,00 Lei", None, "1250.00", "RON"),
        ("3 for 2 £10.00", None, "10.00", "GBP"), ("4.5/5 $19.99", None, "19.99", None), ("#12345 $19.99", None, "19.99", None),
        ("1.5L €2.99", None, "2.99", "EUR"), ("3D Puzzle 12,99 €", None, "12.99", "EUR"), ("4K TV 1.299 €", None, "1299", "EUR"),
        ("PS5 499,99 €", None, "499.99", "EUR"), ("1. 299,00 €", None, "1299.00", "EUR"), ("£ 1, 299.00", None, "1299.00", "GBP"),
        ("$1,299 99", None, "1299.99", None), ("SKU 12345 19.99", None, "19.99", None), ("12 €50", None, "12.50", "EUR"),
        ("100 g = 1,99 € 4,99 €", None, "4.99", "EUR"), ("R1 299,00", None, "1299.00", "ZAR"), ("2 €3", None, "3", "EUR"),
    ],
)
def test_prices_of_many_places(text: str, locale: str | None, amount: str | None, currency: str | None) -> None:
    assert read_money(text, language=locale) == (None if amount is None else Decimal(amount), currency)


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
    assert read_money("$ 12")[1] is None
    assert read_money("$ 12", currency="CAD")[1] == "CAD"
    assert read_money("$ 12", currency="EUR")[1] is None
    assert read_money("199 kr", currency="SEK")[1] == "SEK"


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


LOCALES = (
    "ar_EG", "cs_CZ", "da_DK", "de_AT", "de_CH", "de_DE", "en_CA", "en_GB", "en_IN", "en_US", "es_CL", "es_ES", "es_MX",
    "fa_IR", "fi_FI", "fr_CA", "fr_CH", "fr_FR", "he_IL", "hi_IN", "hu_HU", "id_ID", "it_IT", "ja_JP", "ko_KR", "nb_NO",
    "nl_NL", "pl_PL", "pt_BR", "ru_RU", "sv_SE", "th_TH", "tr_TR", "uk_UA", "vi_VN", "zh_CN",
)

CURRENCIES = ("EUR", "USD", "GBP", "JPY", "KRW", "CLP", "KWD", "BHD", "OMR", "TND", "CHF", "INR", "SEK", "PLN", "BRL", "CAD")


@settings(max_examples=300)
@given(
    st.integers(0, 10**9), st.sampled_from(LOCALES),
    st.sampled_from(CURRENCIES),
)
def test_what_a_locale_writes_is_read_again(minor: int, locale: str, currency: str) -> None:
    amount = Decimal(minor).scaleb(-MINOR_UNITS[currency])
    text = format_currency(amount, currency, locale=locale, numbering_system="default")
    assert read_money(text, currency=currency, language=locale) == (amount, currency)


@pytest.mark.parametrize(
    "piece", ["1", "1,", "1 ", "1.234,", " ", "€", "-", "$1 ", "1'", "free shipping ", "&amp;", "٫١", "a", "1-", "1/"]
)
def test_a_million_characters_take_no_time(piece: str) -> None:
    started = time.process_time()
    read_money(piece * (1_000_000 // len(piece)))
    assert time.process_time() - started < 0.1


def test_a_sign_that_cannot_be_the_expected_currency_leaves_it_unknown() -> None:
    assert read_money("$ 12", currency="EUR") == (Decimal(12), None)
    assert read_money("£12", currency="EUR") == (Decimal(12), "GBP")


def test_the_country_decides_where_the_language_names_none() -> None:
    assert read_money("$ 12", language="en", country="AU") == (Decimal(12), "AUD")


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
