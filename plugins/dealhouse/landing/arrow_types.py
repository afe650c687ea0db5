"""Postgres' types as Arrow's: nothing is rounded, nothing is guessed."""

import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from dealhouse.errors import BadInputError

TEXT = ("text", "varchar", "bpchar", "name", "uuid", "json", "jsonb")
PLAIN: dict[str, pa.DataType] = {
    "bool": pa.bool_(), "int2": pa.int16(), "int4": pa.int32(), "int8": pa.int64(), "float4": pa.float32(),
    "float8": pa.float64(), "date": pa.date32(), "timestamptz": pa.timestamp("us", tz="UTC"), "timestamp": pa.timestamp("us"),
    "interval": pa.duration("us"), **dict.fromkeys(TEXT, pa.string()),
}
WIDE, WIDEST = 38, 76  # digits of Arrow's two decimals


def arrow_type(name: str, digits: tuple[int, int] | None = None) -> pa.DataType:
    """The Arrow type of a Postgres type (`_text` is text[]); digits: before and after the point that a numeric column needs.

    Raises BadInputError for a type that no mart has had so far.
    """
    if name.startswith("_"):
        return pa.list_(arrow_type(name[1:], digits))
    if name == "numeric":
        before, after = digits or (WIDE - 9, 9)
        return pa.decimal128(WIDE, after) if before + after <= WIDE else pa.decimal256(WIDEST, after)
    if name not in PLAIN:
        raise BadInputError(f"no Parquet type for a column of type {name}", "export")
    return PLAIN[name]


def reader(name: str) -> Callable[[Any], Any]:
    """What makes of psycopg2's value what Arrow takes."""
    if name in ("json", "jsonb"):
        return lambda value: None if value is None else json.dumps(value, sort_keys=True, ensure_ascii=False)
    return (lambda value: None if value is None else str(value)) if name == "uuid" else lambda value: value
