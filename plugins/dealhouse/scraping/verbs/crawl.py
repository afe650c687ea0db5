"""crawl [--merchant ID ...] --as-of T: crawl registered merchants into landing."""

import argparse
import json
from typing import Any

from dealhouse.as_of import parse_as_of
from dealhouse.loading.load import load_all_landed
from dealhouse.scraping import registry, shard


def add(verbs: Any) -> None:  # noqa: ANN401 (argparse hides its type)
    arguments = verbs.add_parser("crawl", help="crawl merchants into landing")
    arguments.add_argument("--merchant", action="append", help="one merchant; repeat for more; default: all enabled")
    arguments.add_argument("--as-of", required=True)
    arguments.add_argument("--load", action="store_true", help="load what landed")
    arguments.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    as_of = parse_as_of(options.as_of)
    ids = options.merchant or [merchant.merchant_id for merchant in registry.merchants()]
    report = shard.crawl_shard(ids, as_of)
    loads = load_all_landed(report.batch_uris, as_of) if options.load else []
    print(json.dumps({**report.as_dict(), "loads": [load.as_dict() for load in loads]}))
    shard.judge([report])
