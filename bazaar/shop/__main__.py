"""`python -m bazaar.shop --home DIR --world W --seed N --url URL`: write the shop's past (what the running bazaar calls)."""

import argparse
import sys
from pathlib import Path

from bazaar.errors import BazaarError
from bazaar.shop.history import write_history
from bazaar.shop.world import DEFAULT_URL, build_shop


def main(arguments: list[str] | None = None) -> int:
    """Exit 2: what was asked cannot be done, said in one line."""
    parser = argparse.ArgumentParser(prog="bazaar.shop")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--world", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--url", default=DEFAULT_URL)
    asked = parser.parse_args(arguments)
    try:
        write_history(build_shop(asked.world, asked.seed, asked.url), asked.home)
    except (BazaarError, OSError) as error:
        print(f"bazaar: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
