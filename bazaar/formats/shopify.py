"""Shopify's public listing: /meta.json and /products.json?limit=&page= (strings for prices, no currency, no barcode)."""

from itertools import groupby
from typing import Any

import orjson

from bazaar import clock
from bazaar.formats.document import JSON, Document
from bazaar.rng import number
from bazaar.rows import Row, Window, money

LIMIT, MOST, REACH = 30, 250, 25_000
BROKEN_PRICE: dict[str, str | None] = {"zero_price": "0.00", "text_price": "Call for price", "missing_price": None}


def _updated(row: Row) -> str:
    return clock.instant(row.changed).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _compare_at(row: Row, window: Window) -> str | None:
    """The crossed-out price; one shop in three repeats the price there when nothing is on sale, as real ones do."""
    if row.reference:
        return money(row.reference)
    return money(row.price) if window.merchant.number % 9 == 3 else None


def _variant(row: Row, position: int, window: Window) -> dict[str, Any]:
    listing = row.listing
    options = (listing.variant_title or "Default Title").split(" / ")
    return {
        "id": int(listing.native_variant_id),
        "title": listing.variant_title or "Default Title",
        **{f"option{place + 1}": options[place] if place < len(options) else None for place in range(3)},
        "sku": listing.sku or "",
        "requires_shipping": True,
        "taxable": True,
        "featured_image": None,
        "available": row.in_stock,
        "price": BROKEN_PRICE.get(listing.broken or "", money(row.price)),
        "compare_at_price": None if listing.broken else _compare_at(row, window),
        "grams": 100 + number(0, listing.native_variant_id) % 2000,
        "position": position,
        "product_id": int(listing.native_product_id),
        "created_at": "2023-11-06T09:00:00+00:00",
        "updated_at": _updated(row),
    }


def _product(rows: list[Row], window: Window) -> dict[str, Any]:
    first = rows[0].listing
    handle = first.path.removeprefix("/products/").partition("?")[0]
    return {
        "id": int(first.native_product_id),
        "title": "" if first.broken == "missing_title" else first.title,
        "handle": handle,
        "body_html": f"<p>{first.description}</p>",
        "published_at": "2023-11-06T09:00:00+00:00",
        "created_at": "2023-11-06T09:00:00+00:00",
        "updated_at": _updated(max(rows, key=lambda row: row.changed)),
        "vendor": first.brand,
        "product_type": first.category_path,
        "tags": [first.category_path.lower()],
        "variants": [_variant(row, place + 1, window) for place, row in enumerate(rows)],
        "images": [{"id": int(first.native_product_id) + 1, "position": 1, "src": f"{window.base_url}{first.image_path}"}],
        "options": [{"name": "Option", "position": 1, "values": sorted({row.listing.variant_title or "" for row in rows})}],
    }


def meta(window: Window) -> Document:
    """/meta.json: the only place where the currency stands."""
    merchant = window.merchant
    shop = {
        "id": merchant.number + 1,
        "name": merchant.name,
        "country": merchant.country,
        "currency": merchant.currency,
        "domain": merchant.host,
        "url": merchant.base_url,
        "myshopify_domain": f"{merchant.merchant_id}.myshopify.com",
        "published_products_count": len({row.listing.native_product_id for row in window.rows}),
    }
    return Document(orjson.dumps(shop), JSON, window.changed)


def products(window: Window, limit: int, page: int) -> Document:
    """One page of the listing; pages past the end are `{"products":[]}`. Raises ValueError past Shopify's reach."""
    limit = min(max(limit, 1), MOST)
    if page * limit > REACH:
        raise ValueError(f"Page * Limit exceeds the {REACH} limit")
    grouped = [list(rows) for _, rows in groupby(window.rows, key=lambda row: row.listing.native_product_id)]
    chosen = grouped[(max(page, 1) - 1) * limit : max(page, 1) * limit]
    shown = [row for rows in chosen for row in rows]
    body = orjson.dumps({"products": [_product(rows, window) for rows in chosen]})
    return Document(body, JSON, window.changed, len(shown), sum(1 for row in shown if row.listing.broken))
