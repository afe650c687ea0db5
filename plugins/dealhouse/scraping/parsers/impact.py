"""Impact's product catalogues: CSV (or tabs, or pipes), XML or JSON of the catalogue item (integrations.impact.com, the
(catalog) item object). CurrentPrice is the price, OriginalPrice what it was; Url leads through the network.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import orjson

from dealhouse.scraping.offer import Context, Offer, Reject, reject, unparseable
from dealhouse.scraping.parsers import feed_item, feed_table, feed_text, google_merchant
from dealhouse.scraping.parsers.feed_item import Item
from dealhouse.scraping.parsers.feed_text import Decode
from dealhouse.scraping.parsers.jsonrows import payload

NAMES = {
    "catalogitemid": "id", "uniquemerchantsku": "id", "sku": "id", "name": "title", "productname": "title",
    "description": "description", "productdescription": "description", "originalurl": "link", "url": "affiliate_link",
    "producturl": "affiliate_link", "imageurl": "image_link", "currentprice": "price", "price": "price",
    "originalprice": "old_price", "msrp": "rrp", "currency": "currency", "stockavailability": "availability",
    "instock": "in_stock", "inventory": "quantity", "gtin": "gtin", "upc": "gtin", "ean": "gtin", "isbn": "gtin", "mpn": "mpn",
    "manufacturer": "brand", "brand": "brand", "parentsku": "item_group_id", "itemgroupid": "item_group_id",
    "originalformatcategory": "product_type", "category": "product_type", "producttype": "product_type", "condition": "condition",
    "shippingrate": "shipping_cost", "shippingcost": "shipping_cost", "promotionids": "promotion_id",
    "couponcode": "code", "promotion": "terms", "expirationdate": "expiration_date", "colors": "color", "color": "color",
    "size": "size", "material": "material", "pattern": "pattern",
}
LAYOUT = feed_table.Layout(NAMES, required=("title", "price"), delimiters=",\t|;")
LISTS = ("items", "products", "catalogitems")


def extract(document: bytes, context: Context) -> Iterator[Offer | Reject]:
    """Offers of a catalogue. Of items with one id the last counts."""
    return feed_text.opened(document, context, _of_text)


def _of_text(body: bytes, decode: Decode, context: Context) -> Iterator[Offer | Reject]:
    first = body.lstrip()[:1]
    if first == b"<":
        yield from google_merchant.extract_xml(body, decode, NAMES, context, ("item", "product", "catalogitem"))
    elif first in (b"{", b"["):
        yield from _extract_json(body, context)
    else:
        yield from feed_table.extract(body, decode, LAYOUT, context)


def _extract_json(body: bytes, context: Context) -> Iterator[Offer | Reject]:
    try:
        page = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        yield unparseable(body, error)
        return
    found: Any = page
    if isinstance(page, dict):
        found = next((value for name, value in page.items() if name.lower() in LISTS), None)
    if not isinstance(found, list):
        yield unparseable(body, "no list of items")
        return
    for made, each in zip(feed_item.offers(lambda: map(_read, found), map(_id, found), context), found, strict=True):
        yield made.of(payload(each)) if isinstance(made, Reject) else made


def _read(found: object) -> tuple[Item | Reject, str]:
    return (_item(found) if isinstance(found, dict) else reject("malformed_record", "")), ""


@lru_cache(maxsize=256)
def _plan(keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """(an item's key, our name of it), the preferred first where several give one name."""
    squeezed = {feed_table.squeeze(key): key for key in keys}
    return tuple((squeezed[known], name) for known, name in NAMES.items() if known in squeezed)


def _item(found: dict[str, Any]) -> Item:
    item: dict[str, str] = {}
    for key, name in _plan(tuple(found)):
        value = found[key]
        text = value.strip() if value.__class__ is str else _text(value)
        if text:
            item.setdefault(name, text)
    return item


def _id(found: object) -> str:
    if not isinstance(found, dict):
        return ""
    return next((text for key, name in _plan(tuple(found)) if name == "id" and (text := _text(found[key]))), "")


def _text(value: object) -> str:
    values = value if isinstance(value, list) else [value]
    texts = (str(each) for each in values if isinstance(each, (str, int, float)) and not isinstance(each, bool))
    return ",".join(texts).strip()
