"""Offers per CPU second and peak memory of each feed format, from bytes to canonical records, on one core.

    python benchmarks/scraping_feeds.py [--offers N]

Prints JSON lines: a format each, in a process of its own, the best of three readings of a feed of N offers (default 20,000), and
by how much memory grew over the interpreter and the feed's own bytes while it was read.
"""

import argparse
import csv
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from dealhouse.scraping.formats import FORMATS
from dealhouse.scraping.offer import Context, Offer

READINGS = 3
HEAD = '<?xml version="1.0"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>\n'
WORDS = "A lamp of brass and oiled oak for long evenings, number {}, with a shade of linen and a cable of two metres."


def google_xml(count: int, end: str = "</g:price>") -> bytes:
    return (HEAD + "".join(
        f"<item><g:id>SKU{n}</g:id><title>Lamp &amp; shade {n}</title><description>{WORDS.format(n)}</description>"
        f"<link>https://acme.example/p/lamp-{n}?a=1&amp;b=2</link><g:image_link>https://cdn.example/{n}.jpg</g:image_link>"
        f"<g:price>{n % 500 + 20}.99 EUR{end}<g:sale_price>{n % 500 + 10}.99 EUR</g:sale_price><g:availability>in stock"
        f"</g:availability><g:condition>new</g:condition><g:brand>Lumo</g:brand><g:gtin>4006381333931</g:gtin><g:mpn>M{n}</g:mpn>"
        f"<g:item_group_id>G{n // 3}</g:item_group_id><g:product_type>Home &gt; Lamps</g:product_type><g:shipping><g:country>DE"
        f"</g:country><g:price>4.95 EUR</g:price></g:shipping></item>\n" for n in range(count)) + "</channel></rss>\n").encode()


def ill_formed_xml(count: int) -> bytes:
    return google_xml(count, "</g:prce>")


def xml_with_raw_markup(count: int) -> bytes:
    return google_xml(count).replace(b" of brass", b" of <b>brass</b><br>")


def xml_out_of_shape(count: int) -> bytes:
    """Each item has an end tag too many: only libxml2 makes something of it."""
    return google_xml(count, "</g:price></b>")


def table(delimiter: str, **columns: Callable[[int], str]) -> Callable[[int], bytes]:
    def make(count: int) -> bytes:
        text = io.StringIO()
        rows = csv.writer(text, delimiter=delimiter)
        rows.writerow(columns)
        rows.writerows([each(n) for each in columns.values()] for n in range(count))
        return text.getvalue().encode()

    return make


def price(n: int) -> str:
    return f"{n % 500 + 10}.99"


def full(n: int) -> str:
    return f"{n % 500 + 20}.99"


def link(n: int) -> str:
    return f"https://www.network.example/c?x=1&u=https%3A%2F%2Facme.example%2Fp%2Flamp-{n}"


def rakuten(count: int) -> bytes:
    rows = (
        f"{n}|Lamp {n}|S{n}|Home|Home~~Lamps|{link(n)}|https://cdn.example/{n}.jpg||short|{WORDS.format(n)}|||{price(n)}|{full(n)}"
        f"|||Lumo|4.95||M{n}|||IN|4006381333931|1|EUR||\n" for n in range(count)
    )
    return f"HDR|1|Acme|05/05/2026 00:00:00\n{''.join(rows)}TRL|{count}\n".encode()


def impact_json(count: int) -> bytes:
    return json.dumps({"Items": [{
        "CatalogItemId": str(n), "Name": f"Lamp {n}", "Description": WORDS.format(n), "Url": link(n), "CurrentPrice": price(n),
        "OriginalPrice": full(n), "Currency": "EUR", "StockAvailability": "InStock", "Gtin": "4006381333931",
    } for n in range(count)]}).encode()


SHARED: dict[str, Callable[[int], str]] = {"mpn": lambda n: f"M{n}", "condition": lambda _: "new"}
FEEDS: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "google_xml": ("google_merchant", google_xml),
    "google_xml_ill_formed": ("google_merchant", ill_formed_xml),
    "google_xml_with_raw_markup": ("google_merchant", xml_with_raw_markup),
    "google_xml_out_of_shape": ("google_merchant", xml_out_of_shape),
    "google_tsv": ("google_merchant", table(
        "\t", id=str, title=lambda n: f"Lamp {n}", description=WORDS.format, link=link, price=lambda n: f"{full(n)} EUR",
        sale_price=lambda n: f"{price(n)} EUR", availability=lambda _: "in_stock", gtin=lambda _: "4006381333931",
        shipping=lambda _: "DE:::4.95 EUR", brand=lambda _: "Lumo", **SHARED)),
    "awin_csv": ("awin", table(
        ",", aw_deep_link=link, product_name=lambda n: f"Lamp {n}", merchant_product_id=str, description=WORDS.format,
        search_price=price, product_price_old=full, currency=lambda _: "EUR", merchant_category=lambda _: "Home > Lamps",
        merchant_deep_link=lambda n: f"https://acme.example/p/{n}", in_stock=lambda _: "1", ean=lambda _: "4006381333931",
        brand_name=lambda _: "Lumo", delivery_cost=lambda _: "4.95", merchant_image_url=lambda n: f"https://cdn.example/{n}.jpg",
        **SHARED)),
    "cj_csv": ("cj", table(
        ",", ID=str, TITLE=lambda n: f"Lamp {n}", DESCRIPTION=WORDS.format, LINK=link, PRICE=lambda n: f"{full(n)} EUR",
        SALE_PRICE=lambda n: f"{price(n)} EUR", AVAILABILITY=lambda _: "in stock", GTIN=lambda _: "4006381333931", **SHARED)),
    "impact_csv": ("impact", table(
        ",", CatalogItemId=str, Name=lambda n: f"Lamp {n}", Description=WORDS.format, Url=link, CurrentPrice=price,
        OriginalPrice=full, Currency=lambda _: "EUR", StockAvailability=lambda _: "InStock", Gtin=lambda _: "4006381333931",
        **SHARED)),
    "impact_json": ("impact", impact_json),
    "rakuten": ("rakuten", rakuten),
}  # fmt: skip


def read(platform: str, body: bytes) -> tuple[int, float]:
    """(offers, CPU seconds) of one reading."""
    context = Context(
        merchant_id="acme", source_kind=platform, country="DE", crawl_id="acme:k", document_url="https://a.example/f",
        base_url="https://a.example", as_of=datetime(2026, 5, 5, tzinfo=UTC), currency="EUR", language="de",
    )
    started, offers = time.process_time(), 0
    for found in FORMATS[platform].extract(body, context):
        if isinstance(found, Offer):
            found.as_record()
            offers += 1
    return offers, time.process_time() - started


def peak() -> int:
    """The process's highest resident memory in kB."""
    return next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))


def measure(name: str, feed: Path) -> dict[str, object]:
    platform, _ = FEEDS[name]
    body = feed.read_bytes()
    read(platform, body[:10_000])
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = peak()
    readings = [read(platform, body) for _ in range(READINGS)]
    grown = peak() - before
    return {
        "feed": name, "offers": readings[0][0], "megabytes": round(len(body) / 1e6, 1),
        "offers_per_cpu_second": round(readings[0][0] / min(seconds for _, seconds in readings)),
        "memory_grown_megabytes": round(grown / 1024, 1),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--offers", type=int, default=20_000)
    arguments.add_argument("--only", choices=sorted(FEEDS), help="this feed alone")
    arguments.add_argument("--file", type=Path, help="where the feed stands; it is read in this process")
    options = arguments.parse_args()
    if options.file:
        print(json.dumps(measure(options.only, options.file)), flush=True)
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in [options.only] if options.only else FEEDS:
            feed = Path(folder) / name
            feed.write_bytes(FEEDS[name][1](options.offers))
            subprocess.run([sys.executable, __file__, "--only", name, "--file", str(feed)], check=True)


if __name__ == "__main__":
    main()
