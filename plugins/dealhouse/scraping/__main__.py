"""`python -m dealhouse.scraping`: the registry, crawls, the shop's feeds, and one document read aloud."""

import argparse
import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

import orjson
from sqlalchemy.exc import OperationalError

from dealhouse.as_of import parse_as_of
from dealhouse.errors import DealhouseError
from dealhouse.loading.load import load_all_landed
from dealhouse.scraping import registry, shard, shop_feed
from dealhouse.scraping.crawl import EXTRACT
from dealhouse.scraping.offer import Context, Reject

REFUSED = 2
TRANSIENT = 1


def parser() -> argparse.ArgumentParser:
    arguments = argparse.ArgumentParser(prog="python -m dealhouse.scraping", description=__doc__)
    rooms = arguments.add_subparsers(dest="verb", required=True)
    merchants = rooms.add_parser("merchants", help="the registry").add_subparsers(dest="action", required=True)
    importing = merchants.add_parser("import", help="import a YAML file or address")
    importing.add_argument("source")
    importing.add_argument("--as-of", default=datetime.now(UTC).isoformat(), help="when it was known; default: now")
    merchants.add_parser("list", help="the enabled merchants")
    crawl = rooms.add_parser("crawl", help="crawl merchants into landing")
    crawl.add_argument("--merchant", action="append", help="one merchant; repeat for more; default: all enabled")
    crawl.add_argument("--as-of", required=True)
    crawl.add_argument("--load", action="store_true", help="load what landed")
    shop = rooms.add_parser("shop", help="poll the shop's feeds")
    shop.add_argument("kind", nargs="*", help=f"of {', '.join(shop_feed.KINDS)}; default: all")
    shop.add_argument("--as-of", required=True)
    read = rooms.add_parser("extract", help="read one document of a file")
    read.add_argument("file", type=Path)
    read.add_argument("--url", required=True)
    read.add_argument("--format", required=True, choices=sorted(EXTRACT))
    for name, default in (("merchant", "merchant"), ("country", "DE"), ("currency", None), ("language", None)):
        read.add_argument(f"--{name}", default=default)
    return arguments


def extract(options: argparse.Namespace) -> None:
    """One JSON line per offer or reject."""
    base = "/".join(options.url.split("/", 3)[:3])
    context = Context(
        merchant_id=options.merchant, source_kind=options.format, country=options.country, crawl_id=f"{options.merchant}:file",
        document_url=options.url, base_url=base, as_of=datetime.now(UTC), currency=options.currency, language=options.language,
    )
    for found in EXTRACT[options.format](options.file.read_bytes(), context):
        if isinstance(found, Reject):
            print(orjson.dumps({"reject": found.reason, "detail": found.detail, "payload": found.payload}).decode())
        else:
            print(orjson.dumps(found.as_record()).decode())


def run(options: argparse.Namespace) -> None:
    if options.verb == "extract":
        extract(options)
    elif options.verb == "shop":
        results = [shop_feed.poll(kind, parse_as_of(options.as_of)) for kind in options.kind or shop_feed.KINDS]
        print(json.dumps([result.as_dict() for result in results if result is not None]))
    elif options.verb == "crawl":
        ids = options.merchant or [merchant.merchant_id for merchant in registry.merchants()]
        report = shard.crawl_shard(ids, parse_as_of(options.as_of))
        loads = load_all_landed(report.batch_uris, parse_as_of(options.as_of)) if options.load else []
        print(json.dumps({**report.as_dict(), "loads": [load.as_dict() for load in loads]}))
        shard.judge([report])
    elif options.action == "import":
        print(json.dumps({"imported": registry.import_registry(options.source, parse_as_of(options.as_of))}))
    else:
        for merchant in registry.merchants():
            print(merchant.model_dump_json())


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        run(parser().parse_args())
    except DealhouseError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return TRANSIENT if error.retryable else REFUSED
    except (OperationalError, OSError) as error:
        print(f"{type(error).__name__}: {getattr(error, 'orig', error)}".strip(), file=sys.stderr)
        return TRANSIENT
    return 0


if __name__ == "__main__":
    sys.exit(main())
