from typing import Any

import pytest
from sqlalchemy import text

from dealhouse.alerts import raise_alert
from dealhouse.database import transaction
from dealhouse.status import merchants
from dealhouse.status.merchants import merchant_page, merchants_page, words

REGISTRY = """
insert into raw.merchant_registry (merchant_id, name, platform, base_url, country, updated_at, paused_at, pause_reason)
values ('acme', 'Acme <b>', 'shopify', 'https://acme.example', 'DE', '2026-05-05', null, null),
    ('off', 'Off', 'html', 'https://off.example', 'DE', '2026-05-05', '2026-05-05', 'asked to')
"""
CRAWL = """
insert into raw.crawl_coverage (merchant_id, crawl_id, status, documents, offers, error, measured, observed_at, loaded_at,
    batch_id)
values ('acme', 'acme:1', 'failed', 7, 0, 'answered 403', '{"retries": 3}', '2026-05-05 09:00+00', '2026-05-05 09:00+00', 'b')
"""


@pytest.fixture
def known(warehouse: str) -> None:
    with transaction("loader") as connection:
        connection.execute(text(REGISTRY))
        connection.execute(text(CRAWL))


@pytest.mark.usefixtures("warehouse")
def test_the_page_stands_on_an_empty_platform() -> None:
    assert "Nothing yet." in merchants_page()
    assert "Nothing yet." in merchant_page("nobody")


@pytest.mark.usefixtures("known")
def test_the_worst_come_first_and_what_merchants_wrote_is_escaped() -> None:
    page = merchants_page()
    assert page.index("answered 403") < page.index("asked to")
    assert "Acme &lt;b&gt;" in page
    assert "<b>" not in page


@pytest.mark.usefixtures("known")
def test_a_state_and_a_search_narrow_the_list() -> None:
    assert "answered 403" not in merchants_page(state="paused")
    assert "asked to" not in merchants_page(wanted=" SHOPIFY ")
    assert "Nothing yet." in merchants_page(wanted="nobody")


@pytest.mark.usefixtures("known")
def test_a_long_list_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merchants, "MOST_ROWS", 1)
    assert "and 1 more" in merchants_page()


@pytest.mark.usefixtures("known")
def test_one_merchant_shows_its_crawls_and_alerts() -> None:
    raise_alert("ingest_offers", "warning", "price coverage fell", detail={"merchant_id": "acme"})
    page = merchant_page("acme")
    assert all(words in page for words in ("answered 403", "price coverage fell"))
    assert "answered 403" not in merchant_page("off")


def test_figures_are_written_for_people() -> None:
    row: dict[str, Any] = {
        "freshness_hours": 75.5, "live_offers": 12345, "reject_rate": 0.034, "change_rate_7d": 0.5, "latency_ms_p50": 20.4,
        "latency_ms_p95": 1080, "breaker_openings_24h": 2, "bytes_24h": 1234567,
    }
    said = words(row)
    assert (said["fresh"], said["offers"], said["rejects"], said["changes"]) == ("3 d", "12,345", "3.4 %", "50.0 %")
    assert (said["latency"], said["breaker"], said["received"]) == ("20 / 1,080 ms", 2, "1.2 MB")


@pytest.mark.parametrize(
    ("hours", "size", "said"),
    [(0.25, 999, ("15 min", "999 B")), (5.2, 1500, ("5 h", "1.5 kB")), (None, None, ("", "")), (0, 0, ("0 min", "")),
     (72, 10**15, ("3 d", "1000000 GB"))],
)
def test_hours_and_bytes_are_rounded(hours: float | None, size: int | None, said: tuple[str, str]) -> None:
    found = words({"freshness_hours": hours, "bytes_24h": size})
    assert (found["fresh"], found["received"]) == said
