"""COPY: rows into raw, inside the caller's transaction; through a temporary table where a row may meet one of its own key."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import psycopg2
from sqlalchemy import Connection

from dealhouse.database import driver_cursor
from dealhouse.errors import DealhouseError
from dealhouse.loading.fields import ESCAPES, NULL

CHUNK = 1 << 18


class Lines:
    """What COPY reads from: text lines made while it reads, encoded in chunks."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.count = 0
        self.failure: DealhouseError | OSError | None = None

    def read(self, _size: int = -1) -> bytes:
        chunk: list[str] = []
        size = 0
        try:
            for made in self._lines:
                chunk.append(made)
                size += len(made)
                if size >= CHUNK:
                    break
        except (DealhouseError, OSError) as error:
            self.failure = error  # psycopg2 would say no more than that the COPY was cancelled
            raise
        self.count += len(chunk)
        return ("\n".join(chunk) + "\n").encode() if chunk else b""


def copy_rows(connection: Connection, table: str, columns: Sequence[str], lines: Iterable[str], conflict: str = "") -> int:
    """COPY lines (tab-separated COPY text) into raw.`table`; `conflict` is an `on conflict` clause. The number of lines."""
    source = Lines(lines)
    names = ", ".join(f'"{name}"' for name in columns)
    incoming = f"incoming_{table}"
    cursor = driver_cursor(connection)
    try:
        if not conflict:
            cursor.copy_expert(f"copy raw.{table} ({names}) from stdin", source, size=CHUNK)
            return source.count
        cursor.execute(f"create temporary table {incoming} (like raw.{table}) on commit drop")
        cursor.copy_expert(f"copy {incoming} ({names}) from stdin", source, size=CHUNK)
        cursor.execute(f"insert into raw.{table} ({names}) select {names} from {incoming} {conflict}")  # noqa: S608
        cursor.execute(f"drop table {incoming}")
    except psycopg2.Error:
        if source.failure is not None:
            raise source.failure from None
        raise
    finally:
        cursor.close()
    return source.count


def line(values: Iterable[Any]) -> str:
    """Values as one line of COPY text: None is null; NUL and lone surrogates, which Postgres cannot hold, are spelled out."""
    return "\t".join(_cell(value) for value in values)


def lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    return (line(row) for row in rows)


def _cell(value: Any) -> str:  # noqa: ANN401
    if value is None:
        return NULL
    words = str(value).encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
    return words.translate(ESCAPES)
