"""`python -m dealhouse.scraping`: the registry, crawls, the shop's feeds, and one document or price read aloud."""

import argparse
import logging
import sys

from sqlalchemy.exc import OperationalError

from dealhouse.errors import DealhouseError
from dealhouse.scraping.verbs import crawl, extract, merchants, price, shop

VERBS = (merchants, crawl, shop, extract, price)
REFUSED = 2
TRANSIENT = 1


def parser() -> argparse.ArgumentParser:
    arguments = argparse.ArgumentParser(prog="python -m dealhouse.scraping", description=__doc__)
    verbs = arguments.add_subparsers(dest="verb", required=True)
    for verb in VERBS:
        verb.add(verbs)
    return arguments


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        options = parser().parse_args()
        options.run(options)
    except DealhouseError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return TRANSIENT if error.retryable else REFUSED
    except (OperationalError, OSError) as error:
        print(f"{type(error).__name__}: {getattr(error, 'orig', error)}".strip(), file=sys.stderr)
        return TRANSIENT
    return 0


if __name__ == "__main__":
    sys.exit(main())
