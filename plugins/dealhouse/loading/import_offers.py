"""Imported history: canonical NDJSON with its crawl coverage lands as batches and loads, streaming.

A directory holds offers-*.ndjson (a snapshot and then a line per change) and crawls.ndjson (a line per merchant and day).
Rows declare their own observed_at and loaded_at. Importing the same directory again changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path

import orjson

from dealhouse.as_of import parse_as_of
from dealhouse.errors import BadInputError
from dealhouse.landing.batch import Batch, BatchWriter
from dealhouse.landing.store import Store, open_store
from dealhouse.loading.load import LoadResult, load_batch
from dealhouse.loading.records import HISTORY

BATCH_ROWS = 200_000
CRAWLS = "crawls.ndjson"
LINE_LIMIT = 1 << 20

Progress = Callable[[LoadResult], None]


@dataclass(frozen=True)
class ImportResult:
    """Totals over all batches of the import; `batches` counts those that were not loaded before."""

    received: int
    loaded: int
    rejected: int
    batches: int


def import_offers(directory: Path, *, progress: Progress = lambda _: None, store: Store | None = None) -> ImportResult:
    """Land and load a history directory. Raises BadInputError when it holds no offers-*.ndjson or no crawls.ndjson."""
    files = sorted(directory.glob("offers-*.ndjson"))
    crawls = directory / CRAWLS
    if not files or not crawls.is_file():
        raise BadInputError(f"a history holds offers-*.ndjson and {CRAWLS}", str(directory))
    as_of = _last_known(crawls)
    results = []
    for path in [*files, crawls]:
        kind = "crawls" if path == crawls else "offers"
        for batch in _land(path, kind, as_of, store or open_store()):
            result = load_batch(batch, as_of)
            progress(result)
            results.append(result)
    return ImportResult(
        sum(result.received for result in results), sum(result.loaded for result in results),
        sum(result.rejected for result in results), sum(not result.noop for result in results),
    )


def _land(path: Path, kind: str, as_of: datetime, store: Store) -> Iterator[Batch]:
    """One batch per chunk of the file; a line too long to be a record is refused here, without being held in memory twice."""
    with path.open("rb") as file:
        lines = (line for line in file if not line.isspace())
        while first := list(islice(lines, 1)):
            with BatchWriter(store, source="offers", merchant_id=HISTORY, kind=kind, as_of=as_of) as writer:
                for line in chain(first, islice(lines, BATCH_ROWS - 1)):
                    if len(line) > LINE_LIMIT:
                        writer.reject("overlong_record", line[:1000].decode("utf-8", "backslashreplace"), f"{len(line)} bytes")
                    else:
                        writer.record_line(line.rstrip(b"\r\n"))
                yield writer.close()


def _last_known(crawls: Path) -> datetime:
    """The newest loaded_at of the coverage: when the history as a whole was known."""
    newest = datetime.min.replace(tzinfo=UTC)
    with crawls.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.isspace():
                continue
            try:
                newest = max(newest, parse_as_of(orjson.loads(line)["loaded_at"]))
            except (orjson.JSONDecodeError, KeyError, TypeError, BadInputError) as error:
                raise BadInputError("a crawl says when it was loaded (loaded_at)", f"{crawls}:{number}") from error
    if newest.year == 1:
        raise BadInputError("no crawls", str(crawls))
    return newest
