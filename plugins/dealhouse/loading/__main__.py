"""`python -m dealhouse.loading`: history, landed batches, the inbox and a user's own orders into raw."""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from dealhouse.as_of import format_as_of, parse_as_of
from dealhouse.exits import finish
from dealhouse.loading import commission_network, import_verbs, quarantine_verbs
from dealhouse.loading.import_commissions import import_commissions
from dealhouse.loading.import_offers import import_offers
from dealhouse.loading.import_orders import import_orders
from dealhouse.loading.inbox import land_inbox
from dealhouse.loading.load import LoadResult, load_all_landed
from dealhouse.loading.orders_mapping import SHIPPED, read_mapping
from dealhouse.loading.rebuild import rebuild
from dealhouse.loading.wishes import land_wishes
from dealhouse.settings import settings


class Meter:
    """Progress on stderr: rows so far and rows a second."""

    def __init__(self) -> None:
        self.rows = 0
        self.started = time.monotonic()

    def __call__(self, result: LoadResult) -> None:
        self.rows += result.received
        speed = self.rows / max(time.monotonic() - self.started, 1e-6)
        note = "loaded before" if result.noop else f"{result.rejected} rejected"
        print(f"{self.rows:>10,} rows  {speed:>8,.0f} rows/s  {result.kind} ({note})", file=sys.stderr, flush=True)


def parser() -> argparse.ArgumentParser:
    arguments = argparse.ArgumentParser(prog="python -m dealhouse.loading", description=__doc__)
    arguments.add_argument("--database-url", help="instead of DATABASE_URL")
    verbs = arguments.add_subparsers(dest="verb", required=True)
    history = verbs.add_parser("import-offers", help="land and load a history directory")
    history.add_argument("directory", type=Path)
    landed = verbs.add_parser("load", help="load landed batches")
    landed.add_argument("uri", nargs="+")
    landed.add_argument("--as-of", required=True)
    again = verbs.add_parser("rebuild", help="empty raw's record tables and reload every batch of the ledger")
    again.add_argument("--shuffle", type=int, metavar="SEED")
    inbox = verbs.add_parser("inbox", help="land and load what shoppers sent")
    inbox.add_argument("--as-of", required=True)
    orders = verbs.add_parser("import-orders", help="a shop's own order export (CSV or Parquet) as its feed")
    orders.add_argument("file", type=Path)
    orders.add_argument("--mapping", required=True, help=f"a YAML file, or a shipped one: {', '.join(shipped())}")
    orders.add_argument("--as-of", help="when it is known; default: the first full hour after its last line")
    import_verbs.add(verbs)
    commissions = verbs.add_parser("import-commissions", help="an affiliate network's commission report (CSV)")
    commissions.add_argument("file", type=Path)
    commissions.add_argument("--network", required=True, help=f"{', '.join(commission_network.shipped())}, or a YAML file")
    commissions.add_argument("--currency", help="of amounts whose lines name none")
    commissions.add_argument("--as-of", help="when it is known; default: the first full hour after its last instant")
    quarantine_verbs.add(verbs)
    for verb in verbs.choices.values():  # also after the verb, where one looks for it first
        verb.add_argument("--database-url", default=argparse.SUPPRESS, help="instead of DATABASE_URL")
    return arguments


def shipped() -> list[str]:
    return sorted(path.stem for path in SHIPPED.glob("*.yml"))


def run(options: argparse.Namespace) -> dict[str, object]:
    meter = Meter()
    if options.verb in import_verbs.VERBS:
        return import_verbs.run(options)
    if options.verb in ("quarantine", "columns"):
        return quarantine_verbs.run(options)
    if options.verb == "import-offers":
        return dict(import_offers(options.directory, progress=meter).__dict__)
    if options.verb == "import-orders":
        as_of = parse_as_of(options.as_of) if options.as_of else None
        imported = import_orders(options.file, read_mapping(options.mapping), as_of=as_of, progress=meter)
        return {**imported.__dict__, "as_of": format_as_of(imported.as_of)}
    if options.verb == "import-commissions":
        as_of = parse_as_of(options.as_of) if options.as_of else None
        reported = import_commissions(options.file, options.network, currency=options.currency, as_of=as_of)
        return {**reported.__dict__, "as_of": format_as_of(reported.as_of)}
    if options.verb == "load":
        results = load_all_landed(options.uri, parse_as_of(options.as_of))
    elif options.verb == "inbox":
        waiting = (land_inbox(parse_as_of(options.as_of)), land_wishes(parse_as_of(options.as_of)))
        results = [landed for landed in waiting if landed is not None]
    else:
        results = rebuild(seed=options.shuffle, progress=meter)
    return {
        "received": sum(result.received for result in results), "loaded": sum(result.loaded for result in results),
        "rejected": sum(result.rejected for result in results), "batches": sum(not result.noop for result in results),
    }


def main() -> int:
    options = parser().parse_args()
    if options.database_url:
        os.environ["DATABASE_URL"] = options.database_url
        settings.cache_clear()
    return finish(lambda: print(json.dumps(run(options), default=str)))


if __name__ == "__main__":
    sys.exit(main())
