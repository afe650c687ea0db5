"""An answer's body, read with a bound on what it unfolds to and on how slowly it may come.

Decompressed here, not by the client: the bound must hold within a chunk, for 64 kB of gzip unfold to 64 MB. A file that is itself
compressed (sitemap.xml.gz) is unfolded too.
"""

import io
import time
import zlib
from collections.abc import Mapping
from typing import Protocol

import aiohttp

GZIP = b"\x1f\x8b"
MOST_ENCODINGS = 2
GRACE_SECONDS = 10.0
LEAST_SPEED = 1024.0  # bytes a second after the grace: less is no merchant but a trap, or a line that is down


class BodyError(Exception):
    """A body that is not to be had: `is_final` when asking again cannot help."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final


class Answer(Protocol):
    """What is needed of aiohttp's response."""

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def content(self) -> aiohttp.StreamReader: ...


class _Inflater:
    """A stream of gzip members, or of one zlib or raw deflate stream."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.is_whole = True
        self._stream: zlib._Decompress | None = None

    def inflate(self, data: bytes, room: int) -> bytes:
        """At most `room` bytes and one more: then there are too many."""
        found: list[bytes] = []
        while data and room >= 0:
            if self._stream is None:
                if self.kind == "gzip" and not data.startswith(GZIP[:1]):
                    break  # padding after the last member
                self._stream = zlib.decompressobj(self._wbits(data))
            plain = self._stream.decompress(data, room + 1)
            found.append(plain)
            room -= len(plain)
            self.is_whole = self._stream.eof
            data = self._stream.unused_data if self.is_whole and self.kind == "gzip" else b""
            if self.is_whole and self.kind == "gzip":
                self._stream = None
        return found[0] if len(found) == 1 else b"".join(found)

    def _wbits(self, data: bytes) -> int:
        if self.kind == "gzip":
            return 31
        return 15 if data[0] & 0x0F == 8 else -15  # deflate: with zlib's header by the standard, without it by habit


class Body:
    """Chunks as they came in, the plain body out. Raises BodyError as soon as it is over `limit` bytes."""

    def __init__(self, encoding: str | None, limit: int) -> None:
        kinds = _kinds(encoding) if encoding else []
        if len(kinds) > MOST_ENCODINGS or set(kinds) - {"gzip", "deflate"}:
            raise BodyError(f"an encoding that was not asked for: {encoding!r:.60}", is_final=True)
        self.limit = limit
        self._layers = [_Inflater(kind) for kind in reversed(kinds)]
        self._head: bytes | None = b""
        self._plain = io.BytesIO()

    def add(self, chunk: bytes) -> None:
        chunk = self._unfold(chunk, self._layers)
        if self._head is not None:
            chunk = self._head + chunk
            self._head = chunk if len(chunk) < len(GZIP) else None
            if self._head is not None:
                return
            if chunk.startswith(GZIP):
                self._layers.append(_Inflater("gzip"))
                chunk = self._unfold(chunk, self._layers[-1:])
        if self._plain.tell() + len(chunk) > self.limit:
            raise BodyError(f"a body over {self.limit} bytes", is_final=True)
        self._plain.write(chunk)

    def _unfold(self, chunk: bytes, layers: list[_Inflater]) -> bytes:
        room = self.limit - self._plain.tell()
        for layer in layers:
            try:
                chunk = layer.inflate(chunk, room)
            except zlib.error as error:
                raise BodyError(f"a broken {layer.kind} stream: {error}", is_final=True) from error
            if len(chunk) > room:
                raise BodyError(f"a body over {self.limit} bytes", is_final=True)
        return chunk

    def close(self) -> bytes:
        """The body. Raises BodyError when a compressed stream was cut short."""
        if not all(layer.is_whole for layer in self._layers):
            raise BodyError("a compressed body that is cut short", is_final=False)
        if self._head:
            self._plain.write(self._head)
        return self._plain.getvalue()


def _kinds(encoding: str) -> list[str]:
    names = [name.strip().lower().removeprefix("x-") for name in encoding.split(",")]
    return [name for name in names if name not in ("", "identity")]


async def read(response: Answer, limit: int) -> tuple[bytes, int]:
    """(the plain body, bytes that came over the line). Raises BodyError."""
    body = Body(response.headers.get("Content-Encoding"), limit)
    received, started = 0, time.monotonic()
    async for chunk in response.content.iter_any():
        received += len(chunk)
        body.add(chunk)
        seconds = time.monotonic() - started
        if seconds > GRACE_SECONDS and received < LEAST_SPEED * seconds:
            raise BodyError(f"{received} bytes in {seconds:.0f} s", is_final=False)
    return body.close(), received
