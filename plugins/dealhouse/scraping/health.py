"""How merchants do: marts.merchant_health, or the last crawls in raw where the warehouse has not been built yet."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from dealhouse.database import transaction

BUILT = text("select to_regclass('marts.merchant_health') is not null")
# the worst first: this is what whoever looks came for
MART = text(
    "select * from marts.merchant_health where :id is null or merchant_id = :id "
    "order by array_position(array['failing', 'degraded', 'healthy', 'paused'], disposition), live_offers desc, merchant_id"
)
RAW = text(
    "with looks as (select r.merchant_id, r.name, r.platform, "
    "case when r.paused_at is not null or not r.enabled then 'paused' when c.status = 'complete' then 'healthy' "
    "when c.status = 'failed' then 'failing' else 'degraded' end as disposition, "
    "case when r.paused_at is not null or not r.enabled then coalesce(r.pause_reason, 'stopped in the registry') "
    "when c.status is null then 'not crawled yet' else c.error end as trouble, "
    "c.status as last_status, c.observed_at as last_crawl_at, s.observed_at as last_success_at "
    "from raw.merchant_registry r left join lateral "
    "(select * from raw.crawl_coverage where merchant_id = r.merchant_id order by observed_at desc limit 1) c on true "
    "left join lateral (select observed_at from raw.crawl_coverage where merchant_id = r.merchant_id and status = 'complete' "
    "order by observed_at desc limit 1) s on true) "
    "select * from looks where :id is null or merchant_id = :id "
    "order by array_position(array['failing', 'degraded', 'healthy', 'paused'], disposition), merchant_id"
)
COLUMNS = ("merchant_id", "platform", "disposition", "last_success_at", "freshness_hours", "live_offers", "reject_rate",
           "change_rate_7d", "latency_ms_p95", "trouble")
WIDEST = 60


def merchants(merchant_id: str | None = None) -> list[dict[str, Any]]:
    """One row per merchant, or that of one, with the mart's columns; without the mart only what the last crawl says."""
    with transaction("transformer") as connection:
        query = MART if connection.execute(BUILT).scalar() else RAW
        return [dict(row) for row in connection.execute(query, {"id": merchant_id}).mappings()]


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as a table for a terminal."""
    names = [name for name in COLUMNS if rows and name in rows[0]]
    lines = [names, *([_word(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(names))]
    return "\n".join("  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def _word(value: object) -> str:
    if value is None:
        return "-"
    words = value.strftime("%Y-%m-%d %H:%M") if hasattr(value, "strftime") else str(value)
    return words if len(words) <= WIDEST else f"{words[: WIDEST - 1]}…"
