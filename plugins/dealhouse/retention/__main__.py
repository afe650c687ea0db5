"""`python -m dealhouse.retention prune|page`: take away what is too old, now; write docs/tables.md."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from dealhouse.as_of import parse_as_of
from dealhouse.exits import finish
from dealhouse.retention.page import page
from dealhouse.retention.prune import prune


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m dealhouse.retention", description=__doc__)
    verbs = top.add_subparsers(dest="verb", required=True)
    verbs.add_parser("prune", help="what maintain_platform does every day").add_argument("--as-of", required=True)
    paging = verbs.add_parser("page", help="tables, their columns and how long they are kept")
    paging.add_argument("--manifest", type=Path, required=True, help="dbt's manifest.json")
    paging.add_argument("--out", type=Path, required=True)
    return top


def run(options: argparse.Namespace) -> None:
    if options.verb == "prune":
        print(json.dumps(prune(parse_as_of(options.as_of)).__dict__))
    else:
        options.out.write_text(page(options.manifest))


def main(words: Sequence[str] | None = None) -> int:
    options = parser().parse_args(words)
    return finish(lambda: run(options))


if __name__ == "__main__":
    sys.exit(main())
