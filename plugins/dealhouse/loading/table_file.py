"""Rows of a CSV, Parquet or NDJSON file (CSV and NDJSON also as .gz), as mappings of our names to plain values, streamed."""

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import orjson

from dealhouse.errors import BadInputError
from dealhouse.loading.writing import Writing

Line = dict[str, Any]
Named = Mapping[str, str]  # our name → the file's column

PARQUET_ROWS = 20_000
FIELD_LIMIT = 1 << 20
JSON_LINES = (".ndjson", ".jsonl")


class Row(NamedTuple):
    """A row and its number: of CSV and NDJSON the line it ends on, of Parquet the row. fault: why it is no row."""

    number: int
    line: Line
    fault: str | None = None


def read_lines(path: Path, named: Named, writing: Writing) -> Iterator[Line]:
    """Every line of the file, under our names. Raises BadInputError for a missing file or column, or an unreadable file."""
    return (row.line for row in read_rows(path, named, writing))


def read_rows(path: Path, named: Named, writing: Writing) -> Iterator[Row]:
    """Every row with its number. Raises like `read_lines`."""
    if not path.is_file():
        raise BadInputError("no such file", str(path))
    if path.suffix == ".parquet":
        yield from _parquet(path, named)
        return
    read = _json if _plain_suffix(path) in JSON_LINES else _csv
    try:
        with _opened(path) as file:
            yield from read(file, path, named, writing)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInputError(f"the file cannot be read: {error}", str(path)) from error


def columns_of(path: Path, writing: Writing) -> set[str] | None:
    """The file's own column names; None where every row has its own (NDJSON). Raises BadInputError."""
    if not path.is_file():
        raise BadInputError("no such file", str(path))
    if path.suffix == ".parquet":
        with _parquet_file(path) as file:
            return set(file.schema_arrow.names)
    if _plain_suffix(path) in JSON_LINES:
        return None
    try:
        with _opened(path) as file:
            return set(next(_csv_rows(file, writing), []))
    except (csv.Error, LookupError, OSError, EOFError, zlib.error) as error:
        raise BadInputError(f"no readable CSV: {error}", str(path)) from error


def _plain_suffix(path: Path) -> str:
    return path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


@contextmanager
def _parquet_file(path: Path) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            yield file
    except pa.ArrowException as error:
        raise BadInputError(f"no readable Parquet: {error}", str(path)) from error


def _parquet(path: Path, named: Named) -> Iterator[Row]:
    number = 0
    with _parquet_file(path) as file:
        _check(set(file.schema_arrow.names), named, path)
        for batch in file.iter_batches(PARQUET_ROWS, columns=list(dict.fromkeys(named.values()))):
            columns = {name: batch.column(column).to_pylist() for name, column in named.items()}
            for values in zip(*columns.values(), strict=True):
                number += 1
                yield Row(number, dict(zip(columns, values, strict=True)))


def _json(file: BinaryIO, _path: Path, named: Named, _writing: Writing) -> Iterator[Row]:
    for number, words in enumerate(file, 1):
        if words.isspace():
            continue
        try:
            found = orjson.loads(words)
        except orjson.JSONDecodeError:
            found = None
        if found.__class__ is dict:
            yield Row(number, {name: found.get(column) for name, column in named.items()})
        else:
            yield Row(number, {}, "malformed_record")


def _csv(file: BinaryIO, path: Path, named: Named, writing: Writing) -> Iterator[Row]:
    try:
        rows = _csv_rows(file, writing)
        header: list[str] = next(rows, [])
        _check(set(header), named, path)
        places = {name: header.index(column) for name, column in named.items()}
        for row in rows:
            if row:
                line = {name: row[place] if place < len(row) else None for name, place in places.items()}
                yield Row(rows.line_num, line, "ragged_line" if len(row) > len(header) else None)
    except (csv.Error, LookupError) as error:
        raise BadInputError(f"no readable CSV: {error}", str(path)) from error


def _csv_rows(file: BinaryIO, writing: Writing) -> Any:  # noqa: ANN401 (csv's reader has no name)
    """NUL, which Postgres cannot hold, and bytes that the encoding has not, are spelled out."""
    import io

    csv.field_size_limit(FIELD_LIMIT)
    plain = io.TextIOWrapper(file, encoding=writing.encoding, errors="backslashreplace", newline="")
    return csv.reader((line.replace("\x00", "\\x00") for line in plain), delimiter=writing.delimiter)


def _check(columns: set[str], named: Named, path: Path) -> None:
    missing = sorted(set(named.values()) - columns)
    if missing:
        raise BadInputError(f"no column {', '.join(missing)}; there are {', '.join(sorted(columns))}", str(path))
