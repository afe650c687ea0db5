import asyncio
import contextlib
import gzip
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from dealhouse.errors import FetchRefusedError, FetchUnavailableError
from dealhouse.scraping import bodies, pace
from dealhouse.scraping.fetcher import Fetched, Fetcher, Validators, _Job
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.tally import Tally

Make = Callable[..., Merchant]
Site = Any


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(pace, "LONGEST_WAIT", 0.02)


def get(
    merchant: Merchant, *paths: str, validators: Validators | None = None, limit: int = 1 << 20, slots: int = 8
) -> list[Fetched]:
    async def run() -> list[Fetched]:
        async with Fetcher("DealhouseBot/1.0 (+https://x)", slots, body_limit=limit) as fetcher:
            urls = [path if "://" in path else merchant.base_url + path for path in paths]
            return list(await asyncio.gather(*(fetcher.get(url, merchant, validators) for url in urls)))

    return asyncio.run(run())


def refused(error: type[Exception], merchant: Merchant, path: str, **options: Any) -> str:
    with pytest.raises(error) as raised:
        get(merchant, path, **options)
    return str(raised.value)


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


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_transient_answers_are_tried_again(site: Site, merchant: Make, status: int) -> None:
    site.put("/a", (status, {}, b""), (status, {"Retry-After": "0"}, b""), b"at last")
    assert get(merchant(), "/a")[0].body == b"at last"
    assert site.paths() == ["/a"] * 3


@pytest.mark.parametrize("status", [400, 401, 403, 451])
def test_a_no_is_never_asked_again(site: Site, merchant: Make, status: int) -> None:
    site.put("/a", (status, {}, b""))
    assert f"answered {status}" in refused(FetchRefusedError, merchant(), "/a")
    assert site.paths() == ["/a"]


@pytest.mark.parametrize("status", [404, 410])
def test_gone_is_an_answer(site: Site, merchant: Make, status: int) -> None:
    site.put("/a", (status, {}, b"not here"))
    assert get(merchant(), "/a")[0].is_gone
    assert site.paths() == ["/a"]


def test_tries_end_and_a_long_retry_after_is_not_waited_for(site: Site, merchant: Make) -> None:
    site.put("/a", (500, {}, b""))
    refused(FetchUnavailableError, merchant(), "/a")
    assert len(site.paths()) == 4
    site.put("/b", (429, {"Retry-After": "3600"}, b""))
    refused(FetchUnavailableError, merchant(), "/b")
    assert site.paths().count("/b") == 1


def test_a_retry_after_is_obeyed(site: Site, merchant: Make) -> None:
    site.put("/a", (429, {"Retry-After": "1"}, b""), b"now")
    get(merchant(), "/a")
    first, second = (request.at for request in site.asked if request.path == "/a")
    assert second - first >= 1


def test_a_retry_after_binds_everything_that_asks_the_host_and_later_crawls(site: Site, merchant: Make) -> None:
    site.put("/a", (429, {"Retry-After": "3600"}, b""))
    site.put("/b", b"b")

    async def run() -> dict[str, float]:
        async with Fetcher("DealhouseBot/1.0", 8) as fetcher:
            for path in ("/a", "/b"):
                with pytest.raises(FetchUnavailableError):
                    await fetcher.get(site.url + path, merchant())
        async with Fetcher("DealhouseBot/1.0", 8, rests=fetcher.rests) as later:
            with pytest.raises(FetchUnavailableError, match="left alone"):
                await later.get(f"{site.url}/b", merchant())
        return fetcher.rests

    rests = asyncio.run(run())
    assert site.paths() == ["/a"]
    assert list(rests) == ["127.0.0.1"]


@pytest.mark.parametrize(("status", "location"), [(403, None), (404, None), (302, "/b")])
def test_a_retry_after_binds_whatever_the_answer_was(site: Site, merchant: Make, status: int, location: str | None) -> None:
    site.put("/a", (status, {"Retry-After": "3600", **({"Location": location} if location else {})}, b""))
    site.put("/b", b"b")

    async def run() -> None:
        async with Fetcher("DealhouseBot/1.0", 8) as fetcher:
            with contextlib.suppress(FetchRefusedError, FetchUnavailableError):
                await fetcher.get(f"{site.url}/a", merchant())
            with pytest.raises(FetchUnavailableError, match="left alone"):
                await fetcher.get(f"{site.url}/b", merchant())

    asyncio.run(run())
    assert site.paths() == ["/a"]


def behind_redirects(site: Site, number: int) -> None:
    """robots.txt, so many redirects away."""
    for step in range(number):
        site.put(f"/r{step}" if step else "/robots.txt", (301, {"Location": f"/r{step + 1}"}, b""))
    site.put(f"/r{number}", b"User-agent: *\nDisallow: /private\n")
    site.put("/a", b"a")


def test_robots_are_read_behind_five_redirects(site: Site, merchant: Make) -> None:
    behind_redirects(site, 5)
    assert get(merchant(), "/a")[0].body == b"a"
    assert "robots.txt closes it" in refused(FetchRefusedError, merchant(), "/private")


def test_robots_behind_more_redirects_cannot_be_known_so_nothing_is_open(site: Site, merchant: Make) -> None:
    behind_redirects(site, 6)
    assert "redirects" in refused(FetchRefusedError, merchant(), "/a")
    assert "/a" not in site.paths()


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


def test_a_host_that_is_down_is_left_alone(site: Site, merchant: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "FIRST_COOLDOWN", pace.LOST_SECONDS)
    for number in range(30):
        site.put(f"/{number}", (503, {}, b""))

    async def run() -> None:
        async with Fetcher("DealhouseBot/1.0", 8) as fetcher:
            for number in range(30):
                with pytest.raises(FetchUnavailableError):
                    await fetcher.get(f"{site.url}/{number}", merchant())

    asyncio.run(run())
    assert len(site.paths()) <= pace.BREAKER + 3


def test_a_broken_body_is_fetched_again(site: Site, merchant: Make) -> None:
    site.put("/a", (200, {"Content-Length": "50"}, b"cut"), b"whole")
    assert get(merchant(), "/a")[0].body == b"whole"


def test_robots_closes_and_opens(site: Site, merchant: Make) -> None:
    site.put("/robots.txt", b"User-agent: *\nDisallow: /private\n")
    site.put("/a", b"a")
    assert "robots.txt" in refused(FetchRefusedError, merchant(), "/private/x")
    get(merchant(), "/a", "/a")
    assert site.paths() == ["/a", "/a"]


def test_robots_is_asked_for_once(site: Site, merchant: Make) -> None:
    site.put("/a", b"a")
    get(merchant(), "/a", "/a", "/a")
    assert [request.path for request in site.asked].count("/robots.txt") == 1


def test_unreachable_robots_close_everything(site: Site, merchant: Make) -> None:
    site.put("/robots.txt", (503, {}, b""))
    site.put("/a", b"a")
    refused(FetchUnavailableError, merchant(), "/a")
    assert site.paths() == []


def test_forbidden_robots_open_everything(site: Site, merchant: Make) -> None:
    site.put("/robots.txt", (403, {}, b""))
    site.put("/a", b"a")
    assert get(merchant(), "/a")[0].body == b"a"


def test_a_host_is_never_pressed(site: Site, merchant: Make) -> None:
    site.delay = 0.05
    paths = [f"/{number}" for number in range(12)]
    for path in paths:
        site.put(path, b"x")
    get(merchant(spacing_seconds=0.03), *paths)
    starts = [request.at for request in site.asked]
    assert site.most_in_flight <= 2
    assert all(later - earlier >= 0.02 for earlier, later in pairwise(starts))


def test_crawl_delay_widens_the_spacing(site: Site, merchant: Make) -> None:
    site.put("/robots.txt", b"User-agent: *\nCrawl-delay: 0.3\n")
    site.put("/a", b"a")
    get(merchant(), "/a", "/a")
    first, second = (request.at for request in site.asked if request.path == "/a")
    assert second - first >= 0.25


def test_redirects_are_followed_and_end(site: Site, merchant: Make) -> None:
    site.put("/a", (301, {"Location": "/b"}, b""))
    site.put("/b", b"b")
    assert get(merchant(), "/a")[0].url.endswith("/b")
    site.put("/loop", (302, {"Location": "/loop"}, b""))
    assert "redirects" in refused(FetchRefusedError, merchant(), "/loop")


@pytest.mark.parametrize(
    "target",
    [
        "http://localhost:1/x",
        "http://127.0.0.2:1/x",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "http://127.1/",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://100.64.0.1/",
        "http://[fe80::1]/",
        "http://0.0.0.0/",
        "gopher://127.0.0.1/",
    ],
)
def test_a_redirect_leads_nowhere_private(site: Site, merchant: Make, target: str) -> None:
    site.put("/a", (302, {"Location": target}, b""))
    refused(FetchRefusedError, merchant(), "/a")


def test_a_redirect_into_what_robots_closes_is_refused(site: Site, merchant: Make) -> None:
    site.put("/robots.txt", b"User-agent: *\nDisallow: /private\n")
    site.put("/a", (302, {"Location": "/private"}, b""))
    refused(FetchRefusedError, merchant(), "/a")
    assert site.paths() == ["/a"]


def test_where_a_redirect_leads_has_rules_of_its_own(site: Site, merchant: Make) -> None:
    """Another port is another origin: its robots.txt is asked for before what it holds."""
    site.put("/a", (302, {"Location": "http://127.0.0.1:1/b"}, b""))
    assert "127.0.0.1:1/robots.txt" in refused(FetchUnavailableError, merchant(), "/a")


def test_a_merchant_that_is_not_local_is_not_fetched_from_here(site: Site, merchant: Make) -> None:
    refused(FetchRefusedError, merchant(is_local=False), "/a")
    assert site.asked == []


def test_bodies_are_bounded_also_when_they_unfold(site: Site, merchant: Make) -> None:
    bomb = gzip.compress(b"0" * 5_000_000)
    site.put("/plain", b"x" * 2_000_000)
    site.put("/encoded", (200, {"Content-Encoding": "gzip"}, bomb))
    site.put("/file.gz", (200, {"Content-Type": "application/gzip"}, bomb))
    for path in ("/plain", "/encoded", "/file.gz"):
        assert "over" in refused(FetchRefusedError, merchant(), path)
    site.put("/small.gz", gzip.compress(b"fine"))
    assert get(merchant(), "/small.gz")[0].body == b"fine"


def drip(merchant: Merchant, head: bytes, drop: bytes) -> str:
    """What is told of a host that sends a drop every 20 ms, and for ever."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            asked = await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n" if b"robots" in asked else head)
            while b"robots" not in asked:
                await asyncio.sleep(0.02)
                writer.write(drop)
                await writer.drain()
        writer.close()

    async def run() -> str:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with Fetcher("DealhouseBot/1.0", 8) as fetcher:
            with pytest.raises(FetchUnavailableError) as raised:
                await fetcher.get(f"{base}/x", merchant.model_copy(update={"base_url": base}))
        server.close()
        return str(raised.value)

    return asyncio.run(run())


def test_a_body_that_drips_is_not_waited_for(merchant: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.1)
    told = drip(merchant(), b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x")
    assert " bytes in " in told


def test_a_head_that_drips_is_not_waited_for(merchant: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Job.__init__, "__defaults__", (0.2,))
    assert "TimeoutError" in drip(merchant(), b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n")


def test_a_dead_host_is_unavailable(merchant: Make) -> None:
    refused(FetchUnavailableError, merchant(base_url="http://127.0.0.1:1"), "/a")


def test_a_kept_connection_that_breaks_is_tried_again_in_the_host_s_turn(merchant: Make) -> None:
    at: list[float] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1]:
            at.append(asyncio.get_running_loop().time())
            if line != b"/robots.txt":
                writer.transport.abort()
                return
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        shop = merchant(base_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", spacing_seconds=0.1)
        async with server, Fetcher("DealhouseBot/1.0 (+https://x)", 8) as fetcher:
            with pytest.raises(FetchUnavailableError):
                await fetcher.get(f"{shop.base_url}/a", shop)

    asyncio.run(run())
    assert len(at) > 2
    assert min(later - earlier for earlier, later in pairwise(at)) > 0.09
