"""Google Merchant feeds: RSS 2.0 or Atom with g: fields, or a table of the same columns (…/merchants/answer/7052112).

Real feeds are not always well-formed: undeclared g: prefixes, raw ampersands, BOMs, cut ends. Names are matched without their
namespace, items are read one by one.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from dealhouse.scraping.offer import Context, Offer, Promotion, Reject, reject, unparseable
from dealhouse.scraping.parsers import feed_item, feed_table, feed_text, feed_xml
from dealhouse.scraping.parsers.feed_item import AVAILABILITY, Item
from dealhouse.scraping.parsers.feed_text import Decode

__all__ = ["AVAILABILITY", "NAMES", "extract", "extract_xml", "promotions"]

NAMES = {
    "id": "id", "title": "title", "structured_title": "structured_title", "description": "description", "summary": "description",
    "content": "description", "link": "link", "image_link": "image_link", "price": "price", "sale_price": "sale_price",
    "sale_price_effective_date": "sale_price_effective_date", "availability": "availability", "gtin": "gtin", "mpn": "mpn",
    "brand": "brand", "item_group_id": "item_group_id", "condition": "condition", "product_type": "product_type",
    "google_product_category": "google_product_category", "shipping": "shipping", "promotion_id": "promotion_id",
    "maximum_retail_price": "maximum_retail_price", "expiration_date": "expiration_date", "color": "color", "colour": "color",
    "size": "size", "material": "material", "pattern": "pattern", "quantity": "quantity",
}
PROMOTION = {name: name for name in ("promotion_id", "generic_redemption_code", "promotion_effective_dates", "long_title")}
LAYOUT = feed_table.Layout(NAMES, required=("title", "price"))


def extract(document: bytes, context: Context) -> Iterator[Offer | Reject]:
    """Offers of a feed. Of items with one id the last counts, the earlier are rejects; a feed without any item is unparseable."""
    return feed_text.opened(document, context, _of_text)


def _of_text(body: bytes, decode: Decode, context: Context) -> Iterator[Offer | Reject]:
    if body.lstrip()[:1] == b"<":
        yield from extract_xml(body, decode, NAMES, context)
    else:
        yield from feed_table.extract(body, decode, LAYOUT, context)


def extract_xml(
    body: bytes, decode: Decode, known: dict[str, str], context: Context, items: tuple[str, ...] = feed_xml.DEFAULT_ITEMS
) -> Iterator[Offer | Reject]:
    """Offers of an XML feed in which an item's children are named as `known` says (local names, in lower case)."""
    names = feed_xml.Names(known, body)
    found = list(feed_xml.spans(body, items))

    def read() -> Iterator[tuple[Item | Reject, str]]:
        for start, end, is_cut in found:
            text = decode(body[start : min(end, start + feed_xml.ITEM_LIMIT)])
            if end - start > feed_xml.ITEM_LIMIT:
                yield reject("overlong_record", text, f"{end - start} bytes"), ""
            elif is_cut:
                yield reject("malformed_record", text, "the item does not end"), ""
            else:
                yield feed_xml.fields(text, names), text

    tags = "|".join(tag for tag, name in known.items() if name == "id")
    number = re.compile(rb"(?i)<(?:[a-z_][\w.-]*:)?(?:%b)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<\]]{1,600})" % tags.encode())
    yield from feed_item.offers(read, (_id(body, span, decode, number) for span in found), context)
    if found and not feed_xml.is_whole(body):
        yield reject("truncated_document", body[-500:].decode("utf-8", "backslashreplace"), "the feed does not end")
    if not found and not _is_empty_feed(body):
        yield unparseable(body, "no item in the feed")


def _id(body: bytes, span: feed_xml.Span, decode: Decode, number: re.Pattern[bytes]) -> str:
    found = number.search(body, span.start, min(span.end, span.start + feed_xml.ITEM_LIMIT))
    return feed_xml.unescape(decode(found[1])).strip() if found else ""


def promotions(document: bytes, as_of: datetime) -> dict[str, Promotion]:
    """Promotions with a code that hold at `as_of`, by id: from the feed beside the products' (…/merchants/answer/2906014)."""
    try:
        body, decode = feed_text.plain(feed_text.unpacked(document))
    except feed_text.Unreadable:
        return {}
    found = {}
    names = feed_xml.Names(PROMOTION, body)
    for span in feed_xml.spans(body):
        item = feed_xml.fields(decode(body[span.start : min(span.end, span.start + feed_xml.ITEM_LIMIT)]), names)
        number, code, dates, title = (item.get(name, "") for name in PROMOTION)
        start, end = feed_item.period(dates)
        if number and code and start and end and start.tzinfo and end.tzinfo and start <= as_of < end:
            found[number] = Promotion(code, title or None)
    return found


def _is_empty_feed(document: bytes) -> bool:
    """A feed that says, in sound XML, that the shop lists nothing."""
    try:
        root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (etree.XMLSyntaxError, ValueError):
        return False
    return etree.QName(root).localname.lower() in ("rss", "feed", "rdf", "products", "items", "catalog", "channel")
