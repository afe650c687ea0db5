"""crawl [REGISTRY --out DIR] [--as-of T] [--merchant ID ...]: crawl merchants into landing.

With REGISTRY (a YAML file) and DIR neither a database nor Airflow is needed: batches land under DIR/landing, and DIR/state holds
what the next crawl is to know. Without them the registry, landing and memory are the warehouse's.
"""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dealhouse.as_of import parse_as_of
from dealhouse.errors import BadInputError
from dealhouse.landing.store import FolderStore
from dealhouse.loading.load import load_all_landed
from dealhouse.scraping import registry, shard
from dealhouse.scraping.documents import Folder
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.slots import Slots
from dealhouse.settings import settings


def add(verbs: Any) -> None:  # noqa: ANN401 (argparse hides its type)
    arguments = verbs.add_parser("crawl", help="crawl merchants into landing")
    arguments.add_argument("registry", nargs="?", type=Path, help="a YAML file of merchants; default: the warehouse's registry")
    arguments.add_argument("--out", type=Path, help="the folder that batches and state go to; needed with a file, not without")
    arguments.add_argument("--merchant", action="append", help="one merchant; repeat for more; default: all enabled")
    arguments.add_argument("--as-of", default=datetime.now(UTC).isoformat(), help="the crawl's key; default: now")
    arguments.add_argument("--load", action="store_true", help="load what landed; not with --out")
    arguments.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """One JSON line: the crawls by merchant, and the loads. Raises FailureBudgetError after it."""
    as_of = parse_as_of(options.as_of).replace(microsecond=0)
    if (options.registry is None) != (options.out is None):
        raise BadInputError("REGISTRY and --out go together", "arguments")
    if options.out is not None:
        if options.load:
            raise BadInputError("--load needs the warehouse's own landing", "arguments")
        report = _into_folder(options.registry, options.out, options.merchant, as_of)
    else:
        ids = options.merchant or [merchant.merchant_id for merchant in registry.merchants()]
        report = shard.crawl_shard(ids, as_of)
    loads = load_all_landed(report.batch_uris, as_of) if options.load else []
    print(json.dumps({**report.as_dict(), "loads": [load.as_dict() for load in loads]}))
    shard.judge([report])


def _into_folder(source: Path, out: Path, ids: list[str] | None, as_of: datetime) -> shard.ShardReport:
    place = shard.Place(FolderStore(out), Folder(out / "state" / "memory.sqlite"), out / "state" / "spool")
    return shard.run(_chosen(source, ids), as_of, place, Slots(settings().requests_in_flight))


def _chosen(source: Path, ids: list[str] | None) -> list[Merchant]:
    """Those of `ids`, enabled or not; or all enabled ones."""
    try:
        found = registry.parse_registry(source.read_bytes(), str(source))
    except OSError as error:
        raise BadInputError(f"the registry cannot be read: {error}", str(source)) from error
    missing = set(ids or ()) - {merchant.merchant_id for merchant in found}
    if missing:
        raise BadInputError(f"no such merchants: {', '.join(sorted(missing))}", str(source))
    return [merchant for merchant in found if (merchant.merchant_id in ids if ids else merchant.enabled)]
