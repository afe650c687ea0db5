"""The health of merchants on a real database: from what a crawl measured to a disposition."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.dbt.conftest import Warehouse

INSTANT = "2026-05-05T09:00:00+00:00"
MEASURED = {"requests": 3, "bytes": 1200.0, "seconds": 2.5, "latency_ms_p50": 20.5, "latency_ms_p95": 80, "retries": 1,
            "breaker_opened": 1, "not_modified": 0, "fields": {"price": 0.99}, "reasons": {"missing_price": 1}, "stale": False}


def registered(**changes: Any) -> dict[str, Any]:
    return {"merchant_id": "acme", "name": "Acme", "platform": "shopify", "base_url": "https://acme.example", "country": "DE",
            "updated_at": INSTANT, **changes}


def test_what_a_crawl_measured_becomes_a_disposition(warehouse: "Warehouse") -> None:
    warehouse.insert("raw.merchant_registry", [registered(), registered(merchant_id="older")])
    crawl = {"documents": 1, "offers": 1, "status": "complete", "observed_at": INSTANT}
    warehouse.load("crawl_coverage", "b", INSTANT, [
        {**crawl, "merchant_id": "acme", "crawl_id": "c1", "measured": json.dumps(MEASURED)},
        {**crawl, "merchant_id": "older", "crawl_id": "c2", "measured": None},
    ])
    warehouse.build("--select", "+merchant_health")
    assert warehouse.execute(
        "select merchant_id, disposition, trouble, requests_24h, bytes_24h, latency_ms_p95, freshness_hours "
        "from marts.merchant_health order by merchant_id"
    ) == [
        ("acme", "degraded", "left alone 1 times within a day: it kept failing", 3, 1200, 80, 1),
        ("older", "healthy", None, 0, 0, None, 1),
    ]
