"""A file's lines become a batch: each a record or a reject with its reason, landed and loaded in one go."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from dealhouse.errors import BadInputError
from dealhouse.landing.batch import BatchWriter
from dealhouse.loading.load import LoadResult, Within, load_news

Record = dict[str, Any]


class Judged(NamedTuple):
    """A record; or what is kept of a line, why it is none, and where it stands."""

    record: Record
    reason: str | None = None
    detail: str = ""


class RefusedLineError(ValueError):
    """A line that is no record: `args[0]` is the reason."""


def judged(lines: Iterable[Record], read: Callable[[Record], Record], kept: Callable[[Record], Record]) -> Iterator[Judged]:
    """Each line as the record that `read` makes of it; where that raises RefusedLineError, what `kept` leaves of it."""
    for line in lines:
        try:
            yield Judged(read(line))
        except RefusedLineError as refused:
            yield Judged(kept(line), str(refused))


def land_lines(writer: BatchWriter, lines: Iterable[Judged], as_of: datetime, within: Within | None = None) -> LoadResult:
    """Land and load them. `received` = `loaded` + `rejected`; the same lines again are a noop. within: as load_batch's."""
    with writer:
        for record, reason, detail in lines:
            if reason is None:
                writer.record(record)
            else:
                writer.reject(reason, orjson.dumps(record, default=str).decode(), detail)
        return load_news(writer.close(), as_of, within=within)


def hour_after(last: datetime | None, path: Path) -> datetime:
    """The first full hour after the last instant that a file names: when all of it is known. Raises BadInputError without one."""
    if last is None:
        raise BadInputError("not one line says when it happened", str(path))
    return last.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
