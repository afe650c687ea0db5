"""Cells of other people's tables, as CSV, Parquet, JSON or a database's driver give them, as plain values; None = empty.

What cannot be read raises RefusedLineError with `missing` or `invalid`; who asks joins that with the column's name.
"""

from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from dealhouse.loading.land_lines import RefusedLineError

YES, NO = frozenset({"true", "t", "yes", "y", "1"}), frozenset({"false", "f", "no", "n", "0"})


def text(value: Any) -> str | None:  # noqa: ANN401
    """A cell as text: 17850.0, which a column with gaps makes of 17850, is `17850`."""
    if value is None:
        return None
    if isinstance(value, float):
        return None if value != value else str(int(value)) if value.is_integer() else repr(value)  # noqa: PLR0124 (NaN)
    return str(value).strip() or None


def amount(value: Any, decimal_comma: bool) -> str | None:  # noqa: ANN401
    """A number as words that Decimal reads, exponents written out; words that are none stay as they are."""
    words = format(value, "f") if isinstance(value, Decimal) else text(value)
    if words is None or not decimal_comma or not isinstance(value, str):
        return words
    return words.replace(".", "").replace(",", ".")


def whole(value: Any, decimal_comma: bool) -> int | None:  # noqa: ANN401
    """A whole number, also one written `3.00`."""
    if value.__class__ is int:
        return int(value)
    words = amount(value, decimal_comma)
    if words is None:
        return None
    try:
        number = Decimal(words[:40])
        if number != number.to_integral_value():
            raise RefusedLineError("invalid")
        return int(number)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise RefusedLineError("invalid") from error


def number(value: Any, decimal_comma: bool) -> float | None:  # noqa: ANN401
    words = amount(value, decimal_comma)
    try:
        return None if words is None else float(words)
    except ValueError as error:
        raise RefusedLineError("invalid") from error


def flag(value: Any) -> bool | None:  # noqa: ANN401
    """Yes or no, in the words that exports use."""
    if value.__class__ is bool:
        return bool(value)
    words = (text(value) or "").lower()
    if not words:
        return None
    if words not in YES | NO:
        raise RefusedLineError("invalid")
    return words in YES


def instant(value: Any, form: str | None, zone: tzinfo) -> datetime | None:  # noqa: ANN401
    """The moment that a cell names, in `zone` when it names none; a plain date is its first moment there."""
    moment = value
    if isinstance(value, date) and not isinstance(value, datetime):
        moment = datetime.combine(value, time(), zone)
    elif not isinstance(value, datetime):
        words = text(value)
        if words is None:
            return None
        moment = _parsed(words, form)
    local = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    try:
        return datetime.fromtimestamp(local.timestamp(), UTC)
    except (OverflowError, ValueError) as error:
        raise RefusedLineError("invalid") from error


def day(value: Any, form: str | None, zone: tzinfo) -> date | None:  # noqa: ANN401
    """The day that a cell names; of an instant with an offset, its day in `zone`."""
    if isinstance(value, datetime):
        return (value.astimezone(zone) if value.tzinfo is not None else value).date()
    if isinstance(value, date):
        return value
    words = text(value)
    if words is None:
        return None
    return _parsed(words, form).date()


def _parsed(words: str, form: str | None) -> datetime:
    """In the form that is told, or in ISO 8601, which is never mistaken for another."""
    if form:
        try:
            return datetime.strptime(words, form)  # noqa: DTZ007 (who asks knows the zone)
        except ValueError:
            pass
    try:
        return datetime.fromisoformat(words)
    except ValueError as error:
        raise RefusedLineError("invalid") from error
