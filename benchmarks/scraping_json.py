"""Offers per CPU second from the JSON platforms, from bytes to canonical records on one core. Prints JSON lines.

The documents are made here, of the size and shape of real pages: Shopify 250 products of 2 variants, WooCommerce 100,
Magento 100,
an OCC search page of 100 through the shipped mapping. The real captures of ../shared/data/pages/scrapex are timed as well,
repeated.
"""

import json
import time
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from dealhouse.scraping.formats import FORMATS
from dealhouse.scraping.offer import Context, Offer

LOREM = "<p>" + "Warm light for long evenings, of brass and oiled oak. " * 12 + "</p>"
SECONDS = 3.0
CAPTURES = {"woocommerce": "samehgabriel_wc_live.json", "magento": "madar_shapes_2026-07-25.json"}


def context(platform: str, options: dict[str, Any] | None = None) -> Context:
    return Context(
        merchant_id="acme", source_kind=platform, country="DE", crawl_id="acme:k", document_url="https://a.example/doc",
        base_url="https://a.example", as_of=datetime(2026, 5, 5, tzinfo=UTC), currency="EUR", language="de",
        options=options or {},
    )


def shopify() -> dict[str, Any]:
    return {"products": [{
        "id": 7_000_000 + number, "title": f"Lamp {number}", "handle": f"lamp-{number}", "body_html": LOREM, "vendor": "Lumo",
        "product_type": "Lamps", "tags": ["a", "b"], "published_at": "2026-01-01T00:00:00Z",
        "images": [{"id": 1, "src": f"https://cdn.example/{number}.jpg", "width": 100}],
        "variants": [{
            "id": 9_000_000 + 2 * number + side, "title": f"Colour {side}", "option1": f"Colour {side}",
            "sku": f"L-{number}-{side}",
            "available": side == 0, "price": f"{10 + number}.{number % 100:02d}",
            "compare_at_price": f"{20 + number}.00" if side else None,
            "updated_at": f"2026-04-01T10:{number % 60:02d}:00+02:00", "featured_image": None,
        } for side in (0, 1)],
    } for number in range(250)]}


def woocommerce() -> list[dict[str, Any]]:
    return [{
        "id": number, "name": f"Lamp &#8211; {number}", "parent": 0, "type": "simple", "variation": "", "sku": f"L-{number}",
        "permalink": f"https://a.example/product/lamp-{number}/", "short_description": LOREM, "description": LOREM,
        "prices": {"price": f"{1000 + number}", "regular_price": f"{2000 + number}", "sale_price": f"{1000 + number}",
                   "price_range": None, "currency_code": "EUR", "currency_minor_unit": 2},
        "average_rating": "4.5", "review_count": 3, "images": [{"id": 1, "src": f"https://a.example/{number}.jpg"}],
        "categories": [{"id": 1, "name": "Lamps"}], "brands": [], "is_in_stock": True, "is_on_backorder": False,
    } for number in range(100)]


def magento() -> dict[str, Any]:
    return {"data": {"products": {"items": [{
        "__typename": "SimpleProduct", "uid": "NzQ5MA==", "sku": f"L-{number}", "name": f"Lamp {number}",
        "url_key": f"lamp-{number}",
        "url_suffix": ".html", "stock_status": "IN_STOCK", "description": {"html": LOREM}, "image": {"url": "https://a.example/1.jpg"},
        "categories": [{"name": "Lamps", "breadcrumbs": [{"category_name": "Home"}]}], "rating_summary": 80, "review_count": 2,
        "price_range": {"minimum_price": {"regular_price": {"value": 20.5 + number, "currency": "EUR"},
                                          "final_price": {"value": 10.25 + number, "currency": "EUR"}},
                        "maximum_price": {"final_price": {"value": 10.25 + number}}},
    } for number in range(100)]}}}


def api() -> dict[str, Any]:
    return {"pagination": {"totalPages": 9}, "products": [{
        "code": str(number), "name": f"Lamp {number}", "summary": LOREM, "url": f"/p/{number}", "ean": "4006381333931",
        "price": {"value": 10.25 + number, "currencyIso": "EUR"}, "stock": {"stockLevelStatus": "inStock"},
        "images": [{"url": f"/i/{number}.jpg"}], "manufacturer": "Lumo", "averageRating": 4.5, "numberOfReviews": 3,
    } for number in range(100)]}


def measure(name: str, platform: str, document: bytes, known: Context) -> dict[str, Any]:
    """Read the document again and again for SECONDS of CPU time."""
    extract = FORMATS[platform].extract
    offers = rejects = 0
    started = time.process_time()
    while time.process_time() - started < SECONDS:
        for found in extract(document, known):
            if isinstance(found, Offer):
                found.as_record()
                offers += 1
            else:
                rejects += 1
    seconds = time.process_time() - started
    return {"documents": name, "offers_per_cpu_second": round(offers / seconds), "rejects": rejects,
            "megabytes_per_cpu_second": round(len(document) / 1e6 * (offers / seconds) / max(1, _count(document, platform,
                known)), 1)}


def _count(document: bytes, platform: str, known: Context) -> int:
    return sum(isinstance(found, Offer) for found in FORMATS[platform].extract(document, known))


def peak(platform: str, document: bytes, known: Context) -> float:
    """Megabytes at most while one document is read row by row."""
    tracemalloc.start()
    for found in FORMATS[platform].extract(document, known):
        if isinstance(found, Offer):
            found.as_record()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return round(most / 1e6, 1)


def main(captures: Path) -> None:
    made = {"shopify": shopify(), "woocommerce": woocommerce(), "magento": magento(), "api": api()}
    for platform, page in made.items():
        known = context(platform, {"mapping": "hybris"} if platform == "api" else None)
        document = orjson.dumps(page)
        print(json.dumps({**measure(platform, platform, document, known), "peak_mb": peak(platform, document, known)}))
    for platform, file in CAPTURES.items():
        if (captures / file).exists():
            print(json.dumps(measure(file, platform, (captures / file).read_bytes(), context(platform))))


if __name__ == "__main__":
    main(Path(__file__).resolve().parents[2] / "shared" / "data" / "pages" / "scrapex")
