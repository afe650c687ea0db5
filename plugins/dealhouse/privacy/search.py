"""The proof: every row of every table and every file of the store is looked through for what an erased person was known by."""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import zstandard
from sqlalchemy import Connection, text

from dealhouse.errors import LeftBehindError
from dealhouse.landing.store import Store
from dealhouse.privacy import unfinished
from dealhouse.privacy.catalogue import Table, every_table
from dealhouse.privacy.needles import addresses, exact
from dealhouse.privacy.person import DEVICES, Person
from dealhouse.settings import settings

CHUNK = 1 << 22
OVERLAP = 1 << 12  # longer than any needle: one that two chunks share is found all the same


@dataclass
class Searched:
    """Where was looked, and where something was found: rows by table, hits by file."""

    tables: int = 0
    rows: int = 0
    files: int = 0
    bytes: int = 0
    left: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return dict(self.__dict__)


def search(store: Store, person: Person) -> Searched:
    """Look everywhere. Raises LeftBehindError when anything is left."""
    searched = Searched()
    for _, connection, tables in every_table():
        for table in tables:
            searched.tables += 1
            searched.rows += _count(connection, table, person, searched)
    for name, chunks in _files(store):
        searched.files += 1
        _look(name, chunks, person, searched)
    if searched.left:
        raise LeftBehindError(searched.left)
    return searched


def _count(connection: Connection, table: Table, person: Person, searched: Searched) -> int:
    """The rows looked at; a row is searched as text, so that no column of whatever type is left out."""
    named = {"native_customer_id": person.natives, **person.devices}
    columns = [column for column in (*DEVICES, "native_customer_id") if column in table.columns]
    tests = ["row_::text like any(:needles)", "row_::text ~* any(:addresses)"]
    tests += [f"{column}::text = any(:{column})" for column in columns]
    query = f"select count(*) as rows, count(*) filter (where {' or '.join(tests)}) as found from {table.quoted} as row_"  # noqa: S608
    given: dict[str, Any] = {column: sorted(named.get(column, ())) for column in columns}
    given |= {"needles": [f"%{one}%" for one in exact(person)], "addresses": addresses(person)}
    seen = connection.execute(text(query), given).one()
    if seen.found:
        searched.left[table.title] = int(seen.found)
    return int(seen.rows)


def _files(store: Store) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Every file of the store and every spool on this machine, as what it says when unpacked."""
    for key in store.list(""):
        if key.startswith(unfinished.FOLDER):
            continue  # what is looked for, until it is found nowhere else
        table = key.endswith(".parquet")
        yield key, _columns(store.get(key)) if table else _chunks(partial(store.open, key), packed=key.endswith(".zst"))
    spool = settings().home / "spool"
    for path in sorted(spool.rglob("*")) if spool.is_dir() else ():
        if path.is_file():
            yield str(path.relative_to(settings().home)), _chunks(partial(path.open, "rb"), packed=False)


def _chunks(opened: Callable[[], Any], *, packed: bool) -> Iterator[bytes]:
    with opened() as file:
        source: Any = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True) if packed else file
        tail = b""
        while chunk := source.read(CHUNK):
            yield tail + chunk
            tail = chunk[-OVERLAP:]


def _columns(content: bytes) -> Iterator[bytes]:
    """Whatever is no figure in a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(io.BytesIO(content)).iter_batches():
        for column in batch.columns:
            if not (pa.types.is_primitive(column.type) or pa.types.is_decimal(column.type)):
                yield "\n".join(str(value) for value in column.to_pylist() if value is not None).encode()


def _look(name: str, chunks: Iterable[bytes], person: Person, searched: Searched) -> None:
    pattern = _pattern(person)
    for chunk in chunks:
        searched.bytes += len(chunk)
        found = len(pattern.findall(chunk))
        if found:
            searched.left[name] = searched.left.get(name, 0) + found


def _pattern(person: Person) -> re.Pattern[bytes]:
    """Needles anywhere; ids that may be short (a shop's number 7) as the value of a field of their name."""
    words = [one.encode() for one in (*map(re.escape, exact(person)), *addresses(person))]
    fields = {"native_customer_id": person.natives, **person.devices}
    for column, values in fields.items():
        if values:
            said = b"|".join(re.escape(value.encode()) for value in sorted(values))
            words.append(rb'"%b"\s*:\s*"?(?:%b)"?\s*[,}]' % (column.encode(), said))
    return re.compile(b"|".join(words) or rb"(?!)", re.IGNORECASE)
