"""A table of one kind from a file, local or in S3: landed as a batch and loaded like a feed's; the same file again is no news."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from dealhouse.errors import BadInputError
from dealhouse.landing.batch import BatchWriter
from dealhouse.landing.store import Store, open_store
from dealhouse.loading.kind_lines import KindLines
from dealhouse.loading.kind_mapping import KindMapping, kind_named, named_columns
from dealhouse.loading.land_lines import hour_after, land_lines
from dealhouse.loading.polled import refuse_polled
from dealhouse.loading.table_file import columns_of, read_rows
from dealhouse.settings import settings

S3 = "s3://"


@dataclass(frozen=True)
class KindResult:
    """`received` rows = `loaded` + `rejected`. noop: this very file was imported before; faults: reason → how many, and where."""

    kind: str
    received: int
    loaded: int
    rejected: int
    noop: bool
    as_of: datetime
    faults: dict[str, str]


def import_kind(
    name: str, place: str, mapping: KindMapping | None = None, *, as_of: datetime | None = None, strict: bool = False,
    store: Store | None = None,
) -> KindResult:
    """Import a file of a kind. as_of: when it is known; None = the first full hour after the last thing that it tells.

    strict: nothing is landed when one row is refused. Raises BadInputError for an unknown kind, an unreadable file, a missing
    column, a kind that tells no instants and no as_of (rates, calendar), or a kind that the shop's feeds bring already.
    """
    kind, mapped = kind_named(name), mapping or KindMapping()
    refuse_polled(name)
    with local_copy(place) as path:
        lines = KindLines(kind, mapped, named_columns(kind, mapped, columns_of(path, mapped), place), path.name)
        moment = as_of or hour_after(lines.last_instant(read_rows(path, lines.named, mapped)), path)
        rows = list(lines.judged(read_rows(path, lines.named, mapped), strict=True)) if strict else None
        judged = rows if rows is not None else lines.judged(read_rows(path, lines.named, mapped))
        result = land_lines(shop_writer(store or open_store(), kind.name, moment), judged, moment)
    faults = {reason: f"{found.rows} rows, the first {found.first}" for reason, found in lines.faults.items()}
    return KindResult(name, result.received, result.loaded, result.rejected, result.noop, moment, faults)


def shop_writer(store: Store, kind: str, moment: datetime) -> BatchWriter:
    """A batch of the shop, whichever way its rows came."""
    return BatchWriter(store, source="shop", merchant_id=settings().shop_id, kind=kind, as_of=moment)


@contextmanager
def local_copy(place: str) -> Iterator[Path]:
    """The file itself, or what lies at s3://bucket/key, for as long as it is read. Raises BadInputError when nothing does."""
    if not place.startswith(S3):
        yield Path(place)
        return
    bucket, _, key = place.removeprefix(S3).partition("/")
    with tempfile.TemporaryDirectory(prefix="dealhouse-import-") as folder:
        path = Path(folder) / PurePosixPath(key).name
        try:
            with open_store(f"{S3}{bucket}").open(key) as stored, path.open("wb") as file:
                shutil.copyfileobj(stored, file)
        except FileNotFoundError as error:
            raise BadInputError("no such file", place) from error
        yield path
