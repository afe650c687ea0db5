"""The crawl's engine on loopback: requests a second with all politeness on, beside Scrapy with the same rules, limits and bodies.

`python benchmarks/scraping_engine.py [--pages N] [--long]`: JSON lines. The server is a process of its own; CPU seconds are the
client's alone. `--long` crawls 100,000 product pages through the whole crawl (parsed, spooled, landed) and watches its memory.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvloop

from dealhouse.landing.store import FolderStore
from dealhouse.scraping import shard
from dealhouse.scraping.documents import Folder
from dealhouse.scraping.fetcher import Fetcher
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.slots import Slots
from dealhouse.scraping.validators import Validators

HOSTS = 50
IN_FLIGHT = 50
BODY = 20_000  # bytes of a page
AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
ROBOTS = b"User-agent: *\nDisallow: /private\nDisallow: /*?sort=\nAllow: /private/open\n"
ETAG = b'"v1"'
OFFER = '"offers":{{"price":"{0}.90","priceCurrency":"EUR","availability":"InStock"}}'
LD = f'{{{{"@type":"Product","name":"Lamp {{0}}","sku":"L{{0}}",{OFFER}}}}}'


class Server(asyncio.Protocol):
    """HTTP/1.1 as small as it gets: robots.txt, sitemap.xml, and a page for every other path."""

    pages = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
            self.transport.write(self.answer(head))

    def answer(self, head: bytes) -> bytes:
        path = head.split(b" ", 2)[1]
        if path == b"/robots.txt":
            return told(b"200 OK", ROBOTS)
        if path == b"/sitemap.xml":
            host = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"host:"))[5:].strip()
            entries = b"".join(b"<url><loc>http://%b/p%d</loc></url>" % (host, number) for number in range(self.pages))
            return told(b"200 OK", b"<urlset>" + entries + b"</urlset>")
        if ETAG in head:
            return told(b"304 Not Modified", b"")
        return told(b"200 OK", page(path.removeprefix(b"/p").decode() or "0"))


def told(status: bytes, body: bytes) -> bytes:
    length = b"Content-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 %b\r\nContent-Type: text/html\r\nETag: %b\r\n%b\r\n%b" % (status, ETAG, length, body)


def page(number: str) -> bytes:
    markup = f'<html><title>Lamp</title><script type="application/ld+json">{LD.format(number)}</script><body><h1>Lamp</h1>'
    return (markup + "<p>" + "lorem ipsum " * ((BODY - len(markup)) // 12)).encode()


def serve(ready: Any, pages: int) -> None:  # noqa: ANN401 (a pipe)
    async def run() -> None:
        Server.pages = pages
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Server, "0.0.0.0", 0, backlog=1000)  # noqa: S104 (127/8 only is asked for)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(run())


@contextmanager
def server(pages: int) -> Iterator[int]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there, pages), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.kill()
        process.join()


def merchant(number: int, port: int, platform: str = "html") -> Merchant:
    return Merchant.model_validate({
        "merchant_id": f"m{number}", "name": "M", "platform": platform, "base_url": f"http://127.0.1.{number + 1}:{port}",
        "country": "DE", "currency": "EUR", "is_local": True, "spacing_seconds": 0,
    })


def fetches(port: int, pages: int, validators: Validators | None) -> dict[str, float]:
    """Every page of every host once: wall and CPU seconds."""
    merchants = [merchant(number, port) for number in range(HOSTS)]

    async def host(fetcher: Fetcher, one: Merchant) -> None:
        urls = iter(f"{one.base_url}/p{number}" for number in range(pages // HOSTS))

        async def worker() -> None:
            for url in urls:
                fetched = await fetcher.get(url, one, validators)
                assert fetched.is_unchanged or fetched.sha256

        await asyncio.gather(worker(), worker())

    async def run() -> None:
        async with Fetcher("DealhouseBot/1.0", IN_FLIGHT) as fetcher:
            await asyncio.gather(*(host(fetcher, one) for one in merchants))

    started, spent = time.perf_counter(), time.process_time()
    with shard.rare_collections(), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())
    return rates(pages, time.perf_counter() - started, time.process_time() - spent)


def rates(requests: int, wall: float, cpu: float) -> dict[str, float]:
    return {"requests": requests, "per_second": round(requests / wall), "per_cpu_second": round(requests / cpu)}


SPIDER = textwrap.dedent("""
    import json, sys, time
    import scrapy
    from scrapy.crawler import CrawlerProcess
    port, pages, hosts = map(int, sys.argv[1:])
    class Spider(scrapy.Spider):
        name = "bench"
        got = 0
        def urls(self):
            for number in range(pages // hosts):
                for host in range(hosts):
                    yield scrapy.Request(f"http://127.0.1.{host + 1}:{port}/p{number}", callback=self.parse)
        async def start(self):
            for request in self.urls():
                yield request
        def start_requests(self):
            yield from self.urls()
        def parse(self, response):
            Spider.got += bool(response.body)
    process = CrawlerProcess({
        "ROBOTSTXT_OBEY": True, "CONCURRENT_REQUESTS": 50, "CONCURRENT_REQUESTS_PER_DOMAIN": 2, "DOWNLOAD_DELAY": 0,
        "USER_AGENT": "DealhouseBot/1.0", "COOKIES_ENABLED": False, "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False,
        "RETRY_TIMES": 3, "DOWNLOAD_MAXSIZE": 64 << 20,
    })
    started, spent = time.perf_counter(), time.process_time()
    process.crawl(Spider)
    process.start()
    print(json.dumps([Spider.got, time.perf_counter() - started, time.process_time() - spent]))
""")


def scrapy(port: int, pages: int) -> dict[str, float]:
    command = [sys.executable, "-c", SPIDER, str(port), str(pages), str(HOSTS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    got, wall, cpu = json.loads(done.stdout.splitlines()[-1])
    assert got == pages, f"Scrapy fetched {got} of {pages}"
    return rates(pages, wall, cpu)


def crawls(port: int, pages: int) -> Iterator[dict[str, Any]]:
    """The whole crawl, twice: everything is new, then nothing changed."""
    shops = [merchant(number, port) for number in range(8)]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        place = shard.Place(FolderStore(out), Folder(out / "state" / "memory.sqlite"), out / "state" / "spool")
        first_bytes = 0
        for run in ("new", "unchanged"):
            as_of = AS_OF + timedelta(hours=run == "unchanged")
            started, spent = time.perf_counter(), time.process_time()
            report = shard.run(shops, as_of, place, Slots(IN_FLIGHT))
            wall, cpu = time.perf_counter() - started, time.process_time() - spent
            fetched = sum(each.bytes for each in report.crawls)
            first_bytes = first_bytes or fetched
            yield {
                "run": run, "status": sorted({each.status for each in report.crawls}), "pages": pages,
                "offers": sum(each.records for each in report.crawls), "pages_per_second": round(pages / wall),
                "pages_per_cpu_second": round(pages / cpu), "bytes": fetched,
                "bytes_saved": round(1 - fetched / first_bytes, 4), "peak_mb": peak_mb(),
            }


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def say(name: str, **figures: object) -> None:
    print(json.dumps({"benchmark": f"scraping_engine.{name}", **figures}), flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=6000, help="requests of each measurement")
    arguments.add_argument("--long", action="store_true", help="100,000 pages through the whole crawl")
    options = arguments.parse_args()
    os.environ.setdefault("DEALHOUSE_REVISIT_RUNS", "1")
    pages = options.pages // HOSTS * HOSTS
    with server(0) as port:
        ours = fetches(port, pages, None)
        say("fetch", **ours, goal=1500)
        say("not_modified", **fetches(port, pages, Validators(ETAG.decode())), goal=3000)
        theirs = scrapy(port, pages)
        say("scrapy", **theirs)
        say("times_scrapy_per_cpu_second", times=round(ours["per_cpu_second"] / theirs["per_cpu_second"], 1), goal=10)
    crawled = 100_000 if options.long else pages // 8 * 8
    with server(crawled // 8) as port:
        for figures in crawls(port, crawled):
            say("crawl", **figures, goal_mb=400)


if __name__ == "__main__":
    main()
