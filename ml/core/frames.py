"""pandas frames through COPY, both ways: typed by the database's own column types."""

import io
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
from psycopg2 import sql

NULL = "\\N"
INTEGERS = {20, 21, 23}
FLOATS = {700, 701, 1700}
BOOLEAN, DATE, TIMESTAMP, TIMESTAMPTZ = 16, 1082, 1114, 1184


def copy_out(cursor: Any, query: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:  # noqa: ANN401
    """A query's rows. Placeholders are `%(name)s`.

    Integers come as int64 (Int64 where null), numeric as float64, text, uuid and jsonb as str (jsonb unparsed), date as naive
    midnight, timestamptz as UTC; null is NaN/NA/NaT.
    """
    text = cursor.mogrify(query, params).decode() if params else query
    cursor.execute(f"select * from ({text}) as q limit 0")  # noqa: S608 (queries are the capabilities' own)
    kinds = {column.name: column.type_code for column in cursor.description}
    buffer = io.BytesIO()
    cursor.copy_expert(f"copy ({text}) to stdout with (format csv, header, null '{NULL}')", buffer)
    buffer.seek(0)
    frame = pd.read_csv(
        buffer, dtype={name: _dtype(kind) for name, kind in kinds.items()}, keep_default_na=False, na_values=[NULL],
        true_values=["t"], false_values=["f"],
    )
    for name, kind in kinds.items():
        frame[name] = _finish(frame[name], kind)
    return frame


def _dtype(kind: int) -> str:
    if kind in INTEGERS:
        return "Int64"
    if kind in FLOATS:
        return "float64"
    return "boolean" if kind == BOOLEAN else "str"


def _finish(column: "pd.Series[Any]", kind: int) -> "pd.Series[Any]":
    if kind in (DATE, TIMESTAMP):
        return pd.to_datetime(column, format="ISO8601")
    if kind == TIMESTAMPTZ:
        return pd.to_datetime(column, format="ISO8601", utc=True)
    if kind in INTEGERS and not column.hasnans:
        return column.astype("int64")
    if kind == BOOLEAN and not column.hasnans:
        return column.astype("bool")
    return column


def copy_in(cursor: Any, table: tuple[str, str], frame: pd.DataFrame, kinds: Mapping[str, str]) -> int:  # noqa: ANN401
    """Append a frame to (schema, table); `kinds` = the columns' Postgres type names. Returns the rows written."""
    if frame.empty:
        return 0
    ready = pd.DataFrame({name: _prepare(frame[name], kinds[name]) for name in frame.columns})
    buffer = io.StringIO()
    ready.to_csv(buffer, index=False, header=False, na_rep=NULL)
    buffer.seek(0)
    statement = sql.SQL("copy {} ({}) from stdin with (format csv, null {})").format(
        sql.Identifier(*table), sql.SQL(", ").join(map(sql.Identifier, ready.columns)), sql.Literal(NULL)
    )
    cursor.copy_expert(statement.as_string(cursor), buffer)
    return len(ready)


def _prepare(column: "pd.Series[Any]", kind: str) -> "pd.Series[Any]":
    if kind in ("int2", "int4", "int8"):
        return column.astype("Int64")
    if kind in ("jsonb", "json"):
        return column.map(lambda value: value if isinstance(value, str) else json.dumps(value, sort_keys=True, allow_nan=False))
    if kind.startswith("_"):
        return column.map(_array)
    return column


def _array(values: list[str]) -> str:
    quoted = (str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"
