"""Crawls of single sites, for the rules."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dealhouse.landing.batch import Batch, open_batch
from dealhouse.landing.store import FolderStore
from dealhouse.scraping import merchant_crawl
from dealhouse.scraping.crawl import CrawlReport
from dealhouse.scraping.documents import Past
from dealhouse.scraping.fetcher import Fetcher
from dealhouse.scraping.known import Known
from dealhouse.scraping.merchant_crawl import crawl_merchant
from dealhouse.scraping.registry import Merchant

pytestmark = pytest.mark.usefixtures("impatient")

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
Make = Callable[..., Merchant]
Site = Any

FEED = (
    '<rss xmlns:g="http://base.google.com/ns/1.0"><channel>'
    "<item><g:id>1</g:id><title>Lamp</title><link>http://a/1</link><g:price>5.00 EUR</g:price></item>"
    "<item><g:id>2</g:id><title>Lamp</title><link>http://a/2</link><g:price>7.00 EUR</g:price></item></channel></rss>"
)
PAGE = (
    '<script type="application/ld+json">{"@type":"Product","name":"Lamp","offers":{"price":"5","priceCurrency":"EUR"}}</script>'
)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[CrawlReport, Batch]]:
    def crawl_it(merchant: Merchant, past: Past | None = None, as_of: datetime = AS_OF) -> tuple[CrawlReport, Batch]:
        async def work() -> CrawlReport:
            async with Fetcher("DealhouseBot/1.0", 8) as fetcher:
                store, spools = FolderStore(tmp_path), tmp_path / "spool"
                return await crawl_merchant(merchant, as_of, fetcher, past or Past(), store, spools=spools)

        report = asyncio.run(work())
        return report, open_batch(str(report.batch_uri))

    return crawl_it


def documents(batch: Batch) -> dict[str, str]:
    rows = [json.loads(row.line) for row in batch.rows("documents")]
    return {row["url"].split("/", 3)[3]: row["status"] for row in rows}


def sitemap(site: Site, *paths: str) -> bytes:
    return f"<urlset>{''.join(f'<url><loc>{site.url}{path}</loc></url>' for path in paths)}</urlset>".encode()


def test_a_feed_is_one_document(site: Site, merchant: Make, run: Callable[..., tuple[CrawlReport, Batch]]) -> None:
    site.put("/f.xml", FEED.encode())
    report, batch = run(merchant(platform="google_merchant", options={"feed_path": "/f.xml"}))
    assert (report.status, report.records, documents(batch)) == ("complete", 2, {"f.xml": "fetched"})
    assert batch.manifest.crawl is not None
    assert batch.manifest.crawl["crawl_id"] == "acme:2026-05-05T10:15:00"


PROMOTIONS = (
    '<rss xmlns:g="http://base.google.com/ns/1.0"><channel><item><g:promotion_id>p</g:promotion_id>'
    "<g:generic_redemption_code>SPRING5</g:generic_redemption_code>"
    "<g:promotion_effective_dates>2026-05-01T00:00+0000/2026-06-01T00:00+0000</g:promotion_effective_dates></item></channel></rss>"
)


@pytest.mark.parametrize(("answer", "codes"), [(PROMOTIONS.encode(), ["SPRING5", None]), ((403, {}, b""), [None, None])])
def test_a_feed_gets_its_codes_and_stands_without_them(
    site: Site, merchant: Make, run: Callable[..., tuple[CrawlReport, Batch]], answer: Any, codes: list[str | None]
) -> None:
    site.put("/p.xml", answer)
    site.put("/feed.xml", FEED.replace("<title>", "<g:promotion_id>p</g:promotion_id><title>", 1).encode())
    report, batch = run(merchant(platform="google_merchant", options={"promotions_path": "/p.xml"}))
    assert (report.status, documents(batch)) == ("complete", {"feed.xml": "fetched"})
    assert [json.loads(row.line).get("coupon_code") for row in batch.rows("records")] == codes


def test_a_cut_feed_is_loaded_and_no_complete_crawl(
    site: Site, merchant: Make, run: Callable[..., tuple[CrawlReport, Batch]]
) -> None:
    site.put("/feed.xml", FEED.encode()[:-60])
    report, batch = run(merchant(platform="google_merchant"))
    assert (report.status, report.records, report.rejects, documents(batch)) == ("partial", 1, 2, {"feed.xml": "failed"})


def test_a_feed_that_came_empty_where_it_was_not_is_partial(
    site: Site, merchant: Make, run: Callable[..., tuple[CrawlReport, Batch]]
) -> None:
    site.put("/feed.xml", b"<rss><channel></channel></rss>")
    google = merchant(platform="google_merchant")
    assert run(google)[0].status == "complete"
    assert run(google, Past({f"{site.url}/feed.xml": Known('"1"')}))[0].status == "partial"


def test_pages_come_in_the_sitemaps_order(site: Site, merchant: Make, run: Callable[..., tuple[CrawlReport, Batch]]) -> None:
    paths = [f"/p{number}" for number in range(40)]
    site.put("/robots.txt", b"User-agent: *\nDisallow: /p39\n")
    site.put("/sitemap.xml", sitemap(site, *paths))
    for path in paths:
        site.put(path, PAGE.encode())
    site.put("/p3", (404, {}, b""))
    site.put("/p4", PAGE.replace('"}}', "").encode())
    site.put("/p5", (304, {}, b""))
    report, batch = run(merchant(platform="jsonld"), Past({f"{site.url}/p5": Known('"1"')}))
    assert (report.status, report.records, report.rejects, report.documents) == ("partial", 36, 1, 40)
    found = documents(batch)
    assert (found["p0"], found["p3"], found["p4"], found["p5"], found["p39"]) == (
        "fetched",
        "fetched",
        "failed",
        "unchanged",
        "failed",
    )
    urls = [json.loads(row.line)["document_url"].rsplit("/", 1)[1] for row in batch.rows("records")]
    assert urls == [path[1:] for path in paths if path not in ("/p3", "/p4", "/p5", "/p39")]
    assert "/p39" not in site.paths()


def test_broken_markup_leaves_the_crawl_complete(
    site: Site, merchant: Make, run: Callable[..., tuple[CrawlReport, Batch]]
) -> None:
    site.put("/sitemap.xml", sitemap(site, "/good", "/bad"))
    site.put("/good", PAGE.encode())
    site.put("/bad", PAGE.replace('"}}', "").encode())
    report, batch = run(merchant(platform="jsonld"))
    assert (report.status, report.rejects, documents(batch)) == ("complete", 1, {"good": "fetched", "bad": "failed"})


def test_without_a_sitemap_the_crawl_failed(site: Site, merchant: Make, run: Callable[..., tuple[CrawlReport, Batch]]) -> None:
    report, _ = run(merchant(platform="jsonld"))
    assert (report.status, report.records) == ("failed", 0)
    assert "no sitemap" in str(report.error)


def test_a_listing_that_breaks_off_is_partial(site: Site, merchant: Make, run: Callable[..., tuple[CrawlReport, Batch]]) -> None:
    product = '{"id":1,"title":"Lamp","handle":"l","variants":[{"id":1,"price":"5.00"}]}'
    site.put("/meta.json", b'{"currency": "EUR"}')
    site.put("/products.json?limit=250&page=1", f'{{"products":[{product}]}}'.encode())
    site.put("/products.json?limit=250&page=2", (403, {}, b""))
    site.put("/products.json?limit=250&page=3", b"<html>")
    report, _ = run(merchant())
    assert (report.status, report.records, report.documents) == ("partial", 1, 3)


def test_a_crawl_that_takes_too_long_is_broken_off(
    site: Site, merchant: Make, run: Callable[..., tuple[CrawlReport, Batch]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merchant_crawl, "MERCHANT_SECONDS", 0.3)
    site.delay = 2.0
    site.put("/feed.xml", FEED.encode())
    report, _ = run(merchant(platform="google_merchant"))
    assert report.status == "failed"
    assert "not done" in str(report.error)


Run = Callable[..., tuple[CrawlReport, Batch]]
LATER = AS_OF + timedelta(hours=1)


def past(batch: Batch) -> Past:
    """What a crawl leaves to the next one."""
    rows = [json.loads(row.line) for row in batch.rows("documents")]
    known = {row["url"]: Known.from_row(row) for row in rows if row["status"] != "failed"}
    return Past.of(known, batch.manifest.measured)


def feed(*prices: float, build: str = "") -> bytes:
    items = "".join(
        f"<item><g:id>{number}</g:id><title>Lamp {number}</title><link>http://a/{number}</link>"
        f"<g:price>{price:.2f} EUR</g:price></item>"
        for number, price in enumerate(prices)
    )
    return f'<rss xmlns:g="http://base.google.com/ns/1.0"><channel><b>{build}</b>{items}</channel></rss>'.encode()


def test_the_same_body_is_read_once(site: Site, merchant: Make, run: Run) -> None:
    site.put("/feed.xml", feed(5, 7))
    google = merchant(platform="google_merchant")
    first = run(google)[1]
    report, batch = run(google, past(first), LATER)
    assert (report.status, report.records, report.unchanged, documents(batch)) == ("complete", 0, 1, {"feed.xml": "unchanged"})


def test_the_same_rows_in_another_body_land_once(site: Site, merchant: Make, run: Run) -> None:
    site.put("/feed.xml", feed(5, 7, build="monday"))
    google = merchant(platform="google_merchant")
    first = run(google)[1]
    site.put("/feed.xml", feed(5, 7, build="tuesday"))
    report, second = run(google, past(first), LATER)
    assert (report.status, report.records, documents(second)) == ("complete", 0, {"feed.xml": "unchanged"})
    site.put("/feed.xml", feed(5, 8, build="tuesday"))
    report, third = run(google, past(second), LATER)
    assert (report.records, documents(third)) == (2, {"feed.xml": "fetched"})


def test_what_rows_depend_on_besides_the_bytes_makes_them_new(site: Site, merchant: Make, run: Run) -> None:
    site.put("/feed.xml", (200, {"ETag": '"1"'}, feed(5).replace(b" EUR", b"")))
    first = run(merchant(platform="google_merchant", currency="EUR"))[1]
    batch = run(merchant(platform="google_merchant", currency="USD"), past(first), LATER)[1]
    assert "If-None-Match" not in site.asked[-1].headers
    assert [json.loads(row.line)["currency"] for row in batch.rows("records")] == ["USD"]


def test_a_sale_that_ended_is_seen_though_the_bytes_are_the_same(site: Site, merchant: Make, run: Run) -> None:
    period = b"2026-05-01T00:00+0000/2026-05-05T10:30+0000</g:sale_price_effective_date></item>"
    sale = b"<g:sale_price>3.00 EUR</g:sale_price><g:sale_price_effective_date>" + period
    site.put("/feed.xml", (200, {"ETag": '"1"'}, feed(5).replace(b"</item>", sale)))
    google = merchant(platform="google_merchant")
    first = run(google)[1]
    second = run(google, past(first), LATER)[1]
    assert [[json.loads(row.line)["price"] for row in batch.rows("records")] for batch in (first, second)] == [["3.00"], ["5.00"]]


def test_a_feed_that_shrank_is_not_believed_at_once(site: Site, merchant: Make, run: Run) -> None:
    google = merchant(platform="google_merchant")
    site.put("/feed.xml", (200, {"ETag": '"1"'}, feed(*range(1, 41))))
    batch = run(google)[1]
    site.put("/feed.xml", (200, {"ETag": '"2"'}, feed(*range(1, 5))))
    seen = []
    for number in range(1, 5):
        report, batch = run(google, past(batch), AS_OF + number * timedelta(hours=1))
        seen.append((report.status, report.records, batch.manifest.measured["stale"]))
    assert seen == [("partial", 4, True)] * 3 + [("complete", 4, False)]
    assert "where the last crawl saw 40" in str(run(google, Past({}, 40, 0), LATER.replace(day=9))[0].error)


def test_pages_that_are_not_due_are_skipped_and_the_crawl_complete(site: Site, merchant: Make, run: Run) -> None:
    site.put("/sitemap.xml", sitemap(site, "/a", "/b"))
    site.put("/a", PAGE.encode())
    site.put("/b", PAGE.encode())
    pages = merchant(platform="html")
    batch = run(pages)[1]
    seen = []
    for number in range(1, 5):
        if number == 4:
            site.put("/sitemap.xml", sitemap(site, "/a", "/b").replace(b"/b</loc>", b"/b</loc><lastmod>2026-05-05</lastmod>"))
        report, batch = run(pages, past(batch), AS_OF + number * timedelta(hours=1))
        seen.append((report.status, documents(batch)))
    assert seen[:2] == [("complete", {"a": "unchanged", "b": "unchanged"})] * 2
    assert seen[2:] == [("complete", {"a": "skipped", "b": "skipped"}), ("complete", {"a": "skipped", "b": "unchanged"})]


def test_what_it_cost_and_found_is_measured(site: Site, merchant: Make, run: Run) -> None:
    site.put("/feed.xml", feed(5, 7).replace(b"7.00 EUR", b"soon"))
    measured = run(merchant(platform="google_merchant"))[1].manifest.measured
    assert (measured["requests"], measured["retries"], measured["breaker_opened"], measured["not_modified"]) == (2, 0, 0, 0)
    assert measured["bytes"] == len(feed(5, 7)) - len("7.00 EUR") + len("soon")
    assert (measured["fields"]["price"], measured["reasons"], measured["stale"]) == (1.0, {"invalid_price": 1}, False)
    assert measured["latency_ms_p95"] >= measured["latency_ms_p50"] > 0


def test_secrets_of_an_address_reach_no_batch(
    site: Site, merchant: Make, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEED_KEY_OF_TEST", "s3cr3t-value")
    site.put("/feed.xml?apikey=s3cr3t-value", feed(5))
    report, batch = run(merchant(platform="google_merchant", options={"feed_path": "/feed.xml?apikey=${FEED_KEY_OF_TEST}"}))
    rows = [row.line for row in (*batch.rows("records"), *batch.rows("documents"))]
    assert report.records == 1
    assert not [row for row in [*rows, batch.manifest.model_dump_json().encode()] if b"s3cr3t" in row]
