import gzip
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dealhouse.scraping.registry import Merchant

Site = Any
Walk = Callable[[Merchant], Any]
Make = Callable[..., Merchant]


@pytest.mark.parametrize(("platform", "answer"), [("awin", (404, {}, b"")), ("google_merchant", (410, {}, b"")), ("cj", b"")])
def test_a_feed_that_is_not_there_is_no_empty_feed(site: Site, merchant: Make, walked: Walk, platform: str, answer: Any) -> None:
    site.put("/f", answer)
    done = walked(merchant(platform=platform, options={"feed_path": "/f"}))
    assert (done.report.status in ("failed", "partial"), done.report.records) == (True, 0)
    assert "/f" in str(done.report.error)


@pytest.mark.parametrize("answer", [b"", b"<html></html>", b"<urlset><url><loc>http"])
def test_a_sitemap_without_an_end_lists_not_all(site: Site, merchant: Make, walked: Walk, answer: bytes) -> None:
    site.put("/sitemap.xml", answer)
    assert walked(merchant(platform="html")).report.status != "complete"


KEY = "f3edk3yf3edk3y"
GOOGLE = "".join(f"<item><g:id>{n}</g:id><title>Lamp</title><g:price>{n}.00 EUR</g:price></item>" for n in range(1, 41))
DOCUMENTS = {
    "google_merchant": f'<rss xmlns:g="http://base.google.com/ns/1.0"><channel>{GOOGLE}</channel></rss>'.encode(),
    "awin": gzip.compress(b"product_name,aw_product_id,search_price\n" + b"".join(b"L,%d,5.%02d\n" % (n, n) for n in range(40))),
    "rakuten": b"HDR|1|A|t\n" + b"".join(b"%d|Lamp%s5.00%s\n" % (n, b"|" * 12, b"|" * 15) for n in range(40)) + b"TRL|40\n",
    "impact": b'{"Items":[' + b",".join(b'{"CatalogItemId":%d,"Name":"L","CurrentPrice":5}' % n for n in range(40)) + b"]}",
}


@pytest.mark.parametrize("platform", DOCUMENTS)
@pytest.mark.parametrize("percent", [10, 50, 99, 100])
def test_a_feed_that_is_cut_is_no_complete_crawl(site: Site, merchant: Make, walked: Walk, platform: str, percent: int) -> None:
    document = DOCUMENTS[platform]
    site.put("/f", document[: len(document) * percent // 100])
    done = walked(merchant(platform=platform, options={"feed_path": "/f"}))
    assert (done.report.status == "complete", done.documents["f"] == "fetched") == (percent == 100, percent == 100)
    assert done.report.records == 40 or percent < 100


def test_a_secret_is_sent_and_never_told(
    site: Site, merchant: Make, walked: Walk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("SHOP_FEED_KEY", KEY)
    path = f"/apikey/{KEY}/f.csv.gz"
    site.put(path, DOCUMENTS["awin"])
    done = walked(merchant(platform="awin", options={"feed_url": f"{site.url}/apikey/${{SHOP_FEED_KEY}}/f.csv.gz"}))
    assert (done.report.status, done.report.records, site.paths()) == ("complete", 40, [path])
    site.put(path, (302, {"Location": f"/elsewhere?q={KEY}"}, b""))
    failed = walked(merchant(platform="awin", options={"feed_url": f"{site.url}/apikey/${{SHOP_FEED_KEY}}/f.csv.gz"}))
    assert (failed.report.status == "complete", failed.report.records) == (False, 0)
    kept = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    told = f"{done} {failed} {caplog.text}".encode() + kept
    assert list(done.documents) == ["apikey/${SHOP_FEED_KEY}/f.csv.gz"]
    assert KEY.encode() not in told


def test_a_secret_that_is_not_there_fails_its_merchant_alone(site: Site, merchant: Make, walked: Walk) -> None:
    done = walked(merchant(platform="cj", options={"feed_url": f"{site.url}/${{SHOP_FEED_KEY_UNSET}}"}))
    assert (done.report.status, done.report.records, site.paths()) == ("failed", 0, [])
    assert "SHOP_FEED_KEY_UNSET" in str(done.report.error)
