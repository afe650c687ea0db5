"""What a fetcher owes a host: its rules, its pace, its rests."""

import asyncio
import contextlib
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from dealhouse.errors import FetchRefusedError, FetchUnavailableError
from dealhouse.scraping import pace
from dealhouse.scraping.fetcher import Fetcher
from dealhouse.scraping.registry import Merchant
from tests.dealhouse.scraping.fetching import get, refused

pytestmark = pytest.mark.usefixtures("impatient")

Make = Callable[..., Merchant]
Site = Any


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
