"""Validators of single values: JSON in, COPY text out. What raw's columns and CHECKs would refuse is refused here.

A validator raises Refused with `missing`, `invalid` or `overlong`; the reader joins that with the column's name.
"""

import re
import uuid as uuids
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache
from math import isfinite
from typing import Any

from dealhouse.currencies import MINOR_UNITS

Parser = Callable[[Any], str]

NULL = "\\N"
ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
INT4 = 2**31
PLAIN_AMOUNT = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,4})?\Z").match
COUNTRY = re.compile(r"[A-Z]{2}\Z").match
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}\Z").match
HEX_KEY = re.compile(r"[0-9a-f]{32}\Z").match
FOUR_PLACES = Decimal("0.0001")
LIMIT = Decimal("1e9")


class Refused(ValueError):  # noqa: N818 (a verdict on a value, not a fault of the program)
    """A value that cannot stand: `args[0]` is the reason."""


def text(limit: int) -> Parser:
    """Text of at most `limit` characters; empty is null. Whole numbers are read as their digits (ids often come so)."""

    def parse(value: Any) -> str:  # noqa: ANN401
        if value.__class__ is not str:
            value = _digits(value)
        if len(value) > limit:
            raise Refused("overlong")
        return value or NULL

    return parse


def kept_text(limit: int) -> Parser:
    """Like `text`, but empty stays empty: for columns that may not be null."""
    read = text(limit)
    return lambda value: "" if value == "" else read(value)


def url(limit: int = 2000) -> Parser:
    """An absolute http(s) address; anything else (javascript:, data:, a path) is invalid."""

    def parse(value: Any) -> str:  # noqa: ANN401
        if value == "":
            return NULL
        if value.__class__ is not str or not value.startswith(("http://", "https://")):
            raise Refused("invalid")
        if len(value) > limit:
            raise Refused("overlong")
        return str(value)

    return parse


def kept_url(value: Any) -> str:  # noqa: ANN401
    return "" if value == "" else url()(value)


def one_of(*allowed: str, **spelled: str) -> Parser:
    """One of these words exactly; `spelled` are other spellings of them."""
    words = {word: word for word in allowed} | spelled

    def parse(value: Any) -> str:  # noqa: ANN401
        found = words.get(value) if value.__class__ is str else None
        if found is None:
            raise Refused("invalid")
        return found

    return parse


def matching(pattern: Callable[[str], Any]) -> Parser:
    """Text that a compiled pattern matches."""

    def parse(value: Any) -> str:  # noqa: ANN401
        if value.__class__ is not str or not pattern(value):
            raise Refused("invalid")
        return str(value)

    return parse


def currency(value: Any) -> str:  # noqa: ANN401
    if value.__class__ is not str or value not in MINOR_UNITS:
        raise Refused("invalid")
    return str(value)


def price(value: Any) -> str:  # noqa: ANN401
    """A positive amount below 1e9 at four places, without trailing zeros (12.50 and 12.5 must hash alike).

    NaN, Infinity, zero and negative amounts are invalid.
    """
    if value.__class__ is not str or not PLAIN_AMOUNT(value) or not value.strip("0."):
        value = _decimal(value, FOUR_PLACES, above=Decimal(0))
    return value.rstrip("0").rstrip(".") if "." in value else str(value)


def cost(value: Any) -> str:  # noqa: ANN401
    """An amount that may be zero."""
    if value.__class__ is str and PLAIN_AMOUNT(value):
        return str(value)
    return _decimal(value, FOUR_PLACES, above=Decimal(-1), least=Decimal(0))


def amount(value: Any) -> str:  # noqa: ANN401
    """A signed amount."""
    return _decimal(value, FOUR_PLACES, above=-LIMIT)


def decimal(places: int, least: float, most: float) -> Parser:
    """A number within bounds, rounded to so many places."""
    step = Decimal(1).scaleb(-places)
    low, high = Decimal(str(least)), Decimal(str(most))

    @lru_cache(maxsize=1024, typed=True)
    def known(value: str | float) -> str:
        return _decimal(value, step, above=-LIMIT, least=low, most=high)

    def parse(value: Any) -> str:  # noqa: ANN401
        if value.__class__ not in (str, int, float):
            raise Refused("invalid")
        return known(value)

    return parse


def rate(value: Any) -> str:  # noqa: ANN401
    """A positive exchange rate at eight places, below 1e8."""
    return _decimal(value, Decimal("1e-8"), above=Decimal(0), below=Decimal("1e8"))


def integer(least: int = -INT4, most: int = INT4 - 1) -> Parser:
    """A whole number within bounds (int4 by default)."""

    def parse(value: Any) -> str:  # noqa: ANN401
        if value.__class__ is not int or not least <= value <= most:
            raise Refused("invalid")
        return str(value)

    return parse


def share(value: Any) -> str:  # noqa: ANN401
    """A finite double from 0 to 1."""
    if value.__class__ not in (int, float) or not isfinite(value) or not 0 <= value <= 1:
        raise Refused("invalid")
    return repr(float(value))


def boolean(value: Any) -> str:  # noqa: ANN401
    if value.__class__ is not bool:
        raise Refused("invalid")
    return "t" if value else "f"


def identifier(value: Any) -> str:  # noqa: ANN401
    """A UUID."""
    if value.__class__ is not str:
        raise Refused("invalid")
    try:
        return str(uuids.UUID(value))
    except ValueError as error:
        raise Refused("invalid") from error


@lru_cache(maxsize=4096)
def _instant(value: str) -> str:
    moment = datetime.fromisoformat(value)
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat()


def instant(value: Any) -> str:  # noqa: ANN401
    """An ISO 8601 instant; one without an offset is UTC."""
    if value.__class__ is not str:
        raise Refused("invalid")
    try:
        return _instant(value)
    except (ValueError, OverflowError) as error:
        raise Refused("invalid") from error


def day(value: Any) -> str:  # noqa: ANN401
    if value.__class__ is not str:
        raise Refused("invalid")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise Refused("invalid") from error


def gtin(value: Any) -> str:  # noqa: ANN401
    """Fourteen digits whose last is the check digit of the others (GS1: weights 3 and 1)."""
    if value.__class__ is not str or len(value) != 14 or not (value.isascii() and value.isdigit()):
        raise Refused("invalid")
    odd = sum(map(int, value[0:13:2]))
    even = sum(map(int, value[1:13:2]))
    if (odd * 3 + even + int(value[13])) % 10 or not value.strip("0"):
        raise Refused("invalid")
    return str(value)


def _digits(value: Any) -> str:  # noqa: ANN401
    if value.__class__ is not int:
        raise Refused("invalid")
    return str(value)


def _decimal(
    value: Any, step: Decimal, above: Decimal, *,  # noqa: ANN401
    least: Decimal | None = None, most: Decimal | None = None, below: Decimal = LIMIT,
) -> str:
    if value.__class__ not in (str, int, float) or (value.__class__ is str and (not value.isascii() or "_" in value)):
        raise Refused("invalid")
    try:
        exact = Decimal(value if value.__class__ is not float else repr(value))
        if not exact.is_finite() or abs(exact) >= below:
            raise Refused("invalid")
        rounded = exact.quantize(step, ROUND_HALF_EVEN)
    except InvalidOperation as error:
        raise Refused("invalid") from error
    outside = (least is not None and rounded < least) or (most is not None and rounded > most)
    if not above < rounded < below or outside:
        raise Refused("invalid")
    return f"{rounded:f}"
