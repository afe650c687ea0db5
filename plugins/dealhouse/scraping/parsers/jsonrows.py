"""What the JSON formats share: a document's value, a row shown for a reject, machine-written amounts and instants."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

from dealhouse.scraping.amounts import exact

BOM = b"\xef\xbb\xbf"
_DECIMAL = re.compile(r"\s*-?[0-9]{1,18}(?:\.[0-9]{1,18})?\s*\Z", re.A)


def load(document: bytes) -> Any:  # noqa: ANN401 (whatever the merchant says)
    """The document's value. Raises ValueError saying why there is none.

    Halves of surrogate pairs, control characters and bytes that are no UTF-8 cost the document nothing; NaN is null.
    """
    body = document.removeprefix(BOM).strip(b" \t\r\n\x00")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        if not body.endswith((b"}", b"]")):
            raise  # cut off, or no JSON at all
        try:
            return json.loads(body.decode("utf-8", "replace"), strict=False, parse_constant=lambda _: None)
        except (ValueError, RecursionError):
            raise fault from None


def payload(value: object) -> str:
    """The row as it came, for people."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        pass  # half a surrogate pair, or too deep
    try:
        return json.dumps(value)
    except RecursionError:
        return "a value too deep to show"


def decimal(value: object) -> object:
    """An amount that a machine wrote: a number, or a string with a point ("12.990" is 12.99 in any language).

    Anything else is given back as it is: what it may be is for make_offer to say.
    """
    if isinstance(value, str):
        return Decimal(value) if _DECIMAL.match(value) else value
    return _of_number(value)


def _of_number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    return exact(repr(value))


def minor(value: object, places: int) -> object:
    """An amount in minor units, a whole number or a string of one, as an amount: ("18000", 3) is 18.000."""
    amount = decimal(value)
    return amount.scaleb(-places) if isinstance(amount, Decimal) else amount


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def instant(value: object) -> datetime | None:
    """An ISO 8601 text with an offset, or seconds since 1970; None for anything else."""
    if isinstance(value, str):
        return _moment(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1e10:
        return None
    return datetime.fromtimestamp(value, UTC)


def mapping(value: object) -> dict[str, Any]:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list; none where it is no list."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def first_of(value: object, name: str) -> Any:  # noqa: ANN401
    """A field of a list's first object, or None."""
    rows = objects(value)
    return rows[0].get(name) if rows else None
