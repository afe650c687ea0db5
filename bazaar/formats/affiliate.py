"""Affiliate files, as networks write them: Awin's CSV, Impact's, CJ's with Google's words in capitals, Rakuten's pipes.

Awin and Rakuten files come compressed; Rakuten's begins with a HDR row and ends with a TRL row that counts the rest.
"""

import csv
import gzip
import io
from collections.abc import Callable, Mapping
from typing import Any

from bazaar import clock
from bazaar.formats.document import Document
from bazaar.rows import Row, Window, money, sale_dates

CSV, GZIP = "text/csv; charset=utf-8", "application/gzip"
BROKEN_PRICE = {"zero_price": "0.00", "text_price": "POA", "missing_price": ""}
RAKUTEN_COLUMNS = 38


def _title(row: Row) -> str:
    return "" if row.listing.broken == "missing_title" else row.listing.title


def _amount(row: Row) -> str:
    return BROKEN_PRICE.get(row.listing.broken or "", money(row.price))


def _reference(row: Row) -> str:
    return money(row.reference) if row.reference and not row.listing.broken else ""


def _currency(row: Row, window: Window) -> str:
    return "" if row.listing.broken == "missing_currency" else window.merchant.currency


def _awin(row: Row, window: Window) -> dict[str, str]:
    listing, merchant = row.listing, window.merchant
    return {
        "aw_deep_link": f"https://www.awin1.com/pclick.php?p={merchant.number}{listing.number}&a=1&m={merchant.number}",
        "product_name": _title(row),
        "aw_product_id": f"{merchant.number}{listing.number}",
        "merchant_product_id": listing.native_product_id,
        "merchant_image_url": f"{window.base_url}{listing.image_path}",
        "description": listing.description,
        "merchant_category": listing.category_path,
        "search_price": _amount(row),
        "merchant_name": merchant.name,
        "merchant_id": str(merchant.number),
        "currency": _currency(row, window),
        "delivery_cost": "",
        "merchant_deep_link": f"{window.base_url}{listing.path}",
        "last_updated": "",
        "brand_name": listing.brand or "",
        "in_stock": "1" if row.in_stock else "0",
        "ean": listing.gtin or "",
        "mpn": listing.mpn or "",
        "product_price_old": _reference(row),
    }


def _impact(row: Row, window: Window) -> dict[str, str]:
    listing = row.listing
    return {
        "CatalogItemId": listing.native_product_id,
        "Name": _title(row),
        "Description": listing.description,
        "Manufacturer": listing.brand or "",
        "Mpn": listing.mpn or "",
        "Url": f"{window.base_url}{listing.path}",
        "ImageUrl": f"{window.base_url}{listing.image_path}",
        "CurrentPrice": _amount(row),
        "OriginalPrice": _reference(row) or _amount(row),
        "Currency": _currency(row, window),
        "StockAvailability": "InStock" if row.in_stock else "OutOfStock",
        "Gtin": listing.gtin or "",
        "Category": listing.category_path,
        "Condition": "New",
    }


def _cj(row: Row, window: Window) -> dict[str, str]:
    listing, currency, dates = row.listing, _currency(row, window), sale_dates(row)
    reference = _reference(row)
    price = f"{_amount(row)} {currency}".strip() if _amount(row) else ""
    return {
        "PROGRAM_NAME": window.merchant.name,
        "ID": listing.native_product_id,
        "TITLE": _title(row),
        "DESCRIPTION": listing.description,
        "LINK": f"{window.base_url}{listing.path}",
        "IMAGE_LINK": f"{window.base_url}{listing.image_path}",
        "AVAILABILITY": "in stock" if row.in_stock else "out of stock",
        "PRICE": f"{reference} {currency}" if reference else price,
        "SALE_PRICE": price if reference else "",
        "SALE_PRICE_EFFECTIVE_DATE": f"{dates[0]}/{dates[1]}" if reference and dates else "",
        "CONDITION": "new",
        "BRAND": listing.brand or "",
        "GTIN": listing.gtin or "",
        "MPN": listing.mpn or "",
        "ITEM_GROUP_ID": listing.item_group_id or "",
        "PRODUCT_TYPE": listing.category_path,
    }


def _rakuten(row: Row, window: Window) -> list[str]:
    """The network's 38 columns, which have no names in the file."""
    listing, reference = row.listing, _reference(row)
    primary, _, secondary = listing.category_path.partition(" > ")
    url, dates = f"{window.base_url}{listing.path}", sale_dates(row) if reference else None
    cells = [
        f"{window.merchant.number}{listing.number}", _title(row), listing.native_product_id, primary,
        secondary.replace(" > ", "~~"), url, f"{window.base_url}{listing.image_path}", "", listing.description, "", "", "",
        _amount(row) if reference else "", reference or _amount(row), dates[0] if dates else "", dates[1] if dates else "",
        listing.brand or "", "", "", listing.mpn or "", listing.brand or "", "", "in-stock" if row.in_stock else "out-of-stock",
        listing.gtin or "", "60", _currency(row, window), "", "",
    ]  # fmt: skip
    return [cell.replace("|", "/") for cell in cells] + [""] * (RAKUTEN_COLUMNS - len(cells))


def _table(window: Window, record: Callable[[Row, Window], dict[str, str]]) -> bytes:
    text = io.StringIO()
    lines = [record(row, window) for row in window.rows]
    writer: Any = csv.DictWriter(text, fieldnames=list(lines[0]) if lines else ["empty"], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()


def _pipes(window: Window) -> bytes:
    head = f"HDR|{window.merchant.number}|{window.merchant.name}|{clock.instant(window.day):%Y-%m-%d/%H:%M:%S}"
    rows = ["|".join(_rakuten(row, window)) for row in window.rows]
    return "\n".join([head, *rows, f"TRL|{len(rows)}", ""]).encode()


FILES: dict[str, tuple[str, Callable[[Window], bytes], bool]] = {
    "awin": ("/datafeed.csv.gz", lambda window: _table(window, _awin), True),
    "impact": ("/catalog.csv", lambda window: _table(window, _impact), False),
    "cj": ("/products.csv", lambda window: _table(window, _cj), False),
    "rakuten": ("/catalog.txt.gz", _pipes, True),
}


def answer(window: Window, path: str, _: Mapping[str, str]) -> Document | None:
    """The merchant's one file."""
    place, write, is_packed = FILES[window.merchant.platform]
    if path != place:
        return None
    body = write(window)
    packed = gzip.compress(body, compresslevel=1, mtime=0) if is_packed else body
    return Document(packed, GZIP if is_packed else CSV, window.changed, len(window.rows), window.broken)
