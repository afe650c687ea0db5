"""`python -m serving.keys create NAME --scope prices | keep NAME | revoke WHICH | list`, on the database of DATABASE_URL."""

import argparse
import os
import sys

import psycopg

from serving.keys import SCOPES, book
from serving.settings import settings

GIVEN = "DEALHOUSE_API_KEY"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="serving.keys", description="Keys of machine clients.")
    granted = argparse.ArgumentParser(add_help=False)
    granted.add_argument("name", help="who holds it: small letters, digits, hyphens")
    granted.add_argument("--scope", action="append", default=[], choices=SCOPES, help="may be told several times")
    granted.add_argument("--per-minute", type=int, default=600, help="requests a minute and worker (600)")
    verbs = parser.add_subparsers(dest="verb", required=True)
    made = verbs.add_parser("create", parents=[granted], help="make a key and print it: it is told this once")
    made.add_argument("--days", type=int, help="how long it lives; without it, until it is revoked")
    verbs.add_parser("keep", parents=[granted], help=f"make sure that the key in {GIVEN} is known")
    gone = verbs.add_parser("revoke", help="a key opens nothing more, within a minute")
    gone.add_argument("which", help="a prefix, or a name: then all of its keys")
    verbs.add_parser("list", help="every key, without its secret")
    return parser


def _done(asked: argparse.Namespace, connection: book.Connection) -> str:
    if asked.verb == "create":
        return book.create(connection, asked.name, asked.scope, asked.per_minute, asked.days)
    if asked.verb == "keep":
        book.keep(connection, os.environ.get(GIVEN, ""), asked.name, asked.scope, asked.per_minute)
        return f"kept {asked.name}"
    if asked.verb == "revoke":
        return f"revoked {book.revoke(connection, asked.which)}"
    return "\n".join("\t".join(str(value) for value in row.values()) for row in book.listed(connection))


def main(arguments: list[str] | None = None) -> int:
    """Run one verb. Exit 2: what was asked cannot be done, said in one line."""
    asked = _parser().parse_args(arguments)
    try:
        with book.opened(settings().database_url.get_secret_value()) as connection:
            print(_done(asked, connection))
    except (ValueError, psycopg.Error) as error:
        print(f"serving.keys: {str(error).splitlines()[0]}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
