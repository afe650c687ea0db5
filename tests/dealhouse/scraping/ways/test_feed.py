from collections.abc import Callable
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
