"""Impact's product catalogues: CSV (or tabs, or pipes), XML or JSON of the catalogue item (integrations.impact.com, the
(catalog) item object). CurrentPrice is the price, OriginalPrice what it was; Url leads through the network.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from dealhouse.scraping.offer import Context, Offer, Reject, reject
from dealhouse.scraping.parsers import feed_item, feed_table, feed_text, google_merchant
from dealhouse.scraping.parsers.feed_item import Item

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
    try:
        body, decode = feed_text.plain(feed_text.unpacked(document), context.content_type)
    except feed_text.Unreadable as error:
        yield feed_table.unreadable(document, str(error))
        return
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
        yield feed_table.unreadable(body, str(error))
        return
    found: Any = page
    if isinstance(page, dict):
        found = next((value for name, value in page.items() if name.lower() in LISTS), None)
    if not isinstance(found, list):
        yield feed_table.unreadable(body, "no list of items")
        return
    items = [_item(each) for each in found]

    def read() -> Iterator[tuple[Item | Reject, str]]:
        for item, each in zip(items, found, strict=True):
            payload = orjson.dumps(each).decode()
            yield (item, payload) if item is not None else (reject("malformed_record", payload), "")

    yield from feed_item.offers(read, ((item or {}).get("id", "") for item in items), context)


def _item(found: object) -> Item | None:
    if not isinstance(found, dict):
        return None
    item: dict[str, str] = {}
    squeezed = {feed_table.squeeze(name): value for name, value in found.items()}
    for key, name in NAMES.items():
        value = squeezed.get(key)
        values = value if isinstance(value, list) else [value]
        texts = (str(each) for each in values if isinstance(each, (str, int, float)) and not isinstance(each, bool))
        text = ",".join(texts).strip()
        if text:
            item.setdefault(name, text)
    return item
