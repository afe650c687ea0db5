"""schema.org Product and Offer in JSON-LD (schema.org/Product, schema.org/Offer).

Seen in the wild and read here: @graph, lists of blocks, lists of types, comments, CDATA, control characters, trailing commas,
escaped HTML, several Products (the page's own one counts), ProductGroup with hasVariant, AggregateOffer.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import orjson
from w3lib.url import canonicalize_url

from dealhouse.scraping.offer import Context, Offer, Reject, clean, make_offer, reject

Node = dict[str, Any]

DEPTH = 12
MOST_NODES = 10_000
_BLOCK = re.compile(rb"<script\b[^>]*\bapplication/ld\+json\b[^>]*>(.*?)</script\s*>", re.I | re.S)
_WRAPPING = re.compile(r"^\s*(?:<!--|/\*.*?\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$", re.S)
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_WORD_NOISE = re.compile(r"^.*[/:#]|[_\s-]", re.S)
_CONTROL = re.compile(r"[\x00-\x1f]")
GTINS = ("gtin", "gtin14", "gtin13", "gtin12", "gtin8", "isbn")
REFERENCES = {
    "listprice": "list", "strikethroughprice": "strikethrough", "msrp": "rrp", "srp": "rrp", "suggestedretailprice": "rrp",
    "regularprice": "regular",
}
AVAILABILITY = {
    "instock": "in", "limitedavailability": "in", "onlineonly": "in", "instoreonly": "in",
    "available": "in",
    "outofstock": "out", "soldout": "out", "discontinued": "out",
    "preorder": "preorder", "presale": "preorder", "backorder": "backorder", "madetoorder": "backorder",
}
CONDITIONS = {
    "newcondition": "new", "usedcondition": "used", "refurbishedcondition": "refurbished", "damagedcondition": "damaged",
}


def extract(document: bytes, context: Context) -> Iterator[Offer | Reject]:
    """The offers of a product page: one, or one per variant; a page without a readable product is one reject."""
    nodes, broken = _nodes(document)
    product = _main_product(nodes, context)
    if product is None:
        if broken:
            yield reject("malformed_markup", broken[0], "no readable product in the page's JSON-LD")
        else:
            yield reject("no_product", document[:2000].decode("utf-8", "backslashreplace"), f"{len(nodes)} nodes of JSON-LD")
        return
    variants = [variant for variant in _list(product.get("hasVariant")) if isinstance(variant, dict)]
    if not variants:
        yield _offer(product, context, {})
    group = clean(product.get("productGroupID")) or clean(product.get("sku"))
    for variant in variants:
        merged = {**{name: value for name, value in product.items() if name != "hasVariant"}, **variant}
        yield _offer(merged, context, {"item_group_id": group, "variant_title": variant.get("name")})


def _nodes(document: bytes) -> tuple[list[Node], list[str]]:
    """Every object of every block, outermost first; and the blocks that could not be read."""
    nodes: list[Node] = []
    broken: list[str] = []
    for match in _BLOCK.finditer(document):
        text = match[1].decode("utf-8", "replace")
        try:
            _walk(_read(text), nodes, 0)
        except (ValueError, RecursionError):
            broken.append(text.strip())
    return nodes, broken


def _read(text: str) -> Any:  # noqa: ANN401
    """A block's JSON, repaired where it can be. Raises ValueError."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    bare = _WRAPPING.sub("", _WRAPPING.sub("", text)).strip().rstrip(";")
    for repaired in (bare, html.unescape(bare)):
        try:
            return json.loads(_TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", repaired)), strict=False)
        except ValueError:
            continue
    raise ValueError("not JSON")


def _walk(value: Any, nodes: list[Node], depth: int) -> None:  # noqa: ANN401
    if depth > DEPTH or len(nodes) > MOST_NODES:
        return
    if isinstance(value, list):
        for entry in value:
            _walk(entry, nodes, depth + 1)
    elif isinstance(value, dict):
        nodes.append(value)
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "itemOffered"):
            _walk(value.get(name), nodes, depth + 1)


def _main_product(nodes: list[Node], context: Context) -> Node | None:
    """The page's own product: the one that names this address, else the first with an offer, else the first."""
    products = [node for node in nodes if _types(node) & {"product", "productgroup", "productmodel"}]
    here = _path(context.document_url)
    named = [node for node in products if here in (_path(node.get("url")), _path(node.get("@id")))]
    offered = [node for node in products if node.get("offers") or node.get("hasVariant")]
    return next(iter([*[node for node in named if node in offered], *offered, *products]), None)


def _offer(product: Node, context: Context, extra: Node) -> Offer | Reject:
    offer = _chosen_offer(product.get("offers"))
    specification, reference, kind = _specifications(offer)
    price = _first(offer.get("price"), specification.get("price"), offer.get("lowPrice"))
    url = clean(_first(product.get("url"), offer.get("url"), context.document_url)) or context.document_url
    rating = product.get("aggregateRating")
    found = {
        **extra,
        "extractor": "jsonld",
        "native_product_id": _native_id(product, offer) or canonicalize_url(url),
        "title": product.get("name"), "url": _absolute(url, context), "description": product.get("description"),
        "image_url": _absolute(_named(product.get("image"), "url", "contentUrl"), context),
        "brand": _named(_first(product.get("brand"), product.get("manufacturer")), "name"), "gtin": _gtin(product, offer),
        "mpn": product.get("mpn"), "sku": _first(product.get("sku"), offer.get("sku")),
        "category_path": _named(product.get("category"), "name"),
        "condition": CONDITIONS.get(_word(_first(offer.get("itemCondition"), product.get("itemCondition")))),
        "price": price, "currency": _first(offer.get("priceCurrency"), specification.get("priceCurrency")),
        "reference_price": reference, "reference_kind": kind,
        "availability": AVAILABILITY.get(_word(offer.get("availability")), "unknown"), **_rating(rating),
    }
    made = make_offer(context, found, "")
    return reject(made.reason, json.dumps(product), made.detail) if isinstance(made, Reject) else made


def _native_id(product: Node, offer: Node) -> str | None:
    return clean(_first(product.get("productID"), product.get("sku"), offer.get("sku")))


def _chosen_offer(offers: Any) -> Node:  # noqa: ANN401
    """The offer of a list or an aggregate: the first with a price."""
    candidates = [offer for offer in _list(offers) if isinstance(offer, dict)]
    for offer in candidates:
        inner = [entry for entry in _list(offer.get("offers")) if isinstance(entry, dict)]
        if inner and offer.get("price") is None and offer.get("lowPrice") is None:
            return _chosen_offer(inner)
    priced = [offer for offer in candidates if offer.get("price") is not None or offer.get("lowPrice") is not None]
    return next(iter([*priced, *candidates]), {})


def _specifications(offer: Node) -> tuple[Node, Any, str | None]:
    """(the price's own specification, a reference price, its kind)."""
    own: Node = {}
    reference, kind = None, None
    for entry in _list(offer.get("priceSpecification")):
        if not isinstance(entry, dict):
            continue
        named = REFERENCES.get(_word(entry.get("priceType")))
        if named and reference is None:
            reference, kind = entry.get("price"), named
        elif not named and not own:
            own = entry
    return own, reference, kind


def _rating(rating: Any) -> Node:  # noqa: ANN401
    if not isinstance(rating, dict):
        return {}
    value, count = _number(rating.get("ratingValue")), _number(_first(rating.get("reviewCount"), rating.get("ratingCount")))
    return {"rating": value, "review_count": int(count) if count is not None else None}


def _number(value: Any) -> float | None:  # noqa: ANN401
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        return None
    return number if 0 <= number < 1e9 else None


def _gtin(product: Node, offer: Node) -> Any:  # noqa: ANN401
    return _first(*(node.get(name) for node in (product, offer) for name in GTINS))


def _types(node: Node) -> set[str]:
    return {_word(entry) for entry in _list(node.get("@type"))}


def _word(value: Any) -> str:  # noqa: ANN401
    """`https://schema.org/InStock`, `schema:InStock` and `in_stock` are `instock`."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@id") or value.get("name") or ""
    return _WORD_NOISE.sub("", value.rstrip("/ ")).lower() if isinstance(value, str) else ""


def _named(value: Any, *names: str) -> Any:  # noqa: ANN401
    """A text, or the first of these names of an object, or that of a list's first entry."""
    if isinstance(value, list):
        value = value[0] if value else None
    return _first(*(value.get(name) for name in names)) if isinstance(value, dict) else value


def _absolute(url: Any, context: Context) -> str | None:  # noqa: ANN401
    if not isinstance(url, str) or not url:
        return None
    if url.startswith("//"):
        return f"{context.base_url.split(':', 1)[0]}:{url}"
    return f"{context.base_url}{url}" if url.startswith("/") else url


def _path(url: Any) -> str | None:  # noqa: ANN401
    return url.split("#", 1)[0].split("?", 1)[0].rstrip("/") if isinstance(url, str) and url else None


def _list(value: Any) -> list[Any]:  # noqa: ANN401
    return value if isinstance(value, list) else [] if value is None else [value]


def _first(*values: Any) -> Any:  # noqa: ANN401
    """The first value that says something."""
    return next((value for value in values if value not in (None, "", [])), None)
