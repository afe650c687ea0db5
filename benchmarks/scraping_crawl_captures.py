"""Real captures of five shops, served by a local server and crawled by the whole engine, twice: all is new, then nothing changed.

`python benchmarks/scraping_crawl_captures.py [FOLDER]`: one JSON line per shop and crawl. FOLDER holds the captures (default:
pages/scrapex of DEALHOUSE_DATA). The captures are trimmed, so most pages that their sitemaps list are answered 404.
"""

import contextlib
import gzip
import hashlib
import json
import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import orjson

from dealhouse.landing.batch import open_batch
from dealhouse.landing.store import FolderStore
from dealhouse.scraping import shard
from dealhouse.scraping.documents import Folder
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.slots import Slots

AS_OF = datetime(2026, 8, 1, 10, 15, tzinfo=UTC)
CANONICAL = re.compile(rb'<link rel="canonical" href="([^"]+)"')
EMPTY_SITEMAP = b"<urlset></urlset>"
EMPTY_PAGE = b"[]"
STORE_CONFIG = {"storeConfig": {"locale": "ar_SA", "base_currency_code": "SAR", "product_url_suffix": ".html"}}
HEIDELBERG = {
    "path": "/products.json", "items": "", "constants": {"currency": "EGP"}, "availability": {"true": "in", "false": "out"},
    "fields": {"native_product_id": "id", "title": "productLabelEn", "price": "maxPrice", "sku": "sapCode",
               "availability": "isActive"},
}


class Shop:
    """One shop's answers by path; the real site's address in them becomes the local one."""

    def __init__(self, merchant_id: str, platform: str, host: str, **registry: object) -> None:
        self.merchant_id, self.platform, self.host, self.registry = merchant_id, platform, host, registry
        self.answers: dict[str, bytes] = {}
        self.otherwise: bytes | None = None

    def merchant(self, base: str) -> Merchant:
        known = {"merchant_id": self.merchant_id, "name": self.merchant_id, "platform": self.platform, "base_url": base,
                 "country": "SA", "is_local": True, "spacing_seconds": 0, **self.registry}
        return Merchant.model_validate(known)

    def answer(self, target: str, base: str) -> bytes | None:
        path = urlsplit(target)
        found = self.answers.get(unquote(target)) or self.answers.get(unquote(path.path), self.otherwise)
        return None if found is None else found.replace(f"https://{self.host}".encode(), base.encode())


def salla(captures: Path, merchant_id: str, host: str, sitemaps: dict[str, str]) -> Shop:
    """A Salla shop: sitemaps under /ar, and those product pages that were captured."""
    shop = Shop(merchant_id, "html", host, options={"sitemap_path": "/ar/sitemap.xml"}, language="ar")
    for name, file in sitemaps.items():
        shop.answers[f"/ar/{name}.xml"] = (captures / file).read_bytes() if file else EMPTY_SITEMAP
    for page in sorted(captures.glob(f"salla_{merchant_id}_product_*.html.gz")):
        body = gzip.decompress(page.read_bytes())
        canonical = CANONICAL.search(body)
        number = (canonical[1] if canonical else b"").rsplit(b"/", 1)[1]
        listed = re.search(rb"<loc>(https://[^<]*/ar/[^<]*/" + number + rb")</loc>", b"".join(shop.answers.values()))
        address = (listed or canonical)[1].decode()  # type: ignore[index]
        shop.answers[urlsplit(address).path] = body
        if listed is None:
            name = next(name for name, content in reversed(shop.answers.items()) if b"</urlset>" in content)
            shop.answers[name] = shop.answers[name].replace(b"</urlset>", f"<url><loc>{address}</loc></url></urlset>".encode())
    return shop


def shops(captures: Path) -> list[Shop]:
    alsweed = salla(captures, "alsweed", "alsweed.sa", {
        "sitemap": "salla_alsweed_sitemap_index.xml", "sitemap-1": "", "blog-1": "",
        "sitemap-2": "salla_alsweed_sitemap_products_TRIMMED.xml",
    })
    elburoj = salla(captures, "elburoj", "elburoj.com", {
        "sitemap": "salla_elburoj_sitemap_index_2026-07-20.xml", "sitemap-1": "", "sitemap-2": "", "blog-1": "",
        "sitemap-3": "salla_elburoj_sitemap-3_products_TRIMMED_2026-07-20.xml",
    })
    sameh = Shop("samehgabriel", "woocommerce", "samehgabriel.com")
    sameh.answers["/wp-json/wc/store/v1/products?per_page=1"] = EMPTY_PAGE
    sameh.answers["/wp-json/wc/store/v1/products?per_page=100&page=1"] = (captures / "samehgabriel_wc_live.json").read_bytes()
    sameh.answers["/wp-json/wc/store/v1/products"] = EMPTY_PAGE
    madar = Shop("madar", "magento", "www.madar.com")
    listing = orjson.loads((captures / "madar_shapes_2026-07-25.json").read_bytes())["data"]["products"]
    madar.otherwise = orjson.dumps({"data": {**STORE_CONFIG, "products": listing}})
    madar.answers["/robots.txt"] = b""
    heidelberg = Shop("heidelberg", "api", "heidelberg.example", options={"mapping": HEIDELBERG})
    heidelberg.answers["/robots.txt"] = (captures / "heidelberg_corporate_robots_2026-07-30.txt").read_bytes()
    heidelberg.answers["/products.json"] = (captures / "heidelberg_products_2026-07-29.json").read_bytes()
    return [alsweed, elburoj, sameh, madar, heidelberg]


@contextlib.contextmanager
def served(shop: Shop, address: str) -> Iterator[Merchant]:
    """The shop at an address of its own, with an ETag for all that it has."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = shop.answer(self.path, base)
            tag = f'"{hashlib.md5(body or b"", usedforsecurity=False).hexdigest()}"'
            status = 404 if body is None else 304 if self.headers.get("If-None-Match") == tag else 200
            content = (body or b"") if status == 200 else b""
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("ETag", tag)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer((address, 0), Handler)
    base = f"http://{address}:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield shop.merchant(base)
    finally:
        server.shutdown()
        server.server_close()


def main(captures: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        out = Path(folder)
        merchants = [stack.enter_context(served(shop, f"127.0.2.{number + 1}")) for number, shop in enumerate(shops(captures))]
        place = shard.Place(FolderStore(out), Folder(out / "state" / "memory.sqlite"), out / "state" / "spool")
        for number, run in enumerate(("new", "unchanged")):
            report = shard.run(merchants, AS_OF + timedelta(hours=number), place, Slots(50))
            for each in report.crawls:
                measured = open_batch(str(each.batch_uri)).manifest.measured if each.batch_uri else {}
                print(json.dumps({
                    "benchmark": "scraping_crawl_captures", "run": run, "merchant": each.merchant_id, "status": each.status,
                    "offers": each.records, "rejects": measured.get("reasons"), "documents": each.documents,
                    "unchanged": each.unchanged, "requests": each.requests, "bytes": each.bytes, "error": each.error,
                }, ensure_ascii=False))


if __name__ == "__main__":
    data = Path(os.environ.get("DEALHOUSE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else data / "pages" / "scrapex")
