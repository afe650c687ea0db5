"""A shop of HTML pages with schema.org JSON-LD: robots.txt, a sitemap index with sitemaps, a page per offer."""

from html import escape
from typing import Any

import orjson

from bazaar import clock
from bazaar.formats.document import HTML, TEXT, XML, Document
from bazaar.rows import Row, Window, money
from bazaar.titles import WORDS

SITEMAP_URLS = 200
SITEMAP_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def robots(window: Window) -> Document:
    text = f"User-agent: *\nDisallow: /private\nDisallow: /cart\nAllow: /\n\nSitemap: {window.base_url}/sitemap.xml\n"
    return Document(text.encode(), TEXT, window.changed)


def _lastmod(day: int) -> str:
    return clock.instant(day).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _parts(window: Window) -> list[tuple[Row, ...]]:
    return [window.rows[start : start + SITEMAP_URLS] for start in range(0, len(window.rows), SITEMAP_URLS)]


def sitemap_index(window: Window) -> Document:
    places = range(1, len(_parts(window)) + 1)
    entries = "".join(f"<sitemap><loc>{window.base_url}/sitemaps/products-{place}.xml</loc></sitemap>\n" for place in places)
    return Document(_sitemap("sitemapindex", entries), XML, window.changed)


def sitemap(window: Window, part: int) -> Document:
    """Part `part` (from 1) of the product pages with their lastmod. Raises IndexError."""
    if part < 1:
        raise IndexError(part)
    rows = _parts(window)[part - 1]
    entries = "".join(
        f"<url><loc>{window.base_url}{row.listing.path}</loc><lastmod>{_lastmod(row.changed)}</lastmod></url>\n" for row in rows
    )
    return Document(_sitemap("urlset", entries), XML, window.changed)


def _sitemap(root: str, entries: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{SITEMAP_NAMESPACE}">\n{entries}</{root}>\n'.encode()


def _amount(cents: int, window: Window) -> str | float:
    """A string in most shops, a number in some, where it loses no zero."""
    return cents / 100 if window.merchant.number % 2 and cents % 10 else money(cents)


def _offer(row: Row, window: Window) -> dict[str, Any]:
    merchant, listing = window.merchant, row.listing
    offer: dict[str, Any] = {
        "@type": "Offer",
        "url": f"{window.base_url}{listing.path}",
        "price": {"zero_price": "0", "text_price": "n/a"}.get(listing.broken or "") or _amount(row.price, window),
        "priceCurrency": merchant.currency,
        "availability": f"https://schema.org/{'InStock' if row.in_stock else 'OutOfStock'}",
        "itemCondition": "https://schema.org/NewCondition",
    }
    if listing.broken == "missing_price":
        del offer["price"]
    if listing.broken == "missing_currency":
        del offer["priceCurrency"]
    if row.reference and not listing.broken:
        offer["priceSpecification"] = {
            "@type": "UnitPriceSpecification",
            "priceType": "https://schema.org/StrikethroughPrice",
            "price": _amount(row.reference, window),
            "priceCurrency": merchant.currency,
        }
    return offer


def _product(row: Row, window: Window) -> dict[str, Any]:
    listing = row.listing
    product = {
        "@type": "Product",
        "name": listing.title,
        "description": listing.description,
        "image": f"{window.base_url}{listing.image_path}",
        "url": f"{window.base_url}{listing.path}",
        "sku": listing.sku,
        "gtin13": listing.gtin,
        "mpn": listing.mpn,
        "brand": {"@type": "Brand", "name": listing.brand} if listing.brand else None,
        "category": listing.category_path,
        "offers": [_offer(row, window)] if window.merchant.number % 4 == 1 else _offer(row, window),
    }
    return {name: value for name, value in product.items() if value is not None}


def _block(row: Row, window: Window) -> str:
    """The JSON-LD: one shop in three wraps it in @graph; an ill-formed one is cut off in the middle."""
    product = _product(row, window)
    if window.merchant.number % 3 == 2 and window.merchant.number % 2:
        shop = {"@type": "Organization", "name": window.merchant.name, "url": window.base_url}
        document: dict[str, Any] = {"@context": "https://schema.org", "@graph": [shop, product]}
    else:
        document = {"@context": "https://schema.org", **product}
    text = orjson.dumps(document).decode().replace("</", "<\\/")
    return text[: len(text) // 3] if row.listing.broken == "ill_formed" else text


def page(row: Row, window: Window, more: list[Row]) -> Document:
    """The page of one offer. `more` are other offers that it links to."""
    listing, words = row.listing, WORDS["labels"][window.merchant.language]
    price = "" if listing.broken else f"{money(row.price)} {window.merchant.currency}"
    struck = f"<del>{words['was']} {money(row.reference)} {window.merchant.currency}</del>" if row.reference and price else ""
    links = "".join(f'<li><a href="{other.listing.path}">{escape(other.listing.title)}</a></li>' for other in more)
    html = f"""<!doctype html>
<html lang="{window.merchant.language}"><head><meta charset="utf-8">
<title>{escape(listing.title)} | {window.merchant.name}</title>
<link rel="canonical" href="{window.base_url}{listing.path}">
<script type="application/ld+json">{_block(row, window)}</script></head>
<body><header><a href="/">{window.merchant.name}</a> <a href="/private/account" rel="nofollow">account</a></header>
<main><h1>{escape(listing.title)}</h1><img src="{listing.image_path}" alt="">
<p class="price">{price} {struck}</p><p class="stock">{words["stock"] if row.in_stock else words["out"]}</p>
<p class="description">{escape(listing.description)}</p>
<button>{words["buy"]}</button></main>
<aside><h2>{words["more"]}</h2><ul>{links}</ul></aside></body></html>
"""
    return Document(html.encode(), HTML, min(row.changed, window.day), 1, int(listing.broken is not None))
