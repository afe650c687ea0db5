"""shop [KIND ...] --as-of T: poll the house shop's feeds."""

import argparse
import json
from typing import Any

from dealhouse.as_of import parse_as_of
from dealhouse.scraping import shop_feed


def add(verbs: Any) -> None:  # noqa: ANN401 (argparse hides its type)
    arguments = verbs.add_parser("shop", help="poll the shop's feeds")
    arguments.add_argument("kind", nargs="*", help=f"of {', '.join(shop_feed.KINDS)}; default: all")
    arguments.add_argument("--as-of", required=True)
    arguments.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    results = [shop_feed.poll(kind, parse_as_of(options.as_of)) for kind in options.kind or shop_feed.KINDS]
    print(json.dumps([result.as_dict() for result in results if result is not None]))
