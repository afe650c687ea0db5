import asyncio
import gzip
from collections.abc import Callable
from typing import Any

import pytest

from dealhouse.errors import FetchRefusedError, FetchUnavailableError
from dealhouse.scraping.fetcher import Fetcher
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.tally import Tally
from dealhouse.scraping.validators import Validators
from tests.dealhouse.scraping.fetching import get, refused

pytestmark = pytest.mark.usefixtures("impatient")

Make = Callable[..., Merchant]
Site = Any


def test_a_document_comes_with_its_validators(site: Site, merchant: Make) -> None:
    site.put("/a", (200, {"ETag": '"1"', "Last-Modified": "Tue, 05 May 2026 10:15:00 GMT"}, b"body"))
    (fetched,) = get(merchant(), "/a")
    assert (fetched.body, fetched.validators) == (b"body", Validators('"1"', "Tue, 05 May 2026 10:15:00 GMT"))
    assert site.asked[-1].headers["User-Agent"].startswith("DealhouseBot/1.0")


def test_an_answer_s_headers_are_there_by_lower_case_name(site: Site, merchant: Make) -> None:
    site.put("/a", (200, {"X-WP-TotalPages": "3", "Content-Type": "text/html"}, b"body"))
    (fetched,) = get(merchant(), "/a")
    assert (fetched.headers["x-wp-totalpages"], fetched.headers["content-type"]) == ("3", "text/html")


def test_it_asks_whether_a_document_changed(site: Site, merchant: Make) -> None:
    site.put("/a", (304, {"ETag": '"1"'}, b""))
    (fetched,) = get(merchant(), "/a", validators=Validators('"1"', "then"))
    assert fetched.is_unchanged
    assert site.asked[-1].headers["If-None-Match"] == '"1"'
    assert site.asked[-1].headers["If-Modified-Since"] == "then"


def test_a_304_that_nobody_asked_for_is_a_fault(site: Site, merchant: Make) -> None:
    site.put("/a", (304, {}, b""))
    assert "answered 304" in refused(FetchRefusedError, merchant(), "/a")
    assert [request.headers.get("Cache-Control") for request in site.asked if request.path == "/a"] == [None, "no-cache"]


def test_a_304_without_a_stored_body_is_fetched_again(site: Site, merchant: Make) -> None:
    site.put("/a", (304, {}, b""), b"the body")
    assert get(merchant(), "/a")[0].body == b"the body"


def test_a_tag_marked_as_compressed_is_asked_for_without_the_mark_too(site: Site, merchant: Make) -> None:
    site.put("/a", (304, {}, b""))
    get(merchant(), "/a", validators=Validators('W/"12-gzip"'))
    assert site.asked[-1].headers["If-None-Match"] == 'W/"12-gzip", W/"12"'


def test_validators_are_sent_only_where_they_came_from(site: Site, merchant: Make) -> None:
    site.put("/a", (302, {"Location": "/b"}, b""))
    site.put("/b", (304, {}, b""))
    get(merchant(), "/a", validators=Validators('"1"', None, f"{site.url}/b"))
    assert [(one.path, one.headers.get("If-None-Match")) for one in site.asked[1:]] == [("/a", None), ("/b", '"1"')]


def test_what_it_cost_is_counted_by_merchant(site: Site, merchant: Make) -> None:
    site.put("/a", (503, {}, b""), gzip.compress(b"x" * 1000))
    site.put("/b", (304, {}, b""))

    async def run() -> Tally:
        async with Fetcher("DealhouseBot/1.0", 8) as fetcher:
            await fetcher.get(f"{site.url}/a", merchant())
            await fetcher.get(f"{site.url}/b", merchant(), Validators('"1"'))
            return fetcher.tally("acme")

    tally = asyncio.run(run())
    assert (tally.requests, tally.retries, tally.not_modified) == (4, 1, 1)  # robots.txt, too
    assert tally.bytes == len(gzip.compress(b"x" * 1000))
    assert tally.as_dict()["latency_ms_p95"] >= tally.as_dict()["latency_ms_p50"] > 0


def test_a_secret_of_the_environment_is_sent_but_never_told(
    site: Site, merchant: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEED_KEY_OF_TEST", "s3cr3t-value")
    site.put("/feed?k=s3cr3t-value&x=1", (403, {}, b""))
    told = refused(FetchRefusedError, merchant(), f"{site.url}/feed?k=${{FEED_KEY_OF_TEST}}&x=1")
    assert site.paths() == ["/feed?k=s3cr3t-value&x=1"]
    assert "s3cr3t" not in told


def test_a_broken_body_is_fetched_again(site: Site, merchant: Make) -> None:
    site.put("/a", (200, {"Content-Length": "50"}, b"cut"), b"whole")
    assert get(merchant(), "/a")[0].body == b"whole"


def test_a_dead_host_is_unavailable(merchant: Make) -> None:
    refused(FetchUnavailableError, merchant(base_url="http://127.0.0.1:1"), "/a")
