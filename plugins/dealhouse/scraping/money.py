"""Amounts and currencies as merchants write them: "1.299,00 EUR", "USD 15.00", "70.00  USD", "CHF 1'299.–", "1 099,00 zł".

Which mark is the decimal one follows from the text itself where it can, else from the currency's minor unit and the
language. A currency is read or given, never assumed: "$" alone is a dollar only where the caller expects some dollar.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from price_parser import Price

from dealhouse.currencies import MINOR_UNITS

COMMA_LANGUAGES = frozenset((
    "bg", "cs", "da", "de", "el", "es", "et", "fi", "fr", "hr", "hu", "id", "is", "it", "lt", "lv", "nb", "nl", "nn", "no",
    "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "tr", "uk", "vi",
))
SYMBOLS = {
    "€": "EUR", "£": "GBP", "zł": "PLN", "₹": "INR", "₺": "TRY", "₩": "KRW", "₪": "ILS", "₫": "VND", "₴": "UAH", "Kč": "CZK",
    "Ft": "HUF", "lei": "RON", "лв": "BGN", "₽": "RUB", "฿": "THB", "R$": "BRL", "US$": "USD", "A$": "AUD", "AU$": "AUD",
    "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD",
}
SHARED = {
    "$": ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "CLP", "COP", "ARS", "TWD"), "¥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK", "ISK"), "kr.": ("DKK", "NOK", "SEK", "ISK"),
}
_PLAIN = re.compile(r"\s*([0-9]{1,9}(?:\.[0-9]{1,2})?)\s+([A-Z]{3})\s*\Z")
_CODE = re.compile(r"(?<![A-Za-z])([A-Za-z]{3})(?![A-Za-z])")
_SPACES = re.compile(r"(?<=[0-9])[\s'’`](?=[0-9]{3}(?![0-9]))")
_NUMBER = re.compile(r"(?<![0-9])[0-9](?:[0-9.,]*[0-9])?")
_MINUS = re.compile(r"(?:^|[\s(])[-−–]\s*\Z")


def read_money(text: str, *, currency: str | None = None, language: str | None = None) -> tuple[Decimal | None, str | None]:
    """(amount, currency) of a price's text; either is None when it is not there. `currency` is what the merchant sells in."""
    plain = _PLAIN.match(text)
    if plain and plain[2] in MINOR_UNITS:
        return Decimal(plain[1]), plain[2]
    found = read_currency(text, expected=currency) or currency
    return read_amount(text, currency=found, language=language), found


def read_currency(text: str, *, expected: str | None = None) -> str | None:
    """The ISO code that a text names. A symbol of several currencies stands for the expected one, if it is among them."""
    for code in _CODE.findall(text):
        if code.upper() in MINOR_UNITS and (code.isupper() or code.upper() == expected):
            return str(code).upper()
    return _by_symbol(text.strip(), expected)


@lru_cache(maxsize=1024)
def _by_symbol(text: str, expected: str | None) -> str | None:
    symbol = Price.fromstring(text).currency or text
    if symbol in SYMBOLS:
        return SYMBOLS[symbol]
    return expected if expected in SHARED.get(symbol.lower(), ()) else None


def read_amount(value: object, *, currency: str | None = None, language: str | None = None) -> Decimal | None:
    """The amount of a number or of a text's first number; None for none, for NaN and for infinity. Negative stays negative."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    if not isinstance(value, str):
        return _exact(repr(value))
    text = _SPACES.sub("", unicodedata.normalize("NFKC", _ascii_digits(value[:200])))
    found = _NUMBER.search(text)
    if found is None:
        return None
    amount = _exact(_decide(found[0], currency, language))
    return -amount if amount is not None and _MINUS.search(text[: found.start()]) else amount


def _ascii_digits(text: str) -> str:
    return text if text.isascii() else "".join(str(unicodedata.decimal(ch, ch)) for ch in text)


def _decide(number: str, currency: str | None, language: str | None) -> str:
    """A number with a point for its decimal mark and no group marks."""
    dot, comma = number.rfind("."), number.rfind(",")
    if dot >= 0 and comma >= 0:
        mark = "." if dot > comma else ","
        return number.replace("," if mark == "." else ".", "").replace(mark, ".") if number.count(mark) == 1 else ""
    if dot < 0 and comma < 0:
        return number
    mark = "." if dot >= 0 else ","
    whole, _, rest = number.partition(mark)
    if number.count(mark) > 1:
        return number.replace(mark, "")
    if len(rest) == 3 and whole != "0" and len(whole) <= 3 and _groups(mark, currency, language):
        return whole + rest
    return f"{whole}.{rest}"


def _groups(mark: str, currency: str | None, language: str | None) -> bool:
    """Whether `1.299` (or `1,299`) is one thousand two hundred and ninety-nine."""
    if currency is not None:
        return MINOR_UNITS.get(currency, 2) != 3
    if language is not None:
        return (mark == ".") == (language[:2].lower() in COMMA_LANGUAGES)
    return True


def _exact(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < Decimal("1e15") else None


def write_amount(amount: Decimal, currency: str) -> str:
    """The amount with at least the currency's decimals, exactly: 12.5 EUR is `12.50`."""
    places = MINOR_UNITS.get(currency, 2)
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and -exponent < places:
        amount = amount.quantize(Decimal(1).scaleb(-places))
    return f"{amount:f}"
