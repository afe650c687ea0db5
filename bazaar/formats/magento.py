"""Magento's GraphQL at /graphql, by GET (`query`, `variables`) or POST: products page by page, and the store's currency.

Whatever subset of the fields a query names, the same whole items are answered: more than was asked harms no reader.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from bazaar.formats.document import JSON, Document
from bazaar.rows import Row, Window

PAGE_SIZE, MOST = 20, 300
ARGUMENT = re.compile(r"\b(pageSize|currentPage)\s*:\s*(\$\w+|\d{1,9})")


def _money(cents: int, window: Window) -> dict[str, Any]:
    return {"value": cents / 100, "currency": window.merchant.currency}


def _price(row: Row, window: Window) -> dict[str, Any]:
    final: dict[str, Any] = _money(row.price, window)
    if row.listing.broken in ("zero_price", "missing_price"):
        final["value"] = 0 if row.listing.broken == "zero_price" else None
    regular = _money(row.reference, window) if row.reference and not row.listing.broken else final
    off = (row.reference - row.price) / 100 if row.reference and not row.listing.broken else 0
    percent = round(100 * off / regular["value"], 2) if off else 0
    return {"regular_price": regular, "final_price": final, "discount": {"amount_off": off, "percent_off": percent}}


def _item(row: Row, window: Window) -> dict[str, Any]:
    listing, price = row.listing, _price(row, window)
    image = {"url": f"{window.base_url}{listing.image_path}", "label": listing.title}
    return {
        "__typename": "SimpleProduct",
        "uid": base64.b64encode(listing.native_product_id.encode()).decode(),
        "sku": listing.sku,
        "name": "" if listing.broken == "missing_title" else listing.title,
        "url_key": listing.path.strip("/").removesuffix(".html"), "url_suffix": ".html",
        "canonical_url": listing.path.lstrip("/"),
        "stock_status": "IN_STOCK" if row.in_stock else "OUT_OF_STOCK",
        "image": image, "small_image": image, "thumbnail": image,
        "description": {"html": f"<p>{listing.description}</p>"}, "short_description": {"html": ""},
        "categories": [{"name": listing.category_path.rsplit(" > ", 1)[-1]}],
        "rating_summary": 0, "review_count": 0,
        "price_range": {"minimum_price": price, "maximum_price": price},
    }


@dataclass(frozen=True)
class Asked:
    """What a query asks for: the store, and a page of products (0 = none)."""

    store: bool
    size: int
    page: int

    @property
    def address(self) -> str:
        return f"/graphql?store={self.store}&size={self.size}&page={self.page}"


def asked(query: Mapping[str, str]) -> Asked:
    """Reads `query` and `variables`. Raises ValueError where they are not what they should be."""
    words = query.get("query", "")
    variables = orjson.loads(query.get("variables") or "{}")
    found = dict(ARGUMENT.findall(words))

    def argument(name: str, default: int) -> int:
        text = found.get(name, "")
        return max(int(variables.get(text[1:], default) if text.startswith("$") else text or default), 1)

    page = argument("currentPage", 1) if re.search(r"\bproducts\b", words) else 0
    return Asked("storeConfig" in words, min(argument("pageSize", PAGE_SIZE), MOST), page)


def answer(window: Window, wanted: Asked) -> Document:
    """The answer, with errors in it where a page is past the last."""
    data: dict[str, Any] = {}
    rows: tuple[Row, ...] = ()
    if wanted.store:
        data["storeConfig"] = _store(window)
    if wanted.page:
        pages = max(-(-len(window.rows) // wanted.size), 1)
        if wanted.page > pages:
            return _fault(window, f"currentPage value {wanted.page} specified is greater than the {pages} page(s) available.")
        rows = window.rows[(wanted.page - 1) * wanted.size : wanted.page * wanted.size]
        data["products"] = {
            "total_count": len(window.rows),
            "page_info": {"current_page": wanted.page, "page_size": wanted.size, "total_pages": pages},
            "items": [_item(row, window) for row in rows],
        }
    if not data:
        return _fault(window, "GraphQL Request must include at least one of those two parameters: query or queryId")
    broken = sum(row.listing.broken is not None for row in rows)
    return Document(orjson.dumps({"data": data}), JSON, window.changed, len(rows), broken)


def _store(window: Window) -> dict[str, Any]:
    merchant = window.merchant
    return {
        "store_code": "default", "store_name": merchant.name, "locale": f"{merchant.language}_{merchant.country}",
        "base_currency_code": merchant.currency, "default_display_currency_code": merchant.currency,
        "base_url": f"{merchant.base_url}/", "product_url_suffix": ".html",
    }


def _fault(window: Window, message: str) -> Document:
    body = {"errors": [{"message": message, "extensions": {"category": "graphql-input"}}], "data": {"products": None}}
    return Document(orjson.dumps(body), JSON, window.changed)
