"""`python -m dealhouse.scraping`: the registry, crawls, the shop's feeds, and one document or price read aloud."""

import argparse
import importlib
import logging
import sys

from dealhouse.exits import finish

VERBS = ("merchants", "crawl", "shop", "extract", "price")


def parser(asked: str | None = None) -> argparse.ArgumentParser:
    """Only the verb that is asked for is loaded: a price is read in a blink, without a database's libraries."""
    arguments = argparse.ArgumentParser(prog="python -m dealhouse.scraping", description=__doc__)
    verbs = arguments.add_subparsers(dest="verb", required=True)
    for verb in [asked] if asked in VERBS else VERBS:
        importlib.import_module(f"dealhouse.scraping.verbs.{verb}").add(verbs)
    return arguments


def _as_text(argument: str) -> str:
    """A negative price is a text and no option: argparse knows "-5" for a number, "-5,00€" it does not."""
    is_price = argument.startswith("-") and argument[1:2] not in ("", "-") and not argument[1].isalpha()
    return f" {argument}" if is_price else argument


def run() -> None:
    options = parser(next(iter(sys.argv[1:]), None)).parse_args([_as_text(argument) for argument in sys.argv[1:]])
    options.run(options)


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    return finish(run)


if __name__ == "__main__":
    sys.exit(main())
