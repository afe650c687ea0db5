"""The state of a page's scripts: __NEXT_DATA__, __NUXT__, window.X = {...}, dataLayer.push({...}), Shopify's product JSON.

No two shops spell it alike, so an object is a product when it has a name, a price and an identity, and it is the page's own
when its identity stands in the address or its name is the heading's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import orjson

from dealhouse.scraping.money import read_amount
from dealhouse.scraping.offer import clean
from dealhouse.scraping.parsers.page.document import Page, Script
from dealhouse.scraping.parsers.page.finding import Finding
from dealhouse.scraping.parsers.page.jsonnodes import Node
from dealhouse.scraping.parsers.page.schema import AVAILABILITY, word

LARGEST = 1_500_000
MOST_NODES = 40_000
DEPTH = 40
_ASSIGNED = re.compile(r"[=(:,]\s*(?=[\[{]\s*[\"{\[])")
_NAMES = ("name", "title", "productName", "product_name", "displayName", "item_name")
_PRICES = (
    "salePrice", "sale_price", "specialPrice", "special_price", "finalPrice", "final_price", "currentPrice", "current_price",
    "sellingPrice", "selling_price", "discountedPrice", "offerPrice", "nowPrice", "priceValue", "price",
)
_AMOUNTS = ("value", "amount", "current", "now", *_PRICES)
_PRICE_NAMES = frozenset(_PRICES)
_REFERENCES = (
    "compare_at_price", "compareAtPrice", "originalPrice", "original_price", "listPrice", "list_price", "wasPrice", "oldPrice",
    "old_price", "regularPrice", "regular_price", "msrp", "rrp",
)
_IDS = ("sku", "productId", "product_id", "productID", "id", "item_id", "itemId", "code", "partNumber", "articleNumber", "handle")
_CURRENCIES = ("priceCurrency", "currency", "currencyCode", "currency_code", "currencyIso", "currencyISO")
_STATES = ("availability", "stockStatus", "stock_status", "availabilityStatus")
_FLAGS = ("inStock", "in_stock", "isInStock", "available", "isAvailable", "is_in_stock")
_HINT = re.compile(r"[pP]rice")
_TOKEN = re.compile(r"[A-Za-z0-9]*\d{4}[A-Za-z0-9]*")
_JSON_KINDS = ("application/json", "text/json", "text/x-magento-init", "application/x-json")


@dataclass(frozen=True)
class Own:
    """By what a product is known to be the page's: its address, its names in lower case."""

    url: str
    names: frozenset[str]
    tokens: tuple[str, ...] = ()

    def is_in(self, text: str) -> bool:
        """Whether a script speaks of a price and of one of the numbers in the address, or of the product's name."""
        return "rice" in text and any(token in text for token in self.tokens)


def read(page: Page, names: tuple[str | None, ...]) -> Finding | None:
    """The page's own product in a script's state, or None."""
    known = [name for name in map(clean, names) if name]
    tokens = {name[:24] for name in known if len(name) > 7} | set(_TOKEN.findall(unquote(page.url)))
    own = Own(unquote(page.url).lower(), frozenset(name.lower() for name in known), tuple(tokens))
    best: tuple[float, Node] | None = None
    for value in _states(page.scripts, own):
        for node in _objects(value):
            if _PRICE_NAMES.isdisjoint(node):
                continue
            score = _likeness(node, own)
            if score >= 2 and (best is None or score > best[0]):
                best = score, node
        if best is not None and best[0] >= 4:
            break
    return _finding(best[1], best[0]) if best is not None else None


def _states(scripts: list[Script], own: Own) -> Iterator[Any]:
    """The JSON values of the scripts that speak of a price and of this product."""
    for script in scripts:
        text = "" if "ld+json" in script.kind else script.text
        if not 40 < len(text) < LARGEST or not own.is_in(text):
            continue
        text = text.strip()
        if script.kind in _JSON_KINDS or text[:1] in "{[":
            starts = [0]
        else:
            starts = [match.end() for _, match in zip(range(12), _ASSIGNED.finditer(text), strict=False)]
        yield from _values(text, starts)


def _values(text: str, starts: list[int]) -> Iterator[Any]:
    end = 0
    for start in starts:
        if start < end:
            continue
        end = _end(text, start)
        piece = text[start:end]
        if len(piece) < 20 or not _HINT.search(piece):
            continue
        try:
            yield orjson.loads(piece)
        except orjson.JSONDecodeError:
            end = start
            continue


_TURN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]')


def _end(text: str, start: int) -> int:
    """Where the bracket that opens at `start` closes (strings skipped); the text's end when it never does."""
    depth = 0
    for match in _TURN.finditer(text, start):
        turn = match[0][0]
        if turn == '"':
            continue
        depth += 1 if turn in "{[" else -1
        if depth == 0:
            return match.end()
    return len(text)


def _objects(value: Any) -> Iterator[Node]:  # noqa: ANN401
    """Every object, outermost first, without recursion."""
    waiting: list[tuple[Any, int]] = [(value, 0)]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        current, depth = waiting.pop()
        if isinstance(current, dict):
            yield current
            inner: Any = current.values()
        else:
            inner = current
        if depth < DEPTH:
            waiting += [(entry, depth + 1) for entry in inner if isinstance(entry, (dict, list))]


def _likeness(node: Node, own: Own) -> float:
    """How surely an object is the page's own product: 0 = no product; 2 and more = its."""
    name = next((clean(node[key]) for key in _NAMES if isinstance(node.get(key), str)), None)
    if name is None or _price(node) is None:
        return 0.0
    score = 0.0
    if name.lower() in own.names:
        score += 2.5
    elif any(name.lower() in known or known in name.lower() for known in own.names if len(known) > 8 and len(name) > 8):
        score += 1.0
    ids = {str(node[key]).lower() for key in _IDS if isinstance(node.get(key), (str, int)) and node[key] is not True}
    if any(len(one) >= 4 and re.search(rf"(?<![a-z0-9]){re.escape(one)}(?![a-z0-9])", own.url) for one in ids):
        score += 2.0
    return score


def _price(node: Node) -> Decimal | None:
    """In the major unit; Shopify's product JSON (the one with `variants` and whole numbers) counts cents."""
    for key in _PRICES:
        value = node.get(key)
        if isinstance(value, int) and "variants" in node and "handle" in node:
            return Decimal(value) / 100 if value > 0 else None
        if isinstance(value, dict):
            value = next((value[name] for name in _AMOUNTS if name in value), None)
        if isinstance(value, (dict, list, bool)):
            continue
        found = read_amount(value)
        if found is not None and found > 0:
            return found
    return None


def _finding(node: Node, score: float) -> Finding:
    currency = next((node[key] for key in _CURRENCIES if isinstance(node.get(key), str) and len(node[key]) == 3), None)
    reference = next((read_amount(node[key]) for key in _REFERENCES if isinstance(node.get(key), (str, int, float))), None)
    stated = next((AVAILABILITY[state] for key in _STATES if (state := word(node.get(key))) in AVAILABILITY), None)
    flag = next((node[key] for key in _FLAGS if isinstance(node.get(key), bool)), None)
    brand = node.get("brand") or node.get("vendor") or node.get("brandName")
    fields = {
        "title": next((clean(node[key]) for key in _NAMES if isinstance(node.get(key), str)), None),
        "sku": clean(node.get("sku")),
        "native_product_id": next((clean(node[key]) for key in _IDS[1:5] if clean(node.get(key))), None),
        "brand": brand.get("name") if isinstance(brand, dict) else brand if isinstance(brand, str) else None,
        "gtin": next((clean(node[key]) for key in ("gtin", "gtin13", "ean", "upc", "barcode") if clean(node.get(key))), None),
        "mpn": clean(node.get("mpn")), "reference_price": reference, "reference_kind": "compare_at" if reference else None,
        "availability": stated or {True: "in", False: "out", None: "unknown"}[flag], "likeness": score,
    }
    return Finding("embedded", fields, _price(node), currency.upper() if currency else None)
