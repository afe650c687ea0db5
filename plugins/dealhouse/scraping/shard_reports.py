"""A shard's report between tasks: whole in the store, and as a summary that stays small however many merchants there are."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from dealhouse.landing.store import Store
from dealhouse.scraping.shard import ShardReport

MOST_FAILURES = 20
LONGEST_ERROR = 200


def key_of(as_of: datetime, shard: int) -> str:
    """Where in the store the report of a shard's crawl lies."""
    return f"crawls/{as_of:%Y-%m-%d}/{as_of:%H%M%S}-shard-{shard:02d}.json"


def keep(report: ShardReport, store: Store, as_of: datetime, shard: int) -> dict[str, Any]:
    """Write the whole report; returns its summary: sums, the first failures, and `report`, the key of the rest."""
    key = key_of(as_of, shard)
    store.put(key, orjson.dumps(report.as_dict(), option=orjson.OPT_APPEND_NEWLINE))
    return {"shard": shard, "report": key, **summary(report)}


def summary(report: ShardReport) -> dict[str, Any]:
    """Merchants by status, sums over them, and the first failures with their errors."""
    crawls = report.crawls
    statuses: Counter[str] = Counter(crawl.status for crawl in crawls)
    failures = [crawl for crawl in crawls if crawl.status == "failed"][:MOST_FAILURES]
    return {
        "merchants": len(crawls),
        **{status: statuses[status] for status in ("complete", "partial", "failed")},
        **{name: sum(getattr(crawl, name) for crawl in crawls) for name in ("records", "rejects", "documents", "requests")},
        "failures": {crawl.merchant_id: (crawl.error or "")[:LONGEST_ERROR] for crawl in failures},
    }


def read(kept: Mapping[str, Any], store: Store) -> ShardReport:
    """The whole report of a summary that `keep` returned."""
    return ShardReport.from_dict(orjson.loads(store.get(kept["report"])))
