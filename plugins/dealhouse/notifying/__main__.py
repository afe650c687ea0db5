"""`python -m dealhouse.notifying tell|deliver|list`: what the live release is worth telling, sending it, what became of it; JSON.

Exit codes: those of `dealhouse.exits`.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import text

from dealhouse.as_of import parse_as_of
from dealhouse.database import transaction
from dealhouse.exits import finish
from dealhouse.notifying.delivering import deliver
from dealhouse.notifying.telling import tell

SUMMARY = text("""
    select channel, kind, state, coalesce(last_error, '') as reason, count(*) as rows, max(as_of) as newest
    from notify.outbox group by 1, 2, 3, 4 order by 1, 2, 3, 4
""")


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m dealhouse.notifying", description=__doc__)
    verbs = top.add_subparsers(dest="verb", required=True)
    verbs.add_parser("tell", help="put into the outbox what the live release makes worth telling").add_argument("--as-of")
    verbs.add_parser("deliver", help="send what is due")
    verbs.add_parser("list", help="the outbox by channel, kind, state and reason; no names")
    return top


def run(options: argparse.Namespace) -> None:
    if options.verb == "tell":
        print(json.dumps(asdict(tell(parse_as_of(options.as_of) if options.as_of else None))))
    elif options.verb == "deliver":
        print(json.dumps(asdict(deliver())))
    else:
        with transaction("notifier") as connection:
            for row in connection.execute(SUMMARY).mappings():
                print(json.dumps(dict(row), default=str))


def main(words: Sequence[str] | None = None) -> int:
    options = parser().parse_args(words)
    return finish(lambda: run(options))


if __name__ == "__main__":
    sys.exit(main())
