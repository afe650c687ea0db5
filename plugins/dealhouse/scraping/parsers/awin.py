"""Awin's product feeds: CSV with the columns that the publisher chose, or JSON lines in Google's fields ("enhanced" feeds).

Column names are those of Create-a-Feed (help.awin.com, hosting and column descriptions); merchants fill a part of them.
search_price is the current price; product_price_old, rrp_price are references; base_price is a price per unit and no price.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson

from dealhouse.scraping.offer import Context, Offer, Reject, reject, unparseable
from dealhouse.scraping.parsers import feed_item, feed_table, feed_text, google_merchant
from dealhouse.scraping.parsers.feed_item import Item
from dealhouse.scraping.parsers.feed_text import Decode

NAMES = {
    "merchant_product_id": "id", "product_id": "id", "aw_product_id": "id", "product_name": "title", "name": "title",
    "description": "description", "product_short_description": "description", "merchant_deep_link": "link", "deep_link": "link",
    "aw_deep_link": "affiliate_link", "merchant_image_url": "image_link", "image_url": "image_link", "large_image": "image_link",
    "aw_image_url": "image_link", "search_price": "price", "price": "price", "display_price": "price", "store_price": "price",
    "product_price_old": "old_price", "rrp_price": "rrp", "currency": "currency", "brand_name": "brand", "brand": "brand",
    "ean": "gtin", "product_gtin": "gtin", "gtin": "gtin", "upc": "gtin", "isbn": "gtin", "mpn": "mpn",
    "parent_product_id": "item_group_id", "merchant_product_category_path": "product_type", "merchant_category": "product_type",
    "category_name": "google_product_category", "condition": "condition", "stock_status": "availability", "in_stock": "in_stock",
    "stock_quantity": "quantity", "is_for_sale": "sellable", "pre_order": "preorder", "delivery_cost": "shipping_cost",
    "promotional_text": "terms", "last_updated": "updated", "colour": "color", "fashion_colour": "color", "size": "size",
    "fashion_size": "size", "material": "material", "fashion_material": "material", "fashion_pattern": "pattern",
    "average_rating": "rating", "reviews": "review_count",
}
LAYOUT = feed_table.Layout(NAMES, required=("title", "price", "affiliate_link"), delimiters=",\t;|")
ENHANCED = {**google_merchant.NAMES, "aw_deep_link": "affiliate_link", "aw_product_id": "awin_id"}


def extract(document: bytes, context: Context) -> Iterator[Offer | Reject]:
    """Offers of a feed. Of rows with one id the last counts; JSON lines that break off in the last are a truncated document."""
    return feed_text.opened(document, context, _of_text)


def _of_text(body: bytes, decode: Decode, context: Context) -> Iterator[Offer | Reject]:
    if body.lstrip()[:1] == b"{":
        yield from _extract_lines(body, decode, context)
    else:
        yield from feed_table.extract(body, decode, LAYOUT, context)


def _extract_lines(body: bytes, decode: Decode, context: Context) -> Iterator[Offer | Reject]:
    if not any(product for _, product in islice(_products(body), 100)):
        yield unparseable(body, "no product in the first lines")
        return
    last: tuple[bytes, dict[str, Any] | None] = (b"", {})

    def read() -> Iterator[tuple[Item | Reject, str]]:
        nonlocal last
        for last in _products(body):
            line, product = last
            text = decode(line[: feed_table.LINE_LIMIT])
            if product is not None:
                yield _item(product), text
            else:
                reason = "overlong_record" if len(line) > feed_table.LINE_LIMIT else "malformed_record"
                yield reject(reason, text, f"{len(line)} bytes"), ""

    yield from feed_item.offers(read, (_text((product or {}).get("id"), "id") for _, product in _products(body)), context)
    if last[1] is None and not last[0].endswith(b"\n"):
        yield reject("truncated_document", decode(last[0][-500:]), "the last line does not end")


def _products(body: bytes) -> Iterator[tuple[bytes, dict[str, Any] | None]]:
    """The lines with their products; a line that tells of none (the download's state, say) is left out."""
    return ((line, product) for line in feed_table.lines(body) if (product := _product(line)) != {})


def _product(line: bytes) -> dict[str, Any] | None:
    """A line's product with its groups (product_basic, price_and_availability ...) made one; {} for a line of another kind."""
    if len(line) > feed_table.LINE_LIMIT:
        return None
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(found, dict):
        return None
    product: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, dict) and name != "meta":
            product |= {key: each for key, each in value.items() if product.get(key) in (None, "")}
        elif name != "meta":
            product.setdefault(name, value)
    return product if "title" in product or "id" in product else {}


def _item(product: dict[str, Any]) -> Item:
    item: dict[str, str] = {}
    for key, name in ENHANCED.items():
        text = _text(product.get(key), name)
        if text:
            item.setdefault(name, text)
    return item


def _text(value: object, name: str) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    values = value if isinstance(value, list) else [value]
    if name == "shipping":
        costs = (each for each in values if isinstance(each, dict) and "price" in each)
        return ",".join(f"{each.get('country') or ''}:::{each['price']}" for each in costs)
    return ",".join(each.strip() for each in values if isinstance(each, str))
