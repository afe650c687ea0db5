"""schema.org Product and Offer (schema.org/Product, schema.org/Offer), whichever way a page spells them.

JSON-LD, microdata and RDFa come here as the same nodes: dicts with `@type`. Seen in the wild and read here: @graph, references
by @id, lists of types, several Products (the page's own one counts), ProductGroup with hasVariant, AggregateOffer,
priceSpecification.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from dealhouse.scraping.money import read_amount, read_money
from dealhouse.scraping.offer import clean
from dealhouse.scraping.parsers.page.address import absolute, parts
from dealhouse.scraping.parsers.page.finding import Finding
from dealhouse.scraping.parsers.page.jsonnodes import Node, first, listed

DEPTH = 12
MOST_NODES = 5_000
LISTED = 4  # products with offers of which none is the page's: a listing
GTINS = ("gtin", "gtin14", "gtin13", "gtin12", "gtin8", "isbn")
REFERENCES = {
    "listprice": "list", "strikethroughprice": "strikethrough", "msrp": "rrp", "srp": "rrp", "suggestedretailprice": "rrp",
    "regularprice": "regular",
}
AVAILABILITY = {
    "instock": "in", "limitedavailability": "in", "onlineonly": "in", "instoreonly": "in", "available": "in", "lowstock": "in",
    "availablefororder": "in", "outofstock": "out", "soldout": "out", "discontinued": "out", "oos": "out",
    "notavailable": "out", "unavailable": "out", "reserved": "out",
    "preorder": "preorder", "presale": "preorder", "backorder": "backorder", "madetoorder": "backorder",
}
CONDITIONS = {
    "newcondition": "new", "usedcondition": "used", "refurbishedcondition": "refurbished", "damagedcondition": "damaged",
    "new": "new", "used": "used", "refurbished": "refurbished", "damaged": "damaged",
}
PRODUCTS = {"product", "productgroup", "productmodel", "individualproduct", "someproducts", "vehicle", "car", "book"}
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage", "itemOffered")
_WORD_NOISE = re.compile(r"^.*[/:#]|[_\s-]", re.S)


def nodes_of(value: Any, nodes: list[Node], depth: int = 0) -> None:  # noqa: ANN401
    """Every object that may be the page's product, outermost first; what a product is related to is left alone."""
    if depth > DEPTH or len(nodes) > MOST_NODES:
        return
    if isinstance(value, list):
        for entry in value:
            nodes_of(entry, nodes, depth + 1)
    elif isinstance(value, dict):
        nodes.append(value)
        for name in _INSIDE:
            nodes_of(value.get(name), nodes, depth + 1)


def main_product(nodes: list[Node], url: str, heading: str | None) -> Node | None:
    """The page's own product: the one that names this address or bears its heading, else the first with an offer.

    None for a page that has none, and for a listing of several.
    """
    products = [node for node in nodes if types(node) & PRODUCTS and (types(node) - {"book"} or node.get("offers"))]
    here, said = _path(url), (heading or "").lower()
    named = [node for node in products if here in (_path(node.get("url")), _path(node.get("@id")))]
    titled = [node for node in products if said and (clean(node.get("name")) or "").lower() == said]
    offered = [node for node in products if node.get("offers") or node.get("hasVariant")]
    both = [node for node in (*named, *titled) if node.get("offers") or node.get("hasVariant")]
    if len(offered) >= LISTED and not both and not any(_alike(clean(node.get("name")), said) for node in offered):
        return None
    return next(iter([*both, *offered, *named, *products]), None)


def _alike(name: str | None, heading: str) -> bool:
    return bool(name) and bool(heading) and (str(name).lower() in heading or heading in str(name).lower())


def read_product(product: Node, layer: str, url: str, nodes: Iterable[Node] = (), language: str | None = None) -> Finding:
    """What a product's node says, with a finding per variant of a group."""
    known = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    finding = _one(product, layer, url, known, language)
    variants = [_known(variant, known) for variant in listed(product.get("hasVariant"))]
    inherited = {name: value for name, value in product.items() if name not in ("hasVariant", "url", "@id")}
    group = clean(product.get("productGroupID")) or clean(product.get("sku"))
    for variant in variants[:2000]:
        if variant:
            one = _one({**inherited, **variant}, layer, url, known, language)
            one.fields |= {"item_group_id": group, "variant_title": variant.get("name")}
            finding.variants.append(one)
    return finding


def _one(product: Node, layer: str, url: str, known: Mapping[str, Node], language: str | None) -> Finding:
    offers = _offers(product.get("offers"), known)
    offer = _chosen(offers, url)
    specification, reference, kind = _specifications(offer)
    stated = first(offer.get("price"), specification.get("price"), offer.get("lowPrice"))
    currency = clean(first(offer.get("priceCurrency"), specification.get("priceCurrency"), product.get("priceCurrency")))
    currency = currency.upper() if currency else None
    price, found = amount(stated, currency, language)
    others = {amount(first(one.get("price"), one.get("lowPrice")), currency, language)[0] for one in offers}
    high = amount(offer.get("highPrice"), currency, language)[0]
    fields = {
        **_identity(product, offer, url), **_rating(product.get("aggregateRating")),
        "reference_price": amount(reference, currency, language)[0], "reference_kind": kind,
        "availability": AVAILABILITY.get(word(offer.get("availability")), "unknown"), "stated_price": stated,
        "condition": CONDITIONS.get(word(first(offer.get("itemCondition"), product.get("itemCondition")))),
        "sale_end": instant(first(offer.get("priceValidUntil"), specification.get("validThrough"))) if kind else None,
        "shipping_cost": _shipping(offer), "tax_included": _tax(specification),
    }
    is_range = offer.get("price") in (None, "") and specification.get("price") is None and high is not None and high != price
    return Finding(layer, fields, price, currency or found, frozenset(one for one in others if one is not None), is_range)


def _identity(product: Node, offer: Node, url: str) -> Node:
    own = _text(first(product.get("url"), offer.get("url"), product.get("@id")))
    return {
        "native_product_id": clean(_text(first(product.get("productID"), product.get("sku"), offer.get("sku")))),
        "title": _text(product.get("name")), "description": _text(product.get("description")),
        "url": absolute(own, url) if parts(own).path.strip("/") else None,
        "image_url": absolute(_named(product.get("image"), "url", "contentUrl", "@id"), url),
        "brand": _text(_named(first(product.get("brand"), product.get("manufacturer")), "name")),
        "gtin": _text(first(*(node.get(name) for node in (product, offer) for name in GTINS))),
        "mpn": _text(first(product.get("mpn"), offer.get("mpn"))),
        "sku": _text(first(product.get("sku"), offer.get("sku"))),
        "category_path": _text(_named(product.get("category"), "name")),
    }


def _offers(value: Any, known: Mapping[str, Node], depth: int = 0) -> list[Node]:  # noqa: ANN401
    """The offers of a list or an aggregate, the aggregate itself last."""
    found: list[Node] = []
    for entry in listed(value)[:500]:
        offer = _known(entry, known)
        inner = _offers(offer.get("offers"), known, depth + 1) if depth < 3 else []
        found += [*inner, offer] if offer.get("price") in (None, "") else [offer, *inner]
    return [offer for offer in found if offer]


def _chosen(offers: list[Node], url: str) -> Node:
    """The offer of this very address, else the first with a price, else the first."""
    priced = [
        offer for offer in offers
        if any(offer.get(name) not in (None, "") for name in ("price", "lowPrice", "priceSpecification"))
    ]
    here = [offer for offer in priced if isinstance(offer.get("url"), str) and _whole(absolute(offer["url"], url)) == _whole(url)]
    return next(iter([*here, *priced, *offers]), {})


def _specifications(offer: Node) -> tuple[Node, Any, str | None]:
    """(the price's own specification, a reference price, its kind); a price per unit or for members is neither."""
    own: Node = {}
    reference, kind = None, None
    for entry in listed(offer.get("priceSpecification")):
        if not isinstance(entry, dict) or entry.get("validForMemberTier") or types(entry) & {"deliverychargespecification"}:
            continue
        named = REFERENCES.get(word(entry.get("priceType")))
        if named and reference is None:
            reference, kind = entry.get("price"), named
        elif not named and not own and not (entry.get("referenceQuantity") and offer.get("price")):
            own = entry
    return own, reference, kind


def _rating(rating: Any) -> Node:  # noqa: ANN401
    if not isinstance(rating, dict):
        return {}
    value, count = _number(rating.get("ratingValue")), _number(first(rating.get("reviewCount"), rating.get("ratingCount")))
    return {"rating": value, "review_count": int(count) if count is not None else None}


def _number(value: Any) -> float | None:  # noqa: ANN401
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        return None
    return number if 0 <= number < 1e9 else None


def _shipping(offer: Node) -> Decimal | None:
    """What it costs to send (schema.org/OfferShippingDetails.shippingRate), where a rate is stated."""
    details = next((entry for entry in listed(offer.get("shippingDetails")) if isinstance(entry, dict)), {})
    rate = details.get("shippingRate")
    return read_amount(first(rate.get("value"), rate.get("price")) if isinstance(rate, dict) else rate)


def _tax(specification: Node) -> bool | None:
    stated = specification.get("valueAddedTaxIncluded")
    return stated if isinstance(stated, bool) else {"true": True, "false": False}.get(word(stated))


def amount(value: Any, currency: str | None, language: str | None) -> tuple[Decimal | None, str | None]:  # noqa: ANN401
    """(amount, currency) of a stated price; zero and less are no price."""
    if isinstance(value, (list, dict)):
        value = _named(value, "value", "price")
    found = currency
    if isinstance(value, str):
        read, found = read_money(value[:100], currency=currency, language=language)
    else:
        read = read_amount(value)
    return (read if read is not None and read > 0 else None), found


def types(node: Node) -> set[str]:
    return {word(entry) for entry in listed(node.get("@type"))}


def word(value: Any) -> str:  # noqa: ANN401
    """`https://schema.org/InStock`, `schema:InStock` and `in_stock` are `instock`."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@id") or value.get("name") or ""
    return _WORD_NOISE.sub("", value[:200].rstrip("/ ")).lower() if isinstance(value, str) else ""


def instant(value: Any) -> datetime | None:  # noqa: ANN401
    """ISO 8601 as an instant; a date is its midnight, UTC where no zone is said."""
    try:
        read = datetime.fromisoformat(str(value).strip())
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _known(value: Any, known: Mapping[str, Node]) -> Node:  # noqa: ANN401
    """An object, or the one of the page that it refers to by @id."""
    if isinstance(value, str):
        return known.get(value, {})
    if not isinstance(value, dict):
        return {}
    return known.get(value.get("@id", ""), value) if len(value) <= 2 and isinstance(value.get("@id"), str) else value


def _named(value: Any, *names: str) -> Any:  # noqa: ANN401
    """A text, or the first of these names of an object, or that of a list's first entry."""
    if isinstance(value, list):
        value = value[0] if value else None
    return first(*(value.get(name) for name in names)) if isinstance(value, dict) else value


def _text(value: Any) -> Any:  # noqa: ANN401
    """A plain value: of a list the first, of an object its value or name."""
    plain = _named(value, "value", "@value", "name")
    return plain if isinstance(plain, (str, int, float)) else None


def _path(url: Any) -> str | None:  # noqa: ANN401
    return url.split("#", 1)[0].split("?", 1)[0].rstrip("/") if isinstance(url, str) and url else None


def _whole(url: Any) -> str | None:  # noqa: ANN401
    return url.split("#", 1)[0].rstrip("/") if isinstance(url, str) and url else None
