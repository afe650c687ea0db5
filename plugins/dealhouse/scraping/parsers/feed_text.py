"""A feed's bytes: out of its archive, with its line ends and its character set known.

A feed is UTF-8 wherever it can be read so: labels lie more often than bytes happen to be UTF-8. What cannot is read as it
is labelled, or as Windows-1252, which is what "latin-1" mostly means.
"""

import codecs
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator

from dealhouse.scraping.offer import Context, Offer, Reject, unparseable

SIZE_LIMIT = 128 * 1024 * 1024  # bytes of a feed out of its archive
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
_CHUNK = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))
_PROLOG = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
_CHARSET = re.compile(r"(?i)charset\s*=\s*[\"']?([A-Za-z0-9._-]{1,40})")
_WIDE = ("utf_16", "utf_32", "utf_7", "iso2022", "hz", "cp037", "cp500", "cp1026", "cp1140")  # `<` is not one byte, 0x3C

Decode = Callable[[bytes], str]
Read = Callable[[bytes, Decode, Context], Iterator[Offer | Reject]]


class Unreadable(ValueError):  # noqa: N818 (a verdict on a document, not a fault of the program)
    """An archive that holds no feed that may be read: `args[0]` says why."""


def unpacked(document: bytes) -> bytes:
    """The feed out of its .gz or .zip of one member. Raises Unreadable, before SIZE_LIMIT is exceeded."""
    if document.startswith(GZIP):
        return _gunzip(document)
    return _unzip(document) if document.startswith(ZIP) else document


def _gunzip(document: bytes) -> bytes:
    plain = bytearray()
    rest: bytes = document
    while rest.startswith(GZIP):  # a file of several members is their contents one after the other
        stream = zlib.decompressobj(wbits=31)
        try:
            while rest and not stream.eof:
                plain += stream.decompress(rest, _CHUNK)
                rest = stream.unconsumed_tail
                if len(plain) > SIZE_LIMIT:
                    raise Unreadable(f"over {SIZE_LIMIT} bytes out of its archive")
        except zlib.error as error:
            raise Unreadable(f"a broken gzip file: {error}") from error
        if not stream.eof:
            raise Unreadable("a gzip file that is cut short")
        rest = stream.unused_data
    return bytes(plain)


def _unzip(document: bytes) -> bytes:
    plain = bytearray()
    try:
        with zipfile.ZipFile(io.BytesIO(document)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir() and "__MACOSX" not in member.filename]
            if len(members) != 1:
                raise Unreadable(f"a zip file of {len(members)} files, not of one")
            with archive.open(members[0]) as file:
                while chunk := file.read(_CHUNK):
                    plain += chunk
                    if len(plain) > SIZE_LIMIT:
                        raise Unreadable(f"over {SIZE_LIMIT} bytes out of its archive")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(f"a broken zip file: {error}") from error
    return bytes(plain)


def plain(document: bytes, content_type: str | None = None) -> tuple[bytes, Decode]:
    """(the document in a character set in which `<`, `,` and line ends are one byte, how to decode a piece of it)."""
    for mark, name in _BOMS:
        if document.startswith(mark):
            if name == "utf-8":
                return document[len(mark):], _decoder(None)
            return document.decode(name, "replace").encode("utf-8", "replace"), _decoder(None)
    label = _labelled(document, content_type)
    if document[:400].count(0) > len(document[:400]) // 3:  # UTF-16 without its mark
        label = "utf_16_le" if document[1:2] == b"\x00" else "utf_16_be"
    if label is not None and label.startswith(_WIDE):
        try:
            return document.decode(label, "replace").encode("utf-8", "replace"), _decoder(None)
        except UnicodeError:
            label = None
    return document, _decoder(label)


def opened(document: bytes, context: Context, read: Read) -> Iterator[Offer | Reject]:
    """What `read` makes of a feed's text; of an archive that cannot be opened one reject."""
    try:
        body, decode = plain(unpacked(document), context.content_type)
    except Unreadable as error:
        yield unparseable(document, error)
        return
    yield from read(body, decode, context)


def _labelled(document: bytes, content_type: str | None) -> str | None:
    prolog = _PROLOG.search(document[:400])
    header = _CHARSET.search(content_type or "")
    label = prolog[1].decode() if prolog else header[1] if header else ""
    try:
        name = codecs.lookup(label).name.replace("-", "_")
    except (LookupError, ValueError):
        return None
    return None if name in ("utf_8", "ascii", "iso8859_1") or not codecs.lookup(label)._is_text_encoding else name


def _decoder(fallback: str | None) -> Decode:
    def decode(piece: bytes) -> str:
        try:
            return piece.decode()
        except UnicodeDecodeError:
            if fallback is not None:
                return piece.decode(fallback, "replace")
        try:
            return piece.decode("cp1252")
        except UnicodeDecodeError:
            return piece.decode("latin-1")

    return decode
