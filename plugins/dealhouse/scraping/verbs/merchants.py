"""merchants import|list: the registry."""

import argparse
import json
from datetime import UTC, datetime
from typing import Any

from dealhouse.as_of import parse_as_of
from dealhouse.scraping import registry


def add(verbs: Any) -> None:  # noqa: ANN401 (argparse hides its type)
    actions = verbs.add_parser("merchants", help="the registry").add_subparsers(dest="action", required=True)
    importing = actions.add_parser("import", help="import a YAML file or address")
    importing.add_argument("source")
    importing.add_argument("--as-of", default=datetime.now(UTC).isoformat(), help="when it was known; default: now")
    importing.set_defaults(run=run_import)
    actions.add_parser("list", help="the enabled merchants").set_defaults(run=run_list)


def run_import(options: argparse.Namespace) -> None:
    print(json.dumps({"imported": registry.import_registry(options.source, parse_as_of(options.as_of))}))


def run_list(_: argparse.Namespace) -> None:
    for merchant in registry.merchants():
        print(merchant.model_dump_json())
