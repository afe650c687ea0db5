"""`python -m dealhouse.editing decide|lift|list`: what an editor decides, from a terminal. Answers are JSON lines."""

import argparse
import getpass
import json
import sys
from collections.abc import Sequence

from dealhouse.as_of import parse_as_of
from dealhouse.editing.decisions import ACTIONS, CORRECTABLE, KINDS, Decision, decide, history, in_force, lift
from dealhouse.exits import finish

EVERY_ACTION = sorted({action for actions in ACTIONS.values() for action in actions})


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m dealhouse.editing", description=__doc__)
    verbs = top.add_subparsers(dest="verb", required=True)
    for verb, told in (("decide", "pin, hide, correct or take down a deal or product; opt a merchant out"), ("lift", "end it")):
        acting = verbs.add_parser(verb, help=told)
        acting.add_argument("kind", choices=KINDS)
        acting.add_argument("id")
        acting.add_argument("action", choices=EVERY_ACTION)
        acting.add_argument("--reason", required=True)
        acting.add_argument("--editor", default=getpass.getuser(), help="default: who is logged in")
    deciding = verbs.choices["decide"]
    deciding.add_argument("--until", help="the platform's instant at which it ends by itself")
    for name in CORRECTABLE:
        deciding.add_argument(f"--{name.replace('_', '-')}", help="with correct: what is to stand there; empty takes it away")
    listing = verbs.add_parser("list", help="what is in force, the newest first")
    listing.add_argument("--history", action="store_true", help="every decision and lift")
    return top


def run(options: argparse.Namespace) -> None:
    if options.verb == "list":
        for row in history() if options.history else in_force():
            print(json.dumps(row, default=str))
    elif options.verb == "lift":
        print(json.dumps({"lifted": lift(options.kind, options.id, options.action, options.reason, options.editor)}))
    else:
        given = {name: getattr(options, name) for name in CORRECTABLE}
        corrections = {name: value or None for name, value in given.items() if value is not None}
        until = parse_as_of(options.until) if options.until else None
        decided = decide(Decision(options.kind, options.id, options.action, options.reason, options.editor, corrections, until))
        print(json.dumps({"decided": decided}))


def main(words: Sequence[str] | None = None) -> int:
    options = parser().parse_args(words)
    return finish(lambda: run(options))


if __name__ == "__main__":
    sys.exit(main())
