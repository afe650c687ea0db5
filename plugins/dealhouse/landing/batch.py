"""Immutable batches: write one (streaming), read one (verified).

The batch_id is a hash of the content, so the same content landed again is the same batch. Rows are numbered over the whole batch:
records first, then the rejects that a parser already found.
"""

import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, Self, cast, get_args

import orjson
import zstandard
from pydantic import ValidationError

from dealhouse.errors import BadInputError, CorruptBatchError
from dealhouse.landing.manifest import SCHEMA_VERSION, Manifest, Part, PartKind, folder
from dealhouse.landing.store import Store, open_store

PART_ROWS = 50_000
MANIFEST = "manifest.json"
SAFE_PART = "abcdefghijklmnopqrstuvwxyz0123456789_-"


class Row(NamedTuple):
    """A line of a part: its part's name and its number within the batch."""

    part: str
    row_no: int
    line: bytes


class PartFile:
    """An open part on local disk, compressed while it is written; knows its rows and the hash of its plain content."""

    def __init__(self, path: Path, kind: PartKind) -> None:
        self.path = path
        self.kind: PartKind = kind
        self.rows = 0
        self.plain = hashlib.sha256()
        self._file = path.open("wb")
        self._stream: Any = zstandard.ZstdCompressor(level=1).stream_writer(self._file)

    def write(self, line: bytes) -> None:
        self._stream.write(line + b"\n")
        self.plain.update(line + b"\n")
        self.rows += 1

    def close(self) -> None:
        self._stream.close()
        self._file.close()


class BatchWriter:
    """Collects a batch on local disk and lands it at `close`; leaving the context without `close` lands nothing."""

    def __init__(self, store: Store, *, source: str, merchant_id: str, kind: str, as_of: datetime) -> None:
        for name in (source, merchant_id, kind):
            if not name or set(name) - set(SAFE_PART):
                raise BadInputError("source, merchant and kind must be slugs", repr(name))
        self.store = store
        self.head = {"source": source, "merchant_id": merchant_id, "kind": kind, "as_of": as_of.astimezone(UTC)}
        self._spool = Path(tempfile.mkdtemp(prefix="dealhouse-batch-"))
        self._open: dict[PartKind, PartFile] = {}
        self._parts: list[PartFile] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for part in self._open.values():
            part.close()
        shutil.rmtree(self._spool, ignore_errors=True)

    def record(self, row: Mapping[str, Any]) -> None:
        """Add a received record. Raises BadInputError when JSON cannot say it."""
        self._write("records", _dump(row))

    def record_line(self, line: bytes) -> None:
        """Add a received record as it came: one line of JSON, unchecked (loading judges it)."""
        self._write("records", line)

    def reject(self, reason: str, payload: str, detail: str = "") -> None:
        """Add a record that a parser could not make an offer of."""
        self._write("rejects", _dump({"reason": reason, "payload": _sound(payload), "detail": _sound(detail)}))

    def document(self, row: Mapping[str, Any]) -> None:
        """Add a document of the crawl: url, status, etag, last_modified, content_sha256."""
        self._write("documents", _dump(row))

    def decision(self, row: Mapping[str, Any]) -> None:
        """Add what was decided about a refused row of another batch."""
        self._write("decisions", _dump(row))

    def close(self, crawl: Mapping[str, Any] | None = None, measured: Mapping[str, Any] | None = None) -> "Batch":
        """Land the parts and, last, the manifest. The same content again gives the batch that is already there."""
        for part in self._open.values():
            part.close()
        self._open.clear()
        ordered = [part for kind in get_args(PartKind) for part in self._parts if part.kind == kind]
        manifest = self._manifest(ordered, dict(crawl) if crawl is not None else None, dict(measured or {}))
        key = folder(manifest.source, manifest.merchant_id, manifest.as_of, manifest.batch_id)
        if not self.store.exists(f"{key}/{MANIFEST}"):
            for part, entry in zip(ordered, manifest.parts, strict=True):
                self.store.put_file(f"{key}/{entry.name}", part.path)
            self.store.put_if_absent(f"{key}/{MANIFEST}", manifest.model_dump_json(indent=1).encode())
        return read_batch(self.store, key)

    def _write(self, kind: PartKind, line: bytes) -> None:
        part = self._open.get(kind)
        if part is None or part.rows >= PART_ROWS:
            if part is not None:
                part.close()
            part = self._open[kind] = PartFile(self._spool / f"{len(self._parts):04d}", kind)
            self._parts.append(part)
        part.write(line)

    def _manifest(self, parts: list[PartFile], crawl: dict[str, Any] | None, measured: dict[str, Any]) -> Manifest:
        identity = hashlib.sha256(_dump({**self.head, "version": SCHEMA_VERSION, "crawl": crawl}))
        entries, first = [], 0
        for number, part in enumerate(parts):
            identity.update(f"\n{part.kind} {part.rows} {part.plain.hexdigest()}".encode())
            name = f"part-{number:04d}.ndjson.zst"
            entries.append(Part(name=name, kind=part.kind, rows=part.rows, first_row=first, sha256=sha256_of(part.path)))
            first += part.rows
        return Manifest(
            batch_id=identity.hexdigest()[:32], schema_version=SCHEMA_VERSION, fetched_at=datetime.now(UTC),
            rows=sum(part.rows for part in parts if part.kind in ("records", "rejects")), parts=tuple(entries), crawl=crawl,
            measured=measured, **cast(Any, self.head),
        )


class Batch:
    """A landed batch, read part by part; a part that does not hash to its manifest raises CorruptBatchError at its end."""

    def __init__(self, store: Store, key: str, manifest: Manifest) -> None:
        self.store = store
        self.key = key
        self.manifest = manifest

    @property
    def uri(self) -> str:
        return self.store.uri(self.key)

    def rows(self, kind: PartKind) -> Iterator[Row]:
        """The lines of all parts of a kind, in order. Consume it to the end before believing it."""
        for part in self.manifest.parts_of(kind):
            number = part.first_row
            for line in self.lines(part):
                yield Row(part.name, number, line)
                number += 1
            if number - part.first_row != part.rows:
                raise CorruptBatchError(f"{self.uri}/{part.name} holds {number - part.first_row} rows, not {part.rows}")

    def lines(self, part: Part) -> Iterator[bytes]:
        """The lines of one part. Consume it to the end before believing it."""
        try:
            with self.store.open(f"{self.key}/{part.name}") as stored:
                hashing = _HashingReader(stored)
                plain = zstandard.ZstdDecompressor().stream_reader(cast(BinaryIO, hashing), read_across_frames=True)
                for line in io.BufferedReader(cast(Any, plain), 1 << 20):
                    yield line[:-1] if line.endswith(b"\n") else line
                hashing.drain()
        except (FileNotFoundError, zstandard.ZstdError) as error:
            raise CorruptBatchError(f"{self.uri}/{part.name}: {error}") from error
        if hashing.sha256.hexdigest() != part.sha256:
            raise CorruptBatchError(f"{self.uri}/{part.name} does not hash to its manifest's sha256")


class _HashingReader:
    """A binary reader that hashes what passes."""

    def __init__(self, source: BinaryIO) -> None:
        self.source = source
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.source.read(size)
        self.sha256.update(chunk)
        return chunk

    def drain(self) -> None:
        while self.read(1 << 20):
            pass


def read_batch(store: Store, key: str) -> Batch:
    """The batch under a key. Raises BadInputError when there is none, CorruptBatchError when its manifest is unreadable."""
    try:
        manifest = Manifest.model_validate_json(store.get(f"{key}/{MANIFEST}"))
    except FileNotFoundError as error:
        raise BadInputError("no batch: its manifest is missing", store.uri(key)) from error
    except ValidationError as error:
        raise CorruptBatchError(f"{store.uri(key)}/{MANIFEST}: {error}") from error
    return Batch(store, key, manifest)


def open_batch(uri: str) -> Batch:
    """The batch at a uri as `Batch.uri` gave it (its folder, on disk or in S3)."""
    head, found, tail = uri.rstrip("/").rpartition("/landing/")
    if not found:
        raise BadInputError("a batch's uri holds /landing/", uri)
    return read_batch(open_store(head), f"landing/{tail}")


def landed(store: Store, prefix: str = "landing/") -> Iterator[Batch]:
    """Every batch that exists under a prefix."""
    for key in store.list(prefix):
        if PurePosixPath(key).name == MANIFEST:
            yield read_batch(store, str(PurePosixPath(key).parent))


def remove(store: Store, key: str) -> None:
    """Take the batch under a key away: its manifest first, for without one there is no batch."""
    store.delete(f"{key}/{MANIFEST}")
    for part in list(store.list(f"{key}/")):
        store.delete(part)


def _dump(row: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(row, default=str)
    except TypeError as error:
        raise BadInputError(f"a row that JSON cannot say: {error}", str(row)[:200]) from error


def _sound(words: str) -> str:
    return words.encode("utf-8", "backslashreplace").decode()


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
