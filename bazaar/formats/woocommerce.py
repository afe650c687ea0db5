"""WooCommerce's Store API: /wp-json/wc/store/v1/products?per_page=&page= (strings in minor units, as many as the shop set)."""

from collections.abc import Mapping
from html import escape
from typing import Any

import orjson

from bazaar.formats.document import JSON, Document
from bazaar.numbers import number_of
from bazaar.rows import Row, Window

PATHS = ("/wp-json/wc/store/v1/products", "/wp-json/wc/store/products")
PER_PAGE, MOST = 10, 100
BROKEN_PRICE = {"zero_price": "0", "text_price": "n/a", "missing_price": ""}
SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "PLN": "zł", "SEK": "kr", "CHF": "CHF"}


def minor_units(window: Window) -> int:
    """A setting of the shop, not the currency's: one in seven shows three decimals."""
    return 3 if window.merchant.number % 7 == 3 else 2


def _minor(cents: int, window: Window) -> str:
    return str(cents * 10 ** (minor_units(window) - 2))


def _prices(row: Row, window: Window) -> dict[str, Any]:
    price = BROKEN_PRICE.get(row.listing.broken or "", _minor(row.price, window))
    regular = _minor(row.reference, window) if row.reference and not row.listing.broken else price
    currency = window.merchant.currency
    return {
        "price": price, "regular_price": regular, "sale_price": price, "price_range": None, "currency_code": currency,
        "currency_symbol": SYMBOLS.get(currency, currency), "currency_minor_unit": minor_units(window),
        "currency_decimal_separator": ",", "currency_thousand_separator": ".", "currency_prefix": "",
        "currency_suffix": f" {SYMBOLS.get(currency, currency)}",
    }


def _product(row: Row, window: Window) -> dict[str, Any]:
    listing, number = row.listing, int(row.listing.native_product_id)
    category = listing.category_path.rsplit(" > ", 1)[-1]
    return {
        "id": number,
        "name": "" if listing.broken == "missing_title" else escape(listing.title, quote=False),
        "slug": listing.path.strip("/").rpartition("/")[2],
        "parent": 0, "type": "simple", "variation": "",
        "permalink": f"{window.base_url}{listing.path}",
        "sku": listing.sku or "",
        "short_description": "",
        "description": f"<p>{escape(listing.description, quote=False)}</p>",
        "on_sale": bool(row.reference),
        "prices": _prices(row, window),
        "price_html": "",
        "average_rating": "0", "review_count": 0,
        "images": [{"id": number + 1, "src": f"{window.base_url}{listing.image_path}", "name": "", "alt": ""}],
        "categories": [{"id": 1, "name": escape(category, quote=False), "slug": category.lower().replace(" ", "-")}],
        "tags": [], "attributes": [], "variations": [],
        "brands": [{"id": 1, "name": listing.brand}] if listing.brand else [],
        "has_options": False,
        "is_purchasable": row.in_stock, "is_in_stock": row.in_stock, "is_on_backorder": False,
        "low_stock_remaining": None, "sold_individually": False,
    }  # fmt: skip


def answer(window: Window, path: str, query: Mapping[str, str]) -> Document | None:
    """A page of the listing with its totals in the headers. Raises ValueError for a per_page out of 1..100."""
    if path.rstrip("/") not in PATHS:
        return None
    per_page, page = number_of(query, "per_page", PER_PAGE), max(number_of(query, "page", 1), 1)
    if not 1 <= per_page <= MOST:
        raise ValueError("Invalid parameter(s): per_page")
    shown = window.rows[(page - 1) * per_page : page * per_page]
    pages = -(-len(window.rows) // per_page)
    headers = {"X-WP-Total": str(len(window.rows)), "X-WP-TotalPages": str(pages)}
    if page < pages:
        following = f"{window.base_url}{path}?per_page={per_page}&page={page + 1}"
        headers["Link"] = f'<{following}>; rel="next"'
    body = orjson.dumps([_product(row, window) for row in shown])
    return Document(body, JSON, window.changed, len(shown), sum(row.listing.broken is not None for row in shown), headers)
