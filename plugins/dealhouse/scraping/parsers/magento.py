"""Magento's GraphQL `products`: an offer per simple product, per variant of a configurable one, per part of a grouped one.

final_price is what is paid, regular_price the reference above it. A configurable product asked without its variants, and a
bundle, have only a lowest price: flagged `from_price` where the highest differs. Errors come with 200: without items the
document is unreadable, with some of them it is cut short (developer.adobe.com/commerce/webapi/graphql).
"""

import base64
import binascii
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from yarl import URL

from dealhouse.scraping.offer import Context, Offer, Reject, clean, make_offer, reject, unparseable
from dealhouse.scraping.parsers.jsonrows import decimal, load, mapping, objects, payload
from dealhouse.scraping.stated import FROM

PAGE_SIZE = 100
DEEPEST = 4
SUFFIX = ".html"  # of a product's page, unless the shop set another
Row = dict[str, Any]
_PRICE = "{minimum_price{regular_price{value currency}final_price{value currency}}maximum_price{final_price{value}}}"
_ITEM = f"__typename uid sku name stock_status price_range{_PRICE}"
_FIELDS = (
    f"{_ITEM} url_key url_suffix canonical_url image{{url}}description{{html}}"
    "categories{name breadcrumbs{category_name}}rating_summary review_count "
    f"...on ConfigurableProduct{{variants{{product{{{_ITEM}}}attributes{{label}}}}}}"
    f"...on GroupedProduct{{items{{product{{{_ITEM}}}}}}}"
)
STORE = (
    "{storeConfig{locale base_currency_code default_display_currency_code product_url_suffix}"
    f"products(filter:{{}},pageSize:{PAGE_SIZE},currentPage:1){{total_count page_info{{total_pages}}}}}}"
)


def query_url(base_url: str, query: str) -> str:
    """GET, so that caches and validators work; written as it is sent."""
    return str(URL(f"{base_url.rstrip('/')}/graphql?query={quote(query, safe='')}"))


def page_url(base_url: str, page: int) -> str:
    listing = f"products(filter:{{}},pageSize:{PAGE_SIZE},currentPage:{page})"
    return query_url(base_url, f"{{{listing}{{total_count page_info{{current_page total_pages}}items{{{_FIELDS}}}}}}}")


def extract(document: bytes, context: Context) -> Iterator[Offer | Reject]:
    try:
        answer = load(document)
    except ValueError as error:
        yield unparseable(document, error)
        return
    items, errors = _items(answer), mapping(answer).get("errors")
    if items is None:
        yield unparseable(document, _told(errors) or "no products in the answer")
        return
    for item in items:
        yield from _offers(item, context)
    if errors:
        yield reject("truncated_document", payload(errors), _told(errors))


def _items(answer: Any) -> list[Any] | None:  # noqa: ANN401
    """The items of `{"data": {"products": {"items"}}}`, under whatever alias: the first list of that name, not too deep."""
    level = [answer]
    for _ in range(DEEPEST):
        found = next((node["items"] for node in objects(level) if isinstance(node.get("items"), list)), None)
        if found is not None:
            return list(found)
        level = [inner for node in objects(level) for inner in node.values()]
    return None


def is_answer(answer: Any) -> bool:  # noqa: ANN401
    """Whether these are Magento's products, by the first of them."""
    return any("price_range" in item for item in objects(_items(answer))[:1])


def _told(errors: object) -> str:
    return "; ".join(str(error.get("message"))[:500] for error in objects(errors)[:5])


def _offers(item: Any, context: Context) -> Iterator[Offer | Reject]:  # noqa: ANN401
    if not isinstance(item, dict):
        yield reject("malformed_record", payload(item))
        return
    shared = _shared(item, context)
    parts = [*objects(item.get("variants")), *objects(item.get("items"))] if shared["item_group_id"] else []
    if not parts:
        yield _offer(item, shared | _from(item), context)
    for part in parts:
        product = mapping(part.get("product"))
        labels = [clean(attribute.get("label")) for attribute in objects(part.get("attributes"))]
        own = {
            "native_variant_id": _id(product) or clean(product.get("sku")), "title": product.get("name") or shared["title"],
            "variant_title": " / ".join(label for label in labels if label) or None,
        }
        yield _offer(product, {**shared, **own}, context)


def _shared(item: Row, context: Context) -> Row:
    native = _id(item) or clean(item.get("sku"))
    parts = bool(item.get("variants") or item.get("items"))
    return {
        "title": item.get("name"), "native_product_id": native, "item_group_id": native if parts else None,
        "url": _url(item, context), "category_path": _category(item.get("categories")), **_rating(item),
        "description": _html(item.get("description")) or _html(item.get("short_description")),
        "image_url": mapping(item.get("image")).get("url") or mapping(item.get("small_image")).get("url"),
    }


def _html(value: Any) -> Any:  # noqa: ANN401
    return value.get("html") if isinstance(value, dict) else value


def _offer(item: Row, shared: Row, context: Context) -> Offer | Reject:
    lowest = mapping(mapping(item.get("price_range")).get("minimum_price"))
    final, regular = mapping(lowest.get("final_price")), mapping(lowest.get("regular_price"))
    found = {
        **shared, "sku": item.get("sku"), "price": decimal(final.get("value")), "currency": final.get("currency"),
        "reference_price": decimal(regular.get("value")), "reference_kind": "regular",
        "availability": {"IN_STOCK": "in", "OUT_OF_STOCK": "out"}.get(str(item.get("stock_status")), "unknown"),
    }
    offer = make_offer(context, found, "")
    return offer.of(payload(item)) if isinstance(offer, Reject) else offer


def _from(item: Row) -> Row:
    span = mapping(item.get("price_range"))
    ends = (mapping(span.get("minimum_price")), mapping(span.get("maximum_price")))
    lowest, highest = (mapping(end.get("final_price")).get("value") for end in ends)
    several = isinstance(highest, (int, float)) and isinstance(lowest, (int, float)) and highest > lowest
    return FROM if several else {}


def _id(item: Row) -> str | None:
    """`id`, or what `uid` encodes: "NzQ5MA==" is 7490, and the same product whichever of the two a query asks for."""
    number = clean(item.get("id"))
    uid = item.get("uid")
    return number or (_decoded(uid) if isinstance(uid, str) and uid else None)


@lru_cache(maxsize=4096)
def _decoded(uid: str) -> str:
    try:
        inside = base64.b64decode(uid, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return uid
    return inside if inside.isprintable() and inside else uid


def _url(item: Row, context: Context) -> str | None:
    canonical, key = item.get("canonical_url"), clean(item.get("url_key"))
    if isinstance(canonical, str) and canonical:
        return canonical if canonical.startswith(("http://", "https://")) else f"{context.base_url}/{canonical.lstrip('/')}"
    suffix = item.get("url_suffix", context.options.get("url_suffix", SUFFIX))
    return f"{context.base_url}/{key}{suffix if isinstance(suffix, str) else ''}" if key else None


def _category(categories: object) -> str | None:
    """The deepest category with what is above it."""
    paths = [(objects(each.get("breadcrumbs")), each.get("name")) for each in objects(categories)]
    above, name = max(paths, key=lambda path: len(path[0]), default=([], None))
    deepest = [*(crumb.get("category_name") for crumb in above), name]
    return " > ".join(name for name in map(clean, deepest) if name) or None


def _rating(item: Row) -> Row:
    summary, count = item.get("rating_summary"), item.get("review_count")
    if isinstance(count, bool) or not isinstance(count, int) or not 0 < count < 10**9 or not isinstance(summary, (int, float)):
        return {}
    return {"rating": round(summary / 20, 2), "review_count": count} if 0 < summary <= 100 else {}
