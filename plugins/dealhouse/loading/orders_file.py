"""Rows of an order export, CSV or Parquet, as mappings of our names to plain values, streamed."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dealhouse.errors import BadInputError
from dealhouse.loading.orders_mapping import Mapping

Line = dict[str, Any]

PARQUET_ROWS = 20_000
FIELD_LIMIT = 1 << 20


def read_lines(path: Path, mapping: Mapping) -> Iterator[Line]:
    """Every line of the export, under our names. Raises BadInputError for a missing file or column, or an unreadable file."""
    if not path.is_file():
        raise BadInputError("no such file", str(path))
    yield from (_parquet if path.suffix == ".parquet" else _csv)(path, mapping)


def _parquet(path: Path, mapping: Mapping) -> Iterator[Line]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    named = mapping.columns.named()
    try:
        file = pq.ParquetFile(path)
        _check(set(file.schema_arrow.names), named, path)
        for batch in file.iter_batches(PARQUET_ROWS, columns=list(dict.fromkeys(named.values()))):
            columns = {name: batch.column(column).to_pylist() for name, column in named.items()}
            for values in zip(*columns.values(), strict=True):
                yield dict(zip(columns, values, strict=True))
    except pa.ArrowException as error:
        raise BadInputError(f"no readable Parquet: {error}", str(path)) from error


def _csv(path: Path, mapping: Mapping) -> Iterator[Line]:
    named = mapping.columns.named()
    csv.field_size_limit(FIELD_LIMIT)
    try:
        with path.open(encoding=mapping.encoding, errors="backslashreplace", newline="") as file:
            rows = csv.DictReader((line.replace("\x00", "\\x00") for line in file), delimiter=mapping.delimiter)
            _check(set(rows.fieldnames or ()), named, path)
            for row in rows:
                yield {name: row.get(column) for name, column in named.items()}
    except (csv.Error, LookupError) as error:
        raise BadInputError(f"no readable CSV: {error}", str(path)) from error


def _check(columns: set[str], named: dict[str, str], path: Path) -> None:
    missing = sorted(set(named.values()) - columns)
    if missing:
        raise BadInputError(f"no column {', '.join(missing)}; there are {', '.join(sorted(columns))}", str(path))
