"""The pages of the merchants: all of them, the worst first; and one, with its last crawls, rejects and alerts."""

from collections import Counter
from typing import Any

from dealhouse.scraping import health
from dealhouse.status.page import render, section

STATES = ("failing", "degraded", "healthy", "paused")
MOST_ROWS = 200  # a page, not an export: states and the search lead to the rest
SECTIONS = {
    "merchant_crawls": "Last crawls",
    "merchant_rejects": "Rejected rows of its last week, by reason",
    "merchant_alerts": "Alerts",
}


def merchants_page(state: str = "", wanted: str = "") -> str:
    """Every merchant with its health. `state`: only those of a disposition; `wanted`: in their id, name or platform."""
    everybody = health.merchants()
    counts = Counter(row["disposition"] for row in everybody)
    chosen = [row for row in everybody if (not state or row["disposition"] == state) and _holds(row, wanted.strip().lower())]
    return render(
        "merchants.html", "merchants", total=len(everybody), counts={name: counts[name] for name in STATES},
        state=state, wanted=wanted, rows=[words(row) for row in chosen[:MOST_ROWS]], more=len(chosen) - MOST_ROWS,
    )


def merchant_page(merchant_id: str) -> str:
    """One merchant; of one that nobody knows there is nothing yet."""
    sections = [section(name, title, merchant_id=merchant_id) for name, title in SECTIONS.items()]
    return render("merchant.html", f"merchants/{merchant_id}", merchant_id=merchant_id, sections=sections)


def _holds(row: dict[str, Any], wanted: str) -> bool:
    return any(wanted in str(row.get(name) or "").lower() for name in ("merchant_id", "name", "platform"))


def words(row: dict[str, Any]) -> dict[str, Any]:
    """A row's figures as people read them; empty where nothing was measured."""
    p50, p95 = row.get("latency_ms_p50"), row.get("latency_ms_p95")
    return {
        **row,
        "fresh": _hours(row.get("freshness_hours")),
        "offers": f"{row['live_offers']:,}" if row.get("live_offers") is not None else "",
        "rejects": _share(row.get("reject_rate")),
        "changes": _share(row.get("change_rate_7d")),
        "latency": f"{p50:,.0f} / {p95:,.0f} ms" if p50 is not None and p95 is not None else "",
        "breaker": row.get("breaker_openings_24h") or "",
        "received": _bytes(row.get("bytes_24h")),
    }


def _share(value: Any) -> str:  # noqa: ANN401 (a Decimal of Postgres, or None)
    return "" if value is None else f"{100 * value:.1f} %"


def _hours(value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    return f"{60 * value:.0f} min" if value < 1 else f"{value:.0f} h" if value < 72 else f"{value / 24:.0f} d"


def _bytes(value: int | None) -> str:
    if not value:
        return ""
    size, units = float(value), iter(("B", "kB", "MB", "GB"))
    unit = next(units)
    while size >= 1000 and (larger := next(units, None)) is not None:
        size, unit = size / 1000, larger
    return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
