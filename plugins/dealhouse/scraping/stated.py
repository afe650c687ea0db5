"""A price's text as a feed or an API states it: a country's own dollar, codes behind numbers, "from" and ranges."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

from dealhouse.currencies import MINOR_UNITS
from dealhouse.scraping.amounts import exact, numbers, tidy
from dealhouse.scraping.money import LONGEST_TEXT, Money, read_money

FROM: dict[str, Any] = {"flags": "from_price", "confidence": 0.6}  # of an offer whose price is the lowest of several
_POINTED = re.compile(r"([0-9]{1,12}\.[0-9]{3})(?:\s{0,2}([A-Z]{3}))?\Z", re.A)
_UNUSED = ("IQD",)  # three decimals by ISO 4217, none in any shop
_PLAIN = re.compile(r"\s*(?:[A-Z]{3}\s?)?[0-9][0-9.,]*(?:\s{0,2}[A-Z]{3})?\s*\Z", re.A)
_FROM = re.compile(
    r"(?<![^\W\d_])(?:from|starting|as low as|ab|dès|des|partir|desde|da|vanaf|fra|från|od|mulai)(?![^\W\d_])[^\d]{0,20}\Z", re.I
)
_TO_WORDS = r"(?<![^\W\d_])(?:to|bis|till|à|a|al|do|до|até|hasta)(?![^\W\d_])"
_TO = re.compile(rf"(?:[.,]-{{1,2}})?\s*[^\s\d~-]{{0,4}}\s*(?:[-~]|\.\.+|…|{_TO_WORDS})\s*[^\s\d~-]{{0,4}}\s*", re.I)


def read_stated(text: str, *, currency: str | None, language: str | None, country: str | None) -> Money:
    """As read_money reads it; but where no currency is named or known, a sign of several is the country's own.

    The country decides nothing else: a number whose currency is known reads the same anywhere.
    """
    found = read_money(text, currency=currency, language=language)
    if currency is None and country and found[0] is not None and found[1] is None:
        return read_money(text, language=language, country=country)
    return found


@lru_cache(maxsize=16384)
def read_column(
    text: str, currency: str | None, expected: str | None, language: str | None, country: str | None
) -> tuple[Money, bool]:
    """((amount, currency), whether it is the lowest of several) of a feed's column.

    currency: what the feed names beside it; expected: the shop's. Feeds write a point for the decimal mark: 1.250 KWD is 1.250
    in any language, and 1.250 of a currency without a third decimal is what read_money makes of it.
    """
    pointed = _POINTED.match(text.strip())
    code = (pointed[2] or currency) if pointed else None
    if pointed and code and MINOR_UNITS.get(code) == 3 and code not in _UNUSED and currency in (None, code):
        return (exact(pointed[1]), code), False
    found = read_stated(text, currency=currency or expected, language=language, country=country)
    return found, found[0] is not None and is_from(text)


def is_from(text: str) -> bool:
    """Whether a price's text itself says that there are higher ones: "from 9.99", "ab 9,99 €", "9.99 - 12.99"."""
    if _PLAIN.match(text):
        return False
    told = tidy(text[:LONGEST_TEXT])
    found = numbers(told)
    if not found:
        return False
    return bool(_FROM.search(told, 0, found[0].start)) or any(
        _TO.fullmatch(told, low.end, high.start) for low, high in pairwise(found)
    )
