"""`python -m dealhouse.landing export MART [MART ...]`: marts as Parquet on the store; a JSON line each."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from dealhouse.as_of import parse_as_of
from dealhouse.exits import finish
from dealhouse.landing.export import export


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m dealhouse.landing", description=__doc__)
    exporting = top.add_subparsers(dest="verb", required=True).add_parser("export", help="write marts as Parquet")
    exporting.add_argument("mart", nargs="+", help="fct_orders, scored.customer_360, ...")
    exporting.add_argument("--as-of", help="what the folder is called after; default: now")
    exporting.add_argument("--manifest", type=Path, help="dbt's manifest.json (default: the pipeline's)")
    return top


def run(options: argparse.Namespace) -> None:
    as_of = parse_as_of(options.as_of) if options.as_of else datetime.now(UTC)
    for mart in options.mart:
        print(json.dumps(export(mart, as_of, manifest=options.manifest).as_dict()))


def main(words: Sequence[str] | None = None) -> int:
    options = parser().parse_args(words)
    return finish(lambda: run(options))


if __name__ == "__main__":
    sys.exit(main())
