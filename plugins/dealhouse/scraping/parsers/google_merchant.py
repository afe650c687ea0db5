"""Google Merchant feeds: RSS 2.0 or Atom with g: fields (support.google.com/merchants/answer/7052112).

Real feeds are not always well-formed: undeclared g: prefixes, raw ampersands, BOMs, cut ends. They are read with recovery,
without entities and without a network, item by item; names are matched without their namespace.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from html.entities import html5
from io import BytesIO
from typing import Any

from lxml import etree

from dealhouse.scraping.money import read_money
from dealhouse.scraping.offer import Context, Offer, Promotion, Reject, clean, make_offer, reject

Period = tuple[datetime | None, datetime | None]

ITEMS = frozenset(("item", "entry"))
_ID = re.compile(rb"<(?:[A-Za-z]+:)?id>\s*(?:<!\[CDATA\[)?\s*([^<\]]{1,200}?)\s*(?:\]\]>)?\s*</")
_ENTITY = re.compile(rb"&(?!#)([A-Za-z][A-Za-z0-9]{1,30};)?")
_END = re.compile(rb"</(?:[A-Za-z]+:)?(?:rss|feed|RDF)\s*>\s*(?:<!--.*?-->\s*)*\Z", re.S)
_OFFSET = re.compile(r"([+-][0-9]{2})([0-9]{2})\Z")
AVAILABILITY = {
    "in stock": "in", "in_stock": "in", "in": "in", "instock": "in", "available": "in",
    "out of stock": "out", "out_of_stock": "out", "out": "out", "outofstock": "out", "sold out": "out",
    "preorder": "preorder", "pre-order": "preorder", "pre order": "preorder",
    "backorder": "backorder", "back-order": "backorder", "available for order": "backorder",
}


def extract(document: bytes, context: Context) -> Iterator[Offer | Reject]:
    """Offers of a feed. Of items with one id the last counts, the earlier are rejects; a feed without any item is unparseable."""
    left = Counter(match[1] for match in _ID.finditer(document))
    found_any = False
    for item in _items(document):
        found_any = True
        number = (item.get("id") or [""])[0].encode()
        left[number] -= 1
        if number and left[number] > 0:
            yield reject("duplicate_id", _payload(item))
        else:
            yield _offer(item, context)
    if found_any and not _END.search(document[-200:]):
        yield reject("truncated_document", document[-500:].decode("utf-8", "backslashreplace"), "the feed does not end")
    if not found_any and not _is_empty_feed(document):
        yield reject("unparseable_document", document[:2000].decode("utf-8", "backslashreplace"), "no item in the feed")


def promotions(document: bytes, as_of: datetime) -> dict[str, Promotion]:
    """Promotions with a code that hold at `as_of`, by id: from the feed beside the products' (…/merchants/answer/2906014)."""
    found = {}
    for item in _items(document):
        number, code, dates, title = (
            (item.get(name) or [""])[0]
            for name in ("promotion_id", "generic_redemption_code", "promotion_effective_dates", "long_title")
        )
        start, end = _period(dates)
        if number and code and start and end and start <= as_of < end:
            found[number] = Promotion(code, title or None)
    return found


def _items(document: bytes) -> Iterator[dict[str, list[str]]]:
    """Each item's fields by local name: their texts, in order."""
    body = BytesIO(_ENTITY.sub(_numbered, document))
    events = etree.iterparse(
        body, events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for _, element in events:
            if _local(element.tag) in ITEMS:
                yield _fields(element)
                element.clear()
                parent = element.getparent()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]
    except etree.XMLSyntaxError:
        return  # what came before the break stands; recovery could go no further


def _numbered(entity: re.Match[bytes]) -> bytes:
    """A named entity as character references: once a document is not well-formed, libxml2 drops even `&amp;`."""
    name = (entity[1] or b"").decode()
    return b"".join(b"&#%d;" % ord(character) for character in html5.get(name, f"&{name}"))


def _fields(element: Any) -> dict[str, list[str]]:  # noqa: ANN401 (lxml ships no types)
    fields: dict[str, list[str]] = {}
    for child in element:
        name = _local(child.tag)
        if name == "shipping":
            fields.setdefault("shipping_price", []).extend(_nested(child, "price"))
            continue
        fields.setdefault(name, []).append(child.get("href") or "" if name == "link" and not child.text else _text(child))
    return fields


def _nested(element: Any, name: str) -> list[str]:  # noqa: ANN401
    return [_text(child) for child in element if _local(child.tag) == name]


def _text(element: Any) -> str:  # noqa: ANN401
    if not len(element):
        return (element.text or "").strip()
    return "".join(part for part in element.itertext() if isinstance(part, str)).strip()


def _local(tag: object) -> str:
    """`{http://base.google.com/ns/1.0}price`, `g:price` and `price` are `price`; comments have no name."""
    return _named(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)
def _named(tag: str) -> str:
    return re.split("[}:]", tag)[-1].lower()


def _offer(item: dict[str, list[str]], context: Context) -> Offer | Reject:
    def one(*names: str) -> str | None:
        return next((value for name in names for value in item.get(name, []) if value), None)

    price, currency, reference, sale = _prices(item, context)
    promotion = next((context.promotions[each] for each in item.get("promotion_id", []) if each in context.promotions), None)
    found = {
        "native_product_id": one("id"), "item_group_id": one("item_group_id"), "title": one("title"), "url": one("link"),
        "description": one("description", "summary", "content"), "image_url": one("image_link"), "brand": one("brand"),
        "gtin": one("gtin"), "mpn": one("mpn"), "category_path": one("product_type", "google_product_category"),
        "condition": (one("condition") or "").lower() or None, "price": price, "currency": currency, "reference_price": reference,
        "reference_kind": "regular", "sale_start": sale[0], "sale_end": sale[1],
        "availability": AVAILABILITY.get((one("availability") or "").strip().lower(), "unknown"),
        "coupon_code": promotion and promotion.code, "terms": promotion and promotion.terms,
        "shipping_cost": _shipping(one("shipping_price"), currency, context),
    }
    made = make_offer(context, found, "")
    return reject(made.reason, _payload(item), made.detail) if isinstance(made, Reject) else made


def _prices(item: dict[str, list[str]], context: Context) -> tuple[Any, str | None, Any, Period]:
    """(price, currency, reference, sale period): the sale price is the price while it is effective."""
    regular = (item.get("price") or [""])[0]
    sale = (item.get("sale_price") or [""])[0]
    start, end = _period((item.get("sale_price_effective_date") or [""])[0])
    effective = (start is None or start <= context.as_of) and (end is None or context.as_of < end)
    if sale and effective:
        amount, currency = _money(sale, context)
        full, _ = _money(regular, context)
        return (amount if amount is not None else sale), currency, full, (start, end)
    amount, currency = _money(regular, context)
    return (amount if amount is not None else regular), currency, None, (None, None)


def _money(text: str, context: Context) -> tuple[Decimal | None, str | None]:
    return read_money(text, currency=context.currency, language=context.language)


def _shipping(text: str | None, currency: str | None, context: Context) -> Decimal | None:
    amount, own = _money(text, context) if text else (None, None)
    return amount if amount is not None and amount >= 0 and own == currency else None


def _period(text: str) -> Period:
    """`2011-03-01T13:00-0800/2011-03-11T15:30-0800`; without an offset it is unknown when, so it is not used."""
    start, _, end = text.partition("/")
    return _instant(start), _instant(end)


def _instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_OFFSET.sub(r"\1:\2", text.strip()))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _payload(item: dict[str, list[str]]) -> str:
    return str({name: values[0] if len(values) == 1 else values for name, values in item.items()})


def _is_empty_feed(document: bytes) -> bool:
    """A feed that says, in sound XML, that the shop lists nothing."""
    try:
        root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (etree.XMLSyntaxError, ValueError):
        return False
    return _local(root.tag) in ("rss", "feed", "rdf") and clean(_local(root.tag)) is not None
