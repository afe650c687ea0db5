"""What a crawl has so far, on local disk: a crawl that was killed goes on where it stopped.

One file for a merchant and as_of, only ever appended to, a line each: `R` a record, `X` a reject, then `D` the document that held
them, which makes them count. Lines after the last `D`, or torn ones, never happened. The file needs no fsync: a process that
dies loses nothing that it wrote, and what a machine that dies loses is fetched again.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import orjson

FLUSH = 1 << 20
ABANDONED = 2 * 86_400.0  # seconds; an older file of another crawl of the merchant is in nobody's way any more


class Span(NamedTuple):
    """Where a document stands in the file, in bytes: its lines from `start`, its `D` line from `told` to `end`.

    What that line says stays on disk: of a hundred thousand pages it would be a quarter of a gigabyte.
    """

    start: int
    told: int
    end: int


class Spool:
    """A context manager that holds the file for itself; `remove` when what it holds has landed."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f"{name}.spool"
        self.spans: dict[str, Span] = {}
        self._end = 0  # of the last committed document
        self._waiting: list[bytes] = []
        self._size = 0
        self._written = 0

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        for other in self.path.parent.glob("*.spool"):
            with contextlib.suppress(OSError):
                if other != self.path and time.time() - other.stat().st_mtime > ABANDONED:
                    other.unlink()
        self._file = self.path.open("a+b", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # another process is at the same crawl: then this one starts from nothing, in a file of its own
            self._file.close()
            self.path = self.path.with_suffix(f".{time.time_ns()}.spool")
            self._file = self.path.open("a+b", buffering=0)
        self._recover()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.path.parent.rmdir()

    def _recover(self) -> None:
        start = end = 0
        with self.path.open("rb") as file:
            for line in file:
                end += len(line)
                if not line.endswith(b"\n") or line[:1] not in b"RXD":
                    break
                if line[:1] != b"D":
                    continue
                try:
                    document = orjson.loads(line[1:])
                except orjson.JSONDecodeError:
                    break
                self.spans[document["url"]] = Span(start, end - len(line), end)
                start = self._end = end
        self._cut()

    def _cut(self) -> None:
        self._file.truncate(self._end)
        self._waiting, self._size, self._written = [], 0, self._end

    def write(self, kind: bytes, line: bytes) -> None:
        """Add a record (`R`) or reject (`X`) of the document at hand."""
        self._waiting.append(b"%b%b\n" % (kind, line))
        self._size += len(line) + 2
        if self._size > FLUSH:
            self._flush()

    def commit(self, document: dict[str, Any]) -> None:
        """The document at hand is whole. `url` names it; one of the same name before it no longer counts."""
        line = orjson.dumps(document)
        self.write(b"D", line)
        self._flush()
        self.spans[document["url"]] = Span(self._end, self._written - len(line) - 2, self._written)
        self._end = self._written

    def drop(self) -> None:
        """The document at hand never happened."""
        if self._written > self._end:
            self._cut()
        self._waiting, self._size = [], 0

    def _flush(self) -> None:
        data = memoryview(b"".join(self._waiting))
        while data:
            sent = self._file.write(data)
            data = data[sent:]
            self._written += sent
        self._waiting, self._size = [], 0

    def document(self, url: str) -> dict[str, Any] | None:
        """What the document's `D` line says; None when there is none."""
        span = self.spans.get(url)
        if span is None:
            return None
        found: dict[str, Any] = orjson.loads(os.pread(self._file.fileno(), span.end - span.told, span.told)[1:])
        return found

    def lines(self, url: str) -> Iterator[tuple[bytes, bytes]]:
        """(kind, line) of a document's records and rejects."""
        span = self.spans[url]
        with self.path.open("rb") as file:
            file.seek(span.start)
            at = span.start
            for line in file:
                at += len(line)
                if at > span.told:
                    return
                yield line[:1], line[1:-1]
