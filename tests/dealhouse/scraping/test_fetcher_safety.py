"""Where a fetcher goes, and how much it takes."""

import asyncio
import contextlib
import gzip
from collections.abc import Callable
from typing import Any

import pytest

from dealhouse.errors import FetchRefusedError, FetchUnavailableError
from dealhouse.scraping import bodies
from dealhouse.scraping.fetcher import Fetcher, _Job
from dealhouse.scraping.registry import Merchant
from tests.dealhouse.scraping.fetching import get, refused

pytestmark = pytest.mark.usefixtures("impatient")

Make = Callable[..., Merchant]
Site = Any


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
