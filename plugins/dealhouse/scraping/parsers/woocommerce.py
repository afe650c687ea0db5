"""WooCommerce's Store API `/wp-json/wc/store/v1/products`: an offer per product or variation.

Prices are strings in minor units, as many as the shop set (`currency_minor_unit`), whatever ISO says of the currency. A variable
product shows the lowest of its variations' prices: where they differ it is flagged `from_price`, unless the merchant's option
`variations` has them walked, each with its own price; then such a product is passed over.
"""

from collections.abc import Iterator
from typing import Any

from dealhouse.currencies import MINOR_UNITS
from dealhouse.scraping.offer import Context, Offer, Reject, clean, make_offer, reject, unparseable
from dealhouse.scraping.parsers.jsonrows import first_of, load, mapping, minor, payload
from dealhouse.scraping.stated import FROM

PATH = "/wp-json/wc/store/v1/products"
OLD_PATH = "/wp-json/wc/store/products"
PER_PAGE = 100
MOST_PLACES = 6
Row = dict[str, Any]


def page_url(base_url: str, page: int, *, path: str = PATH, variations: bool = False) -> str:
    return f"{base_url.rstrip('/')}{path}?per_page={PER_PAGE}&page={page}{'&type=variation' if variations else ''}"


def extract(document: bytes, context: Context) -> Iterator[Offer | Reject]:
    """Offers of a page or of one product; nothing for a page past the end."""
    try:
        page = load(document)
    except ValueError as error:
        yield unparseable(document, error)
        return
    products = [page] if isinstance(page, dict) and "prices" in page else page
    if not isinstance(products, list):
        yield unparseable(document, mapping(page).get("message") or "no list of products")
        return
    walked = context.options.get("variations") is True
    for product in products:
        if not isinstance(product, dict):
            yield reject("malformed_record", payload(product))
        elif not (walked and _is_from(mapping(product.get("prices")))):
            yield _offer(product, context)


def _is_from(prices: Row) -> bool:
    """Whether the price is the lowest of several."""
    span = mapping(prices.get("price_range"))
    return bool(span) and span.get("min_amount") != span.get("max_amount")


def _offer(product: Row, context: Context) -> Offer | Reject:
    prices = mapping(product.get("prices"))
    currency = clean(prices.get("currency_code"))
    places = _places(prices, currency)
    native, parent = clean(product.get("id")), clean(product.get("parent"))
    is_variation = parent not in (None, "0")
    found = {
        "title": product.get("name"), "url": product.get("permalink"), "sku": product.get("sku") or None,
        "native_product_id": parent if is_variation else native, "native_variant_id": native if is_variation else None,
        "item_group_id": parent if is_variation else native, "variant_title": product.get("variation") or None,
        "description": product.get("short_description") or product.get("description"),
        "image_url": first_of(product.get("images"), "src"), "brand": first_of(product.get("brands"), "name"),
        "category_path": first_of(product.get("categories"), "name"), "gtin": product.get("global_unique_id") or None,
        "price": minor(prices.get("price"), places), "currency": currency,
        "reference_price": minor(prices.get("regular_price"), places), "reference_kind": "regular",
        "availability": _availability(product), **_rating(product),
        **(FROM if _is_from(prices) else {}),
    }
    offer = make_offer(context, found, "")
    return offer.of(payload(product)) if isinstance(offer, Reject) else offer


def _places(prices: Row, currency: str | None) -> int:
    """Decimals of the amounts: the shop's setting, else the currency's own."""
    places = prices.get("currency_minor_unit")
    if isinstance(places, int) and not isinstance(places, bool) and 0 <= places <= MOST_PLACES:
        return places
    return MINOR_UNITS.get(currency or "", 2)


def _availability(product: Row) -> str:
    if product.get("is_on_backorder") is True:
        return "backorder"
    in_stock = product.get("is_in_stock")
    return ("in" if in_stock else "out") if isinstance(in_stock, bool) else "unknown"


def _rating(product: Row) -> Row:
    count = product.get("review_count")
    if isinstance(count, bool) or not isinstance(count, int) or not 0 < count < 10**9:
        return {}
    try:
        rating = float(str(product.get("average_rating")))
    except ValueError:
        return {}
    return {"rating": rating, "review_count": count} if 0 < rating <= 5 else {}
