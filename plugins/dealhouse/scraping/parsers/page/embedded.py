"""The state of a page's scripts: __NEXT_DATA__, __NUXT__, window.X = {...}, dataLayer.push({...}), Shopify's product JSON.

No two shops spell it alike, so an object is a product when it has a name and a price, and it is the page's own when its identity
stands in the address, its name is the heading's, or the state itself calls it the page's product (`product`, `view_item`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote

from dealhouse.scraping.offer import clean
from dealhouse.scraping.parsers.page import words
from dealhouse.scraping.parsers.page.address import parts
from dealhouse.scraping.parsers.page.document import Page
from dealhouse.scraping.parsers.page.finding import Finding
from dealhouse.scraping.parsers.page.jsonnodes import Node
from dealhouse.scraping.parsers.page.names import named_marks
from dealhouse.scraping.parsers.page.statefields import PRICES, availability_of, code_of, price_of, reference_of
from dealhouse.scraping.parsers.page.states import LARGEST, values

MOST_NODES = 40_000
MOST_BEST = 4.0  # a likeness that makes looking further needless
DEPTH = 40
NAMED, ADDRESSED, CALLED = 2.5, 2.0, 2.0
_NAMES = ("name", "title", "productName", "product_name", "displayName", "item_name")
_PRICE_NAMES = frozenset((*PRICES, "variants"))
_IDS = ("sku", "productId", "product_id", "productID", "id", "item_id", "itemId", "code", "partNumber", "articleNumber", "handle",
        "slug", "urlKey", "url_key")
_TOKEN = re.compile(r"[A-Za-z0-9]*\d{4}[A-Za-z0-9]*")
_NO_WORD = re.compile(r"[\W_]+")
_STATE = re.compile(r"[\"']?(?:[pP]roduct|pdp|ecommerce|view_item)")
_CALLED = re.compile(r"(?:current|selected|active|main|page|the)?product(?:details?|data|info|page|view|model|state|result)?|"
                     r"pdp(?:data|product|state)?|item(?:details?|data)|details?")
_WRAPS = frozenset(("data", "result", "value", "payload", "attributes", "entity", "item", "content", "fields", "response"))
_OTHERS = frozenset(("impressions", "click", "promoview", "promotions", "purchase", "add", "remove", "checkout"))
_VIEWS = frozenset(("view_item", "viewitem", "detail", "eec.detail", "productdetail", "productdetails", "productview"))


@dataclass(frozen=True)
class Own:
    """By what a product is known to be the page's: its address, its names in lower case; is_bare: nothing else shows one."""

    url: str
    names: frozenset[str]
    title: str
    tokens: tuple[str, ...]
    is_bare: bool

    def is_in(self, text: str) -> bool:
        """Whether a script speaks of a price and of one of the numbers in the address, or of the product's name."""
        if "rice" not in text:
            return False
        return any(token in text for token in self.tokens) or (self.is_bare and _STATE.search(text) is not None)


class Place(NamedTuple):
    """Where an object stands in a state. is_called: as the page's product; is_listed: among others; is_viewed: in its event."""

    depth: int = 0
    is_called: bool = False
    is_listed: bool = False
    is_viewed: bool = False
    currency: str | None = None


def read(page: Page, names: tuple[str | None, ...], *, is_bare: bool = False) -> Finding | None:
    """The page's own product in a script's state, or None. is_bare: the page shows no heading and marks no product."""
    own = _own(page, names, is_bare=is_bare)
    best: tuple[float, Node, Place] | None = None
    for script in page.scripts:
        text = "" if "ld+json" in script.kind else script.text
        if not 40 < len(text) < LARGEST or not own.is_in(text):
            continue
        for value in values(script, text):
            for node, place in _objects(value):
                score = 0.0 if _PRICE_NAMES.isdisjoint(node) else _likeness(node, place, own)
                if score >= ADDRESSED and (best is None or score > best[0]):
                    best = score, node, place
            if best is not None and best[0] >= MOST_BEST:
                return _finding(best[1], best[2])
    return _finding(best[1], best[2]) if best is not None else None


def _own(page: Page, names: tuple[str | None, ...], *, is_bare: bool) -> Own:
    known = [name for name in map(clean, names) if name]
    url = unquote(page.url)
    last = parts(url).path.rstrip("/").rpartition("/")[2].partition(".")[0]
    tokens = {name[:24] for name in known if len(name) > 7} | set(_TOKEN.findall(url))
    if is_bare and len(last) > 5:
        tokens.add(last)
    return Own(url.lower(), frozenset(name.lower() for name in known), page.title.lower(), tuple(tokens), is_bare)


def _objects(value: Any) -> Iterator[tuple[Node, Place]]:  # noqa: ANN401
    """Every object with its place, outermost first, without recursion; what is of other products is left out."""
    refs = _references(value)
    waiting: list[tuple[Any, Place]] = [(value, Place())]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        current, place = waiting.pop()
        if isinstance(current, dict):
            if refs:
                current = _resolved(current, refs)
            place = place._replace(currency=code_of(current) or place.currency)
            yield current, place
            inner = list(_inside(current, place))
        else:
            is_listed = len(current) > 1
            inner = [
                (entry, place._replace(
                    depth=place.depth + 1, is_called=(place.is_viewed and at == 0) or (place.is_called and not is_listed),
                    is_listed=place.is_listed or is_listed,
                )) for at, entry in enumerate(current) if isinstance(entry, (dict, list))
            ]
        if place.depth < DEPTH:
            waiting += reversed(inner)


def _inside(node: Node, place: Place) -> Iterator[tuple[Any, Place]]:
    """The inner values of an object with what their keys call them."""
    event = str(node.get("event") or "").lower()
    is_viewed = place.is_viewed or event in _VIEWS
    for key, entry in node.items():
        if not isinstance(entry, (dict, list)):
            continue
        called = _kind(key[:200])
        if called == "others":
            continue
        is_called = called == "own" or (called == "wrap" and place.is_called)
        is_called = is_called and isinstance(entry, dict) and not place.is_listed
        viewed = is_viewed if called in ("items", "ecommerce") else key == "detail"
        yield entry, Place(place.depth + 1, is_called, place.is_listed, viewed, place.currency)


@lru_cache(maxsize=20_000)
def _kind(key: str) -> str:
    """What a key says of what stands under it: the page's `own` product, `others`, a `wrap`, ..."""
    bare = _NO_WORD.sub("", key.partition("(")[0].partition(":")[0]).lower()  # GraphQL's `product({"id":"7"})`
    if bare in ("items", "products"):
        return "items"
    if bare == "ecommerce":
        return "ecommerce"
    if bare in _OTHERS or named_marks(key.partition("(")[0]) & words.ELSEWHERE:
        return "others"
    return "own" if ":" not in key.partition("(")[0] and _CALLED.fullmatch(bare) else "wrap" if bare in _WRAPS else ""


def _references(value: Any) -> dict[str, Node]:  # noqa: ANN401
    """The objects of a normalised state by their names: Apollo's `{"__ref": "Product:7"}` stands for one of them."""
    found: dict[str, Node] = {}
    waiting = [value]
    for _ in range(DEPTH):
        holders = [one for one in waiting if isinstance(one, dict)]
        for one in holders:
            found |= {key: entry for key, entry in one.items() if ":" in key and isinstance(entry, dict)}
        waiting = [entry for one in holders for entry in one.values() if isinstance(entry, dict)][:MOST_NODES]
        if found or not waiting:
            break
    return found


def _resolved(node: Node, refs: dict[str, Node], depth: int = 0) -> Node:
    """The object with what it points at in the places where it points."""
    if "__ref" in node:
        return _resolved(refs.get(str(node["__ref"]), {}), refs, depth + 1) if depth < 4 else {}
    if depth >= 4:
        return node
    return {
        key: _resolved(entry, refs, depth + 1) if isinstance(entry, dict) and ("__ref" in entry or key in _PRICE_NAMES) else entry
        for key, entry in node.items()
    }


def _likeness(node: Node, place: Place, own: Own) -> float:
    """How surely an object is the page's own product: 0 = no product; 2 and more = its."""
    name = _name(node)
    if name is None or price_of(node) is None:
        return 0.0
    said, score = name.lower(), 0.0
    if said in own.names:
        score += NAMED
    elif len(said) > 8 and (said in own.title or any(len(one) > 8 and (said in one or one in said) for one in own.names)):
        score += 1.0
    ids = {str(node[key]).lower() for key in _IDS if isinstance(node.get(key), (str, int)) and node[key] is not True}
    slug = _NO_WORD.sub("-", said).strip("-")
    if any(len(one) >= 4 and re.search(rf"(?<![a-z0-9]){re.escape(one)}(?![a-z0-9])", own.url) for one in (*ids, slug)):
        score += ADDRESSED
    if place.is_called:
        score += CALLED if own.is_bare or score else 0.0
    return score


def _name(node: Node) -> str | None:
    """A product's name; of Shopify's `meta`, which has none, its first variant's without what tells variants apart."""
    name = next((clean(node[key]) for key in _NAMES if isinstance(node.get(key), str)), None)
    variants = node.get("variants")
    if name is None and "gid" in node and isinstance(variants, list) and variants and isinstance(variants[0], dict):
        title = clean(variants[0].get("public_title"))
        name = clean(variants[0].get("name"))
        name = name.removesuffix(f" - {title}") if name and title else name
    return name


def _finding(node: Node, place: Place) -> Finding | None:
    price = price_of(node)
    if price is None:
        return None
    reference = reference_of(node, price)
    brand = node.get("brand") or node.get("vendor") or node.get("brandName") or node.get("item_brand") or node.get("manufacturer")
    fields = {
        "title": _name(node), "sku": clean(node.get("sku")), "mpn": clean(node.get("mpn")),
        "brand": brand.get("name") if isinstance(brand, dict) else brand if isinstance(brand, str) else None,
        "gtin": next((clean(node[key]) for key in ("gtin", "gtin13", "ean", "upc", "barcode") if clean(node.get(key))), None),
        "reference_price": reference, "reference_kind": "compare_at" if reference else None,
        "availability": availability_of(node),
    }
    return Finding("embedded", fields, price.value, price.currency or place.currency)
