"""`python -m dealhouse.privacy key|erase|replay|list`: erase a person and prove it; each prints JSON.

A person is named by the shop's own id, an address, or a customer_key. Exit codes: those of `dealhouse.exits`.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from dealhouse.errors import BadInputError
from dealhouse.exits import finish
from dealhouse.privacy import register
from dealhouse.privacy.erase import erase, replay
from dealhouse.privacy.person import key_of, keys_of_email


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m dealhouse.privacy", description=__doc__)
    verbs = top.add_subparsers(dest="verb", required=True)
    for verb, told in (("key", "under which key a person is known"), ("erase", "take a person out of everything")):
        named = verbs.add_parser(verb, help=told).add_mutually_exclusive_group(required=True)
        named.add_argument("--native-id", help="as the shop numbers its customers")
        named.add_argument("--email", help="everybody who gave this address")
        named.add_argument("--customer-key", help="32 hexadecimal digits")
    again = verbs.add_parser("replay", help="erase again whom a restore, or the shop, brought back")
    for building in (verbs.choices["erase"], again):
        building.add_argument("--no-build", action="store_true", help="leave it to the next build to make the marts whole again")
    verbs.add_parser("list", help="every erasure: when, what it found, where it looked")
    return top


def keys_of(options: argparse.Namespace) -> frozenset[str]:
    """Whom the options name. Raises BadInputError when an address is nobody's."""
    if options.email is None:
        return frozenset({key_of(native_id=options.native_id, key=options.customer_key)})
    keys = frozenset(keys_of_email(options.email))
    if not keys:
        raise BadInputError("nobody gave this address", "--email")
    return keys


def run(options: argparse.Namespace) -> None:
    if options.verb == "list":
        answers = [asdict(entry) for entry in register.entries()]
    elif options.verb == "key":
        answers = [{"customer_key": key} for key in sorted(keys_of(options))]
    elif options.verb == "erase":
        answers = [erase(keys_of(options), build=not options.no_build).as_dict()]
    else:
        done = replay(build=not options.no_build)
        answers = [done.as_dict() if done else {"people": 0}]
    for answer in answers:
        print(json.dumps(answer, default=str))


def main(words: Sequence[str] | None = None) -> int:
    options = parser().parse_args(words)
    return finish(lambda: run(options))


if __name__ == "__main__":
    sys.exit(main())
