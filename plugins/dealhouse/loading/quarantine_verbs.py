"""`python -m dealhouse.loading quarantine | columns`: refused rows and a source's columns, from a terminal."""

import argparse
import getpass
from typing import Any

import orjson

from dealhouse.errors import BadInputError
from dealhouse.loading import quarantine, source_columns

FILTERS = ("kind", "reason", "merchant_id", "batch_id")
MOST = 1000


def add(verbs: Any) -> None:  # noqa: ANN401 (argparse does not name the type of its subparsers)
    """The verbs `quarantine` and `columns` among those of loading."""
    held = _acts(verbs, "quarantine", "refused rows: list, show, release, fix, drop")
    _narrowed(held.add_parser("list", help="what is held, the newest first"))
    held.add_parser("show", help="one row, and what was decided about it").add_argument("id")
    for act, told in (("release", "let rows in as they came, where today's rules allow it"), ("drop", "rows are not wanted")):
        acting = held.add_parser(act, help=told)
        acting.add_argument("id", nargs="*", help="BATCH:ROW as `list` tells it; none: all that are held of the filter")
        _narrowed(acting)
        _signed(acting)
    fixing = held.add_parser("fix", help="let a row in with changes to its record")
    fixing.add_argument("id")
    fixing.add_argument("--patch", required=True, help='a JSON merge patch: {"price": "12.50", "gtin": null}')
    _signed(fixing)
    columns = _acts(verbs, "columns", "what columns sources bring: list, accept a change")
    columns.add_parser("list")
    accepting = columns.add_parser("accept", help="the columns may be gone or of another type from now on")
    accepting.add_argument("source")
    accepting.add_argument("kind", help="as the error names it: shop_orders")
    accepting.add_argument("column", nargs="+")
    for verb in (*held.choices.values(), *columns.choices.values()):
        verb.add_argument("--database-url", default=argparse.SUPPRESS, help="instead of DATABASE_URL")


def _acts(verbs: Any, verb: str, told: str) -> Any:  # noqa: ANN401
    return verbs.add_parser(verb, help=told).add_subparsers(dest="act", required=True)


def _narrowed(parser: argparse.ArgumentParser) -> None:
    for name in FILTERS:
        parser.add_argument(f"--{name.replace('_', '-')}")
    parser.add_argument("--most", type=int, default=100 if parser.prog.endswith("list") else MOST)


def _signed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--why", required=True)
    parser.add_argument("--by", default=getpass.getuser(), help="default: who is logged in")


def run(options: argparse.Namespace) -> dict[str, object]:
    """What the verb answers, as JSON says it."""
    if options.verb == "columns":
        if options.act == "list":
            return {"columns": source_columns.listed()}
        return {"accepted": source_columns.accept(options.source, options.kind, options.column)}
    if options.act == "list":
        return {"rejects": quarantine.find(**_filter(options), most=options.most)}
    if options.act == "show":
        return quarantine.show(options.id)
    if options.act == "fix":
        return dict(quarantine.fix(options.id, _patch(options.patch), options.by, options.why).__dict__)
    return dict(quarantine.VERBS[options.act](_chosen(options), options.by, options.why).__dict__)


def _filter(options: argparse.Namespace) -> dict[str, Any]:
    return {name: getattr(options, name) for name in FILTERS}


def _chosen(options: argparse.Namespace) -> list[str]:
    """The rows that are named, or all that are held of a filter; no filter at all is no choice. Raises BadInputError."""
    narrowed = _filter(options)
    if bool(options.id) == any(narrowed.values()):
        raise BadInputError("name rows, or narrow them by --kind, --reason, --merchant-id or --batch-id", "id")
    return options.id or [row["id"] for row in quarantine.find(**narrowed, most=options.most)]


def _patch(words: str) -> dict[str, Any]:
    try:
        patch = orjson.loads(words)
    except orjson.JSONDecodeError as error:
        raise BadInputError(f"no JSON: {error}", "--patch") from error
    if not isinstance(patch, dict):
        raise BadInputError("a patch is a JSON object", "--patch")
    return patch
