from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import psycopg2
import pytest

from dealhouse.database import transaction
from dealhouse.errors import BadInputError, ConfigurationError, FailureBudgetError
from dealhouse.landing.batch import open_batch
from dealhouse.loading.load import load_all_landed
from dealhouse.scraping import registry
from dealhouse.scraping.crawl import CrawlReport, Status
from dealhouse.scraping.formats import FORMATS
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.shard import ShardReport, crawl_shard, judge

pytestmark = pytest.mark.usefixtures("impatient")

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
LATER = AS_OF.replace(day=6)
Make = Callable[..., Merchant]
Site = Any


def register(*merchants: Merchant) -> None:
    rows = [{**one.model_dump(), "options": orjson.dumps(one.options).decode(), "updated_at": AS_OF} for one in merchants]
    with transaction("loader") as connection:
        connection.execute(registry.UPSERT, rows)


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def page(*prices: str | None) -> bytes:
    variants = [{"id": number, "title": "V", "price": price, "available": True} for number, price in enumerate(prices)]
    return orjson.dumps({"products": [{"id": 1, "title": "Lamp", "handle": "lamp", "variants": variants}] if prices else []})


def shop(site: Site, *prices: str | None, etag: str = '"1"') -> None:
    site.put("/meta.json", b'{"currency": "EUR"}')
    site.put("/products.json?limit=250&page=1", (200, {"ETag": etag}, page(*prices)))
    site.put("/products.json?limit=250&page=2", (200, {"ETag": '"empty"'}, page()))


def judged(status: Status) -> ShardReport:
    return ShardReport((CrawlReport("m", status, 0, 0, 0, 0, 0.0, None, "timeout"),))


def test_a_shard_lands_and_loads(warehouse: str, site: Site, merchant: Make) -> None:
    register(merchant())
    shop(site, "5.00", None, "6.00")
    done = crawl_shard(["acme"], AS_OF)
    (report,) = done.crawls
    assert (report.status, report.records, report.rejects, report.documents) == ("complete", 2, 1, 2)
    load_all_landed(done.batch_uris, AS_OF)
    assert ask(warehouse, "select status, documents, offers, error from raw.crawl_coverage") == [("complete", 2, 2, None)]
    assert ask(warehouse, "select url like '%page=1', status, etag from raw.crawl_documents order by url") == [
        (True, "fetched", '"1"'),
        (False, "fetched", None),
    ]
    assert ask(warehouse, "select count(*), count(distinct offer_id), min(crawl_id) from raw.offer_observations") == [
        (2, 2, "acme:2026-05-05T10:15:00")
    ]
    assert ShardReport.from_dict(orjson.loads(orjson.dumps(done.as_dict()))) == done


def test_an_unchanged_document_is_remembered_and_brings_nothing(warehouse: str, site: Site, merchant: Make) -> None:
    register(merchant())
    shop(site, "5.00")
    load_all_landed(crawl_shard(["acme"], AS_OF).batch_uris, AS_OF)
    site.put("/products.json?limit=250&page=1", (304, {}, b""))
    done = crawl_shard(["acme"], LATER)
    load_all_landed(done.batch_uris, LATER)
    assert (done.crawls[0].status, done.crawls[0].records) == ("complete", 0)
    assert ask(
        warehouse, "select status, etag from raw.crawl_documents where observed_at > '2026-05-06' and url like '%page=1'"
    ) == [("unchanged", '"1"')]
    conditional = [request.headers.get("If-None-Match") for request in site.asked if request.path.endswith("page=1")]
    assert conditional == [None, '"1"']


def test_a_page_that_is_not_due_stands_in_raw_as_skipped(warehouse: str, site: Site, merchant: Make) -> None:
    register(merchant(platform="html"))
    site.put("/sitemap.xml", f"<urlset><url><loc>{site.url}/p</loc></url></urlset>".encode())
    offer = b'{"@type":"Product","name":"Lamp","offers":{"@type":"Offer","price":"5","priceCurrency":"EUR"}}'
    site.put("/p", b'<script type="application/ld+json">' + offer + b"</script>")
    for hour in range(10, 14):
        as_of = AS_OF.replace(hour=hour)
        load_all_landed(crawl_shard(["acme"], as_of).batch_uris, as_of)
    wanted = "select status, (state ->> 'looks')::int, state ->> 'skips' from raw.crawl_documents order by observed_at"
    assert ask(warehouse, wanted) == [
        ("fetched", None, None), ("unchanged", 1, None), ("unchanged", 2, None), ("skipped", 2, "1"),
    ]
    assert ask(warehouse, "select status, offers from raw.crawl_coverage order by observed_at") == [
        ("complete", 1), ("complete", 0), ("complete", 0), ("complete", 0),
    ]


def test_shards_give_their_slots_back(warehouse: str, site: Site, merchant: Make) -> None:
    register(merchant())
    shop(site, "5.00")
    crawl_shard(["acme"], AS_OF)
    assert ask(warehouse, "select count(*) from raw.crawl_leases") == [(0,)]


def test_a_rerun_of_the_same_key_asks_no_merchant_again(warehouse: str, site: Site, merchant: Make) -> None:
    register(merchant())
    shop(site, "5.00")
    first = crawl_shard(["acme"], AS_OF)
    asked = len(site.asked)
    again = crawl_shard(["acme"], AS_OF)
    assert again.batch_uris == first.batch_uris
    assert (again.crawls[0].records, len(site.asked)) == (1, asked)


def test_one_failure_stops_no_other(warehouse: str, site: Site, merchant: Make) -> None:
    dead = merchant(merchant_id="dead", base_url="http://127.0.0.1:1")
    register(dead, merchant())
    shop(site, "5.00")
    done = crawl_shard(["acme", "dead"], AS_OF)
    assert [(report.merchant_id, report.status) for report in done.crawls] == [("acme", "complete"), ("dead", "failed")]
    assert open_batch(done.batch_uris[1]).manifest.rows == 0
    load_all_landed(done.batch_uris, AS_OF)
    assert ask(warehouse, "select status, error is not null from raw.crawl_coverage where merchant_id = 'dead'") == [
        ("failed", True)
    ]


@pytest.mark.usefixtures("warehouse")
def test_a_fault_that_nobody_foresaw_is_a_failed_crawl(site: Site, merchant: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_document: bytes, _context: object) -> Any:
        raise ZeroDivisionError("surprise")

    register(merchant())
    shop(site, "5.00")
    monkeypatch.setitem(FORMATS, "shopify", replace(FORMATS["shopify"], extract=broken))
    (done,) = crawl_shard(["acme"], AS_OF).crawls
    assert (done.status, done.batch_uri) == ("failed", None)
    assert "surprise" in str(done.error)


@pytest.mark.usefixtures("warehouse")
def test_a_merchant_that_is_not_registered_is_bad_input() -> None:
    with pytest.raises(BadInputError):
        crawl_shard(["nobody"], AS_OF)


def test_the_budget_is_judged_over_all_shards() -> None:
    judge([judged("complete"), judged("failed")])
    judge([judged("partial"), judged("partial")])
    with pytest.raises(FailureBudgetError, match="timeout"):
        judge([judged("complete"), judged("failed"), judged("failed")])
    with pytest.raises(ConfigurationError):
        judge([])
