"""JSON as pages carry it: repaired where it can be, and bounded."""

import html
import json
import re
from typing import Any

import orjson

Node = dict[str, Any]

LONGEST = 4_000_000
_WRAPPING = re.compile(r"^\s*(?:<!--|/\*.*?\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$", re.S)
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_CONTROL = re.compile(r"[\x00-\x1f]")


def read(text: str) -> Any:  # noqa: ANN401
    """A script's JSON, repaired where it can be. Raises ValueError."""
    if len(text) > LONGEST:
        raise ValueError("too long")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    bare = _WRAPPING.sub("", _WRAPPING.sub("", text)).strip().rstrip(";")
    if not bare.startswith(("{", "[")):
        raise ValueError("not JSON")
    for repaired in (bare, html.unescape(bare)):
        try:
            return json.loads(_TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", repaired)), strict=False)
        except (ValueError, RecursionError):
            continue
    raise ValueError("not JSON")


def listed(value: Any) -> list[Any]:  # noqa: ANN401
    return value if isinstance(value, list) else [] if value is None else [value]


def first(*values: Any) -> Any:  # noqa: ANN401
    """The first value that says something."""
    return next((value for value in values if value not in (None, "", [], {})), None)
