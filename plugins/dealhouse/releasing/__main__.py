"""`python -m dealhouse.releasing {build,flip,list,diff,rollback,prune,refresh-live-offers}`; each prints JSON.

Exit codes: those of `dealhouse.exits`; a superseded release is a recorded no-op, and done.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from dealhouse.as_of import parse_as_of
from dealhouse.exits import finish
from dealhouse.releasing.build import build
from dealhouse.releasing.flip import flip
from dealhouse.releasing.listing import diff, list_releases
from dealhouse.releasing.live_offers import refresh_live_offers
from dealhouse.releasing.prune import prune
from dealhouse.releasing.rollback import rollback


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m dealhouse.releasing", description="Build, flip and roll back releases.")
    verbs = top.add_subparsers(dest="verb", required=True)
    building = verbs.add_parser("build", help="copy the candidate views into a new, detached version")
    building.add_argument("--as-of", required=True)
    building.add_argument("--manifest", type=Path, help="dbt's manifest.json (default: the pipeline's)")
    flipping = verbs.add_parser("flip", help="show a release that the gate let pass")
    flipping.add_argument("release_id")
    flipping.add_argument("--force", action="store_true", help="also when a newer as_of is live; never past the gate")
    verbs.add_parser("list", help="every release, the newest first")
    comparing = verbs.add_parser("diff", help="rows added, removed and changed between two releases")
    comparing.add_argument("earlier")
    comparing.add_argument("later")
    back = verbs.add_parser("rollback", help="show the release before this one again")
    back.add_argument("--to", metavar="RELEASE_ID")
    verbs.add_parser("prune", help="drop the versions beyond those kept").add_argument("--kept", type=int)
    refreshing = verbs.add_parser("refresh-live-offers", help="upsert prices and stock behind the row gate")
    refreshing.add_argument("--as-of", required=True)
    refreshing.add_argument("--accept-jumps", action="store_true", help="let prices pass that changed more than tenfold")
    return top


def run(arguments: argparse.Namespace) -> None:
    """Do what the arguments say, and print what came of it."""
    verbs: dict[str, Callable[[], Any]] = {
        "build": lambda: build(parse_as_of(arguments.as_of), arguments.manifest),
        "flip": lambda: flip(arguments.release_id, force=arguments.force),
        "list": list_releases,
        "diff": lambda: diff(arguments.earlier, arguments.later),
        "rollback": lambda: rollback(arguments.to),
        "prune": lambda: prune(arguments.kept),
        "refresh-live-offers": lambda: refresh_live_offers(parse_as_of(arguments.as_of), accept_jumps=arguments.accept_jumps),
    }
    done = verbs[arguments.verb]()
    for item in done if isinstance(done, list) else [done]:
        print(json.dumps(asdict(item) if is_dataclass(item) and not isinstance(item, type) else item, default=str))


def main(words: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(words)
    return finish(lambda: run(arguments))


if __name__ == "__main__":
    sys.exit(main())
