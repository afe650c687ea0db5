"""How each illness answers over HTTP."""

import asyncio
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable
from functools import cache

from aiohttp import web

from bazaar.formats.document import HTML, Document

FOR_EVER = 3600.0
BUSY_ONCE, BUSY = 1, 3600  # seconds of Retry-After
BOMB_BYTES, LINE_BYTES = 1 << 30, 200 * 10**6
CHUNK = b"x" * (1 << 20)
PRIVATE_HOST = "127.66.0.1"  # in nobody's registry: who comes there was led astray
PEOPLE = b"<!doctype html><title>Maintenance</title><h1>We will be back soon</h1><p>Please come again later.</p>"
RUBBISH = b'\x00<<oops & "{[\xff'
CUTS = {"cut_10": 0.1, "cut_50": 0.5, "cut_99": 0.99}

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@cache
def bomb() -> bytes:
    """A gigabyte of zeros as one gzip member: the same flushed block again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block, checksum = bytes(len(CHUNK)), 0
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(BOMB_BYTES // len(CHUNK)):
        checksum = zlib.crc32(block, checksum)
    head, end = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff", packer.flush()
    return head + packed * (BOMB_BYTES // len(CHUNK)) + end + struct.pack("<II", checksum, BOMB_BYTES)


def spoilt(kind: str, document: Document) -> Document | None:
    """The document as this illness leaves it; None where it is not the document that is ill. Its rows count no longer."""
    body = document.body
    if kind in CUTS:
        return Document(body[: int(len(body) * CUTS[kind])], document.content_type, document.changed)
    if kind == "malformed":
        middle = len(body) // 2
        return Document(body[:middle] + RUBBISH + body[middle:], document.content_type, document.changed)
    if kind == "empty":
        return Document(b"", document.content_type, document.changed)
    return Document(PEOPLE, HTML, document.changed) if kind == "wrong_type" else None


def is_endless(kind: str, document: Document) -> bool:
    """Whether it is a cut of what has no mark at its end: of lines alone nobody could tell a cut, so its length tells it."""
    return kind in CUTS and document.content_type.startswith("text/csv")


async def cut_off(kind: str, document: Document, request: web.Request) -> web.StreamResponse:
    """The announced length, but the connection ends before."""
    response = web.StreamResponse(headers={"Content-Type": document.content_type, "Content-Length": str(len(document.body))})
    await response.prepare(request)
    await response.write(document.body[: int(len(document.body) * CUTS[kind])])
    if request.transport is not None:
        request.transport.close()
    return response


async def answer(kind: str, number: int, request: web.Request) -> web.StreamResponse | None:
    """What a merchant with this illness answers whatever was asked; None where only its documents are ill."""
    slow: dict[str, Answer] = {"no_answer": _silence, "reset": _reset, "slow": _trickle, "huge_line": _line}
    if kind in slow:
        return await slow[kind](request)
    if kind == "gzip_bomb":
        return web.Response(body=bomb(), headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})
    head = _head(kind, number, request)
    return web.Response(status=head[0], headers=head[1], text="no") if head else None


def _head(kind: str, number: int, request: web.Request) -> tuple[int, dict[str, str]] | None:
    """(status, headers) of the illnesses that need no more."""
    private = f"http://{PRIVATE_HOST}:{request.url.port or 80}/latest/meta-data/"
    heads: dict[str, tuple[int, dict[str, str]]] = {
        "forbidden": (403, {}),
        "not_found": (404, {}),
        "server_error": (503 if number % 2 else 500, {}),
        "busy": (429, {"Retry-After": str(BUSY)}),
        "busy_once": (429, {"Retry-After": str(BUSY_ONCE)}),
        "redirect_loop": (302, {"Location": request.path_qs}),
        "private_redirect": (302, {"Location": private}),
    }
    return heads.get(kind)


async def _silence(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(FOR_EVER)
    return web.Response(status=504)


async def _reset(request: web.Request) -> web.StreamResponse:
    """Closed with nothing lingering: the visitor sees a reset."""
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response(status=500)


async def _trickle(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for _ in range(int(FOR_EVER)):
        await response.write(b" ")
        await asyncio.sleep(1.0)
    return response


async def _line(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/csv", "Content-Length": str(LINE_BYTES)})
    await response.prepare(request)
    for start in range(0, LINE_BYTES, len(CHUNK)):
        await response.write(CHUNK[: LINE_BYTES - start])
    return response
