"""Rows of a source by a server-side cursor, oldest change first; those that were landed before are left out by their hash."""

import hashlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psycopg2
from psycopg2 import sql

from dealhouse.errors import BadInputError, DatabaseBusyError
from dealhouse.loading import cells
from dealhouse.loading.source import Source
from dealhouse.loading.table_file import Row

CHUNK = 10_000
HASH_BYTES = 8
MOST_SEEN = 1_000_000  # rows of one overlap whose hashes are kept; of more, all come again
PATIENCE_SECONDS = 15


@dataclass
class Fresh:
    """The rows after a watermark that no pull landed before. seen: hashes of rows that were; watermark: the newest met."""

    source: Source
    seen: frozenset[bytes]
    watermark: datetime | None
    _window: deque[tuple[datetime, bytes]] = field(default_factory=deque)

    def of(self, rows: Iterator[tuple[datetime, Row]]) -> Iterator[Row]:
        salt = hashlib.sha256(self.source.model_dump_json().encode()).digest()[:16]  # another mapping reads the same anew
        overlap = timedelta(minutes=self.source.overlap_minutes)
        for changed_at, row in rows:
            words = repr(tuple(row.line.values())).encode("utf-8", "backslashreplace")
            digest = hashlib.blake2b(words, digest_size=HASH_BYTES, key=salt).digest()
            self.watermark = changed_at if self.watermark is None else max(self.watermark, changed_at)
            self._window.append((changed_at, digest))
            while self._window[0][0] < self.watermark - overlap or len(self._window) > MOST_SEEN + 1:
                self._window.popleft()
            if digest not in self.seen:
                yield row

    @property
    def hashes(self) -> bytes:
        """What the next pull need not land again."""
        return b"" if len(self._window) > MOST_SEEN else b"".join(digest for _, digest in self._window)


def split(hashes: bytes) -> frozenset[bytes]:
    return frozenset(hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES))


@contextmanager
def connected(name: str, source: Source) -> Iterator[Any]:
    """A connection that can only read, in one snapshot, in the source's time zone. Raises as `_told` says."""
    with _told(name):
        connection = psycopg2.connect(
            source.url, options=f"-c timezone={source.timezone}", application_name="dealhouse pull",
            connect_timeout=PATIENCE_SECONDS,
        )
    try:
        connection.set_session(readonly=True, isolation_level="REPEATABLE READ")
        yield connection
    finally:
        connection.close()


def columns_there(connection: Any, name: str, source: Source) -> set[str]:  # noqa: ANN401 (psycopg2 ships no types)
    """The names of the source's columns."""
    with _told(name), connection.cursor() as cursor:
        cursor.execute(sql.SQL("select * from {} limit 0").format(_relation(source)), ())
        return {column.name for column in cursor.description}


def read(
    connection: Any, name: str, source: Source, *, named: dict[str, str], after: datetime | None, until: datetime,  # noqa: ANN401
) -> Iterator[tuple[datetime, Row]]:
    """When each row last changed, and the row: those after `after` (None: from the first) and not after `until`."""
    mark = sql.Identifier("source", source.watermark)
    columns = [mark, *(sql.Identifier("source", column) for column in named.values())]
    statement = sql.SQL("select {} from {} where {} <= %s and {} order by {}").format(
        sql.SQL(", ").join(columns), _relation(source), mark,
        sql.SQL("true") if after is None else sql.SQL("{} > %s").format(mark),
        sql.SQL(", ").join([mark, *(sql.Identifier("source", column) for column in source.key)]),
    )
    with _told(name), connection.cursor(name="dealhouse_pull") as cursor:
        cursor.itersize = CHUNK
        cursor.execute(statement, (until,) if after is None else (until, after))
        for number, (changed, *values) in enumerate(cursor, 1):
            changed_at = cells.instant(changed, source.timestamp_format, source.zone)
            if changed_at is not None:
                yield changed_at, Row(number, dict(zip(named, values, strict=True)))


def _relation(source: Source) -> sql.Composable:
    if source.query is not None:
        # its percent signs are its own, no places for our values
        return sql.SQL("({}) as source").format(sql.SQL(source.query.strip().rstrip(";").replace("%", "%%")))
    return sql.SQL("{} as source").format(sql.Identifier(*(source.table or "").split(".")))


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Raises DatabaseBusyError where the source does not answer, BadInputError where it refuses what is asked."""
    try:
        yield
    except psycopg2.OperationalError as error:
        raise DatabaseBusyError(f"the source {name} does not answer: {_first_line(error)}") from error
    except psycopg2.Error as error:
        raise BadInputError(f"the source's database says: {_first_line(error)}", name) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0]
