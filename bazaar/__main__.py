"""`python -m bazaar serve|history|advance|truth`."""

import argparse
import json
import sys
import urllib.error
import urllib.request
from dataclasses import asdict, replace
from pathlib import Path

from bazaar import history, home, truth
from bazaar.errors import BazaarError, BazaarUnreachableError, NoPastError
from bazaar.settings import BazaarSettings, from_env
from bazaar.sizes import SIZES
from bazaar.world import World, open_world


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bazaar", description="The world outside: merchants, the house shop, a clock.")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--world", help=f"{', '.join(SIZES)}, or market-<merchants>-<offers>")
    common.add_argument("--seed", type=int)
    common.add_argument("--home", type=Path)
    common.add_argument("--port", type=int)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("serve", parents=[common], help="serve merchants, control and shop until stopped")
    past = verbs.add_parser("history", parents=[common], help="write the merchants' past as canonical files")
    past.add_argument("--out", type=Path, required=True)
    verbs.add_parser("advance", parents=[common], help="move the running bazaar's clock by a day and let its shoppers live it")
    hidden = verbs.add_parser("truth", parents=[common], help="write what the platform may not know")
    hidden.add_argument("--out", type=Path, required=True)
    hidden.add_argument("--format", choices=("ndjson", "parquet"), default="ndjson")
    return parser


def _settings(asked: argparse.Namespace) -> BazaarSettings:
    given = {name: getattr(asked, name) for name in ("world", "seed", "home", "port") if getattr(asked, name) is not None}
    return replace(from_env(), **given)


def _serve(settings: BazaarSettings) -> None:
    from bazaar.server import Bazaar, run

    day = home.read_day(settings)
    home.write_day(settings, day)
    world = open_world(settings, day)
    bazaar = Bazaar(world)
    print(f"bazaar: world {settings.world}, {len(world.merchants)} merchants on port {settings.port}", flush=True)
    run(bazaar)


def _advance(settings: BazaarSettings) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{settings.port}/control/advance", method="POST")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            clock = json.load(answer)
    except urllib.error.URLError as error:
        raise BazaarUnreachableError(f"no bazaar answers on port {settings.port}: {error.reason}") from error
    from bazaar.shop.day import run_day

    shop_url = f"http://127.0.0.1:{settings.port}/shop/v1"
    told = run_day(settings.home, settings.api_url, shop_url, day=int(clock["day"]), settings=settings)
    print(json.dumps({**clock, "shop": [asdict(one) for one in told]}))


def _with_past(settings: BazaarSettings, day: int = 0) -> World:
    """The world, made whole. Raises NoPastError for a market: its truth is at /control/illnesses and /control/served."""
    world = open_world(settings, day)
    if world.size.is_market:
        raise NoPastError(f"{settings.world} is there to be crawled only: it has no past, and too many offers to list")
    return world


def _truth(settings: BazaarSettings, folder: Path, *, parquet: bool) -> None:
    from bazaar.shop.truth import export

    written = truth.write_truth(_with_past(settings, home.read_day(settings)), folder, parquet=parquet)
    hidden = export(folder, world=settings.world, seed=settings.seed, parquet=parquet)
    print(json.dumps({**written, **hidden}))


def main(arguments: list[str] | None = None) -> int:
    """Run one verb. Exit 2: what was asked cannot be done, said in one line."""
    asked = _parser().parse_args(arguments)
    try:
        settings = _settings(asked)
        if asked.verb == "serve":
            _serve(settings)
        elif asked.verb == "advance":
            _advance(settings)
        elif asked.verb == "history":
            written = history.write_history(_with_past(settings), asked.out)
            print(json.dumps({"offers": written.offers, "crawls": written.crawls, "files": written.files}))
        else:
            _truth(settings, asked.out, parquet=asked.format == "parquet")
    except (BazaarError, OSError) as error:
        print(f"bazaar: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
