"""Rakuten Advertising's product catalogue: pipes between 28 columns without names or quotes, `HDR|merchant|name|time` before
and `TRL|count` after them (pubhelp.rakutenadvertising.com, Product Catalog Data Feed Implementation Guidelines).

The count is a check: a file whose trailer is missing or tells another number is truncated. Behind the 28 columns
stand those of the product's class and, in delta files, what happened to it: a deleted product is no offer. Product URL leads
through the network.
"""

import re
from collections.abc import Iterator

from dealhouse.scraping.offer import Context, Offer, Reject, reject, unparseable
from dealhouse.scraping.parsers import feed_table, feed_text
from dealhouse.scraping.parsers.feed_text import Decode

NAMES = {
    "product_id": "id", "product_name": "title", "sku_number": "sku", "primary_category": "category", "secondary_category":
    "product_type", "product_url": "affiliate_link", "image_url": "image_link", "buy_url": "buy_link", "short_description":
    "summary", "long_description": "description", "discount": "discount", "discount_type": "discount_type",
    "sale_price": "sale_price", "retail_price": "price", "begin_date": "begin", "end_date": "end", "brand": "brand",
    "shipping": "shipping_cost", "keywords": "keywords", "part_number": "mpn", "manufacturer": "brand",
    "shipping_information": "shipping_information", "availability": "availability", "upc": "gtin", "class_id": "class",
    "currency": "currency", "m1": "m1", "pixel": "pixel",
}
MODIFICATION_DELETED = "D"


def _refuse(row: list[str]) -> str:
    return "deleted_record" if len(row) > len(NAMES) and row[-1].strip() == MODIFICATION_DELETED else ""


LAYOUT = feed_table.Layout(NAMES, delimiters="|", is_quoted=False, width=len(NAMES), refuse=_refuse)
_HEADER = re.compile(rb"\s*HDR\|[^\r\n]*[\r\n]*")
_TRAILER = re.compile(rb"(?:\A|[\r\n])TRL\|\s*([0-9]{1,12})\s*\|?\s*\Z")


def extract(document: bytes, context: Context) -> Iterator[Offer | Reject]:
    """Offers of a catalogue. Of rows with one id the last counts."""
    return feed_text.opened(document, context, _of_text)


def _of_text(body: bytes, decode: Decode, context: Context) -> Iterator[Offer | Reject]:
    header = _HEADER.match(body)
    if header is None:
        yield unparseable(body, "no HDR line")
        return
    trailer = _TRAILER.search(body, max(header.end() - 1, len(body.rstrip()) - 100))
    rows = body[header.end() : trailer.start() + 1 if trailer else len(body)]
    received = sum(1 for _ in feed_table.lines(rows))
    yield from feed_table.extract(rows, decode, LAYOUT, context)
    if trailer is None or int(trailer[1]) != received:
        told = f"tells {int(trailer[1])} rows" if trailer else "is missing"
        yield reject("truncated_document", decode(body[-500:]), f"the trailer {told}, there are {received}")
