"""extract FILE --url URL [--format F]: read one document aloud, without a database."""

import argparse
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import zstandard
from yarl import URL

from dealhouse.currencies import MINOR_UNITS
from dealhouse.errors import BadInputError
from dealhouse.scraping import mapping as mappings
from dealhouse.scraping.detect_format import Detected, detect
from dealhouse.scraping.domains import country_of
from dealhouse.scraping.formats import FORMATS
from dealhouse.scraping.offer import Context, Reject, reject
from dealhouse.scraping.parsers.feed_text import SIZE_LIMIT, Unreadable, unpacked

ZSTD = b"\x28\xb5\x2f\xfd"
NOWHERE = "XX"  # ISO 3166's own letters for what has no country


def add(verbs: Any) -> None:  # noqa: ANN401 (argparse hides its type)
    arguments = verbs.add_parser("extract", help="read one document of a file")
    arguments.add_argument("file", type=Path, help="as it came; .gz, .zst and .zip of one member are unpacked")
    arguments.add_argument("--url", required=True, help="where the document is from")
    arguments.add_argument("--format", choices=sorted(FORMATS), help="default: by what the document holds")
    arguments.add_argument("--mapping", help="a file with a declarative mapping, or a shipped mapping's name; its format is api")
    arguments.add_argument("--merchant", default="merchant", help="the id that the records bear")
    arguments.add_argument("--locale", help="language-COUNTRY, where --language and --country say nothing")
    arguments.add_argument("--country", help="default: the locale's, else that of the address' domain")
    arguments.add_argument("--language")
    known = sorted(MINOR_UNITS)
    arguments.add_argument("--currency", type=str.upper, choices=known, metavar="CODE", help="what the shop sells in")
    arguments.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """One JSON line per offer on standard output, one per reject on standard error. Raises BadInputError for bad usage."""
    try:
        raw = options.file.read_bytes()
    except OSError as error:
        raise BadInputError(f"cannot be read: {error.strerror}", str(options.file)) from error
    context = _context(options)
    try:
        document = _unpacked(raw)
    except Unreadable as error:
        _tell(reject("unparseable_document", "", str(error)))
        return
    format_ = _format(options, document)
    context = replace(context, source_kind=format_.format, options=_mapping(options, format_))
    if format_.format == "html" and document.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        document = b'<script type="application/ld+json">' + document + b"</script>"
    for found in FORMATS[format_.format].extract(document, context):
        _tell(found) if isinstance(found, Reject) else print(orjson.dumps(found.as_record()).decode())


def _tell(found: Reject) -> None:
    """On standard error; what a page tells of a product that shows no price goes out as a record without one, too."""
    line = orjson.dumps({"reason": found.reason, "detail": found.detail, "payload": found.payload})
    print(line.decode(), file=sys.stderr)
    if found.known is not None:
        print(orjson.dumps(dict(found.known), default=str).decode())


def _unpacked(document: bytes) -> bytes:
    """Out of its archive. Raises Unreadable, before more than SIZE_LIMIT bytes came out."""
    if not document.startswith(ZSTD):
        return unpacked(document)
    try:
        with zstandard.ZstdDecompressor().stream_reader(document, read_across_frames=True) as stream:
            plain = stream.read(SIZE_LIMIT + 1)
    except zstandard.ZstdError as error:
        raise Unreadable(f"a broken zstd file: {error}") from error
    if len(plain) > SIZE_LIMIT:
        raise Unreadable(f"over {SIZE_LIMIT} bytes out of its archive")
    return bytes(plain)


def _format(options: argparse.Namespace, document: bytes) -> Detected:
    if options.mapping:
        return Detected("api")
    if options.format:
        return Detected(options.format)
    return detect(document, options.url) or Detected("html")


def _mapping(options: argparse.Namespace, format_: Detected) -> dict[str, Any]:
    """The context's options. Raises BadInputError where `api` lacks a mapping or has a wrong one."""
    if format_.format != "api":
        return {}
    given = options.mapping or format_.mapping
    if given is None:
        raise BadInputError("--format api needs --mapping", str(options.file))
    path = Path(given)
    mapping = mappings.read_file(path) if path.suffix else mappings.shipped(given)
    return {"mapping": mapping.model_dump(mode="json", exclude_none=True)}


def _context(options: argparse.Namespace) -> Context:
    try:
        url = URL(options.url)
        base = str(url.origin())
    except ValueError as error:
        raise BadInputError(f"--url is an http(s) address, not {options.url!r}", "extract") from error
    locale = re.split("[-_]", options.locale or "")
    region = next((part.upper() for part in locale[1:] if len(part) == 2), None)
    country = (options.country or region or country_of(url.host) or NOWHERE).upper()
    language = options.language or options.locale
    return Context(
        merchant_id=options.merchant, source_kind="html", country=country, crawl_id=f"{options.merchant}:file",
        document_url=options.url, base_url=base, as_of=datetime.now(UTC), currency=options.currency, language=language,
    )
