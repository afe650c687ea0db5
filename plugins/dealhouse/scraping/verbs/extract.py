"""extract FILE --url URL [--format F]: read one document aloud, without a database."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from dealhouse.scraping.formats import FORMATS
from dealhouse.scraping.offer import Context, Reject


def add(verbs: Any) -> None:  # noqa: ANN401 (argparse hides its type)
    arguments = verbs.add_parser("extract", help="read one document of a file")
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--url", required=True)
    arguments.add_argument("--format", required=True, choices=sorted(FORMATS))
    for name, default in (("merchant", "merchant"), ("country", "DE"), ("currency", None), ("language", None)):
        arguments.add_argument(f"--{name}", default=default)
    arguments.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """One JSON line per offer on standard output, one per reject on standard error."""
    base = "/".join(options.url.split("/", 3)[:3])
    context = Context(
        merchant_id=options.merchant, source_kind=options.format, country=options.country, crawl_id=f"{options.merchant}:file",
        document_url=options.url, base_url=base, as_of=datetime.now(UTC), currency=options.currency, language=options.language,
    )
    for found in FORMATS[options.format].extract(options.file.read_bytes(), context):
        if isinstance(found, Reject):
            line = orjson.dumps({"reason": found.reason, "detail": found.detail, "payload": found.payload})
            print(line.decode(), file=sys.stderr)
        else:
            print(orjson.dumps(found.as_record()).decode())
