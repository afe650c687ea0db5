"""What an object of a script's state says of a product: its price, whatever the shop calls it, and whether it is there."""

import re
from decimal import Decimal
from typing import Any, NamedTuple

from dealhouse.currencies import MINOR_UNITS
from dealhouse.scraping.money import read_amount, read_money
from dealhouse.scraping.parsers.page.jsonnodes import Node
from dealhouse.scraping.parsers.page.schema import AVAILABILITY, word

DEPTH = 4
PRICES = (
    "salePrice", "sale_price", "specialPrice", "special_price", "finalPrice", "final_price", "currentPrice", "current_price",
    "sellingPrice", "selling_price", "discountedPrice", "discountPrice", "offerPrice", "nowPrice", "priceValue", "price",
    "prices", "pricing", "priceInfo", "priceInCents", "priceCents", "price_cents", "price_in_cents", "minPrice", "priceRange",
    "price_range", "priceRangeV2",
)
_AMOUNTS = (
    "sale", "special", "discounted", "final", "current", "now", "selling", *PRICES, "value", "amount", "centAmount", "cents",
    "valueInCents", "amountInCents", "minVariantPrice", "minimum_price", "min", "gross", "withTax", "regular", "original",
    "list",
)
_REFERENCES = (
    "compare_at_price", "compareAtPrice", "originalPrice", "original_price", "listPrice", "list_price", "wasPrice",
    "oldPrice", "old_price", "regularPrice", "regular_price", "msrp", "rrp", "was", "original", "list", "regular", "old",
    "strikethrough",
)
_CURRENCIES = ("priceCurrency", "currency", "currencyCode", "currency_code", "currencyIso", "currencyISO", "currencyId")
_CODES = frozenset(_CURRENCIES)
_MINOR = re.compile(r"(?<!per)cent(?:s|amount)?(?![a-z])|minor|pence|pennies", re.I)
_STATES = (
    "availability", "stockStatus", "stock_status", "availabilityStatus", "inventoryStatus", "stockLevelStatus", "stock",
    "inventory", "status",
)
_STATE_NAMES = ("status", "state", "stockLevelStatus", "code")
_THERE = (
    "inStock", "in_stock", "isInStock", "is_in_stock", "available", "isAvailable", "availableForSale", "purchasable",
    "isPurchasable", "isBuyable", "buyable", "orderable", "online",
)
_GONE = ("isSoldOut", "soldOut", "sold_out", "is_sold_out", "outOfStock", "isOutOfStock", "out_of_stock", "unavailable")
_COUNTS = (
    "quantity", "qty", "stockQuantity", "stock_quantity", "stock", "stockLevel", "inventory", "inventoryQuantity",
    "availableQuantity", "available_quantity", "quantityAvailable", "totalInventory",
)
_COUNTS_INSIDE = (*_COUNTS, "total", "available", "level")


class Money(NamedTuple):
    """An amount of the major unit, with its currency where that stands beside it."""

    value: Decimal
    currency: str | None = None


def price_of(node: Node) -> Money | None:
    """The first of the object's prices that is one; Shopify's whole numbers (a product of `variants`) are cents."""
    money = _first(node, PRICES, None, 0, is_cents=is_counted_in_cents(node))
    if money is None and is_counted_in_cents(node):
        prices = [price for variant in node["variants"][:200] if isinstance(variant, dict)
                  and (price := _first(variant, PRICES, None, 0, is_cents=True)) is not None]
        money = min(prices, default=None)
    return money


def reference_of(node: Node, price: Money) -> Decimal | None:
    """The former price that stands beside the price, or among its parts."""
    places = [node, *(node[name] for name in PRICES if isinstance(node.get(name), dict))]
    for place in places:
        money = _first(place, _REFERENCES, None, 0, is_cents=is_counted_in_cents(node))
        if money is not None and money.value > price.value:
            return money.value
    return None


def is_counted_in_cents(node: Node) -> bool:
    """Whether it is Shopify's own: variants of whole prices, and a handle or a global id."""
    variants = node.get("variants")
    if not isinstance(variants, list) or not ("handle" in node or "gid" in node):
        return False
    return all(type(variant.get("price")) is int for variant in variants[:5] if isinstance(variant, dict))


def code_of(node: Node) -> str | None:
    """The currency that an object names, by its code or in an object of its own."""
    if _CODES.isdisjoint(node):
        return None
    for key in _CURRENCIES:
        value = node.get(key)
        if isinstance(value, dict):
            value = next((value[name] for name in ("code", "isoCode", "iso", "name") if isinstance(value.get(name), str)), None)
        if isinstance(value, str) and value.strip().upper() in MINOR_UNITS:
            return value.strip().upper()
    return None


def _first(node: Node, names: tuple[str, ...], currency: str | None, depth: int, *, is_cents: bool = False) -> Money | None:
    stated = [name for name in names if name in node]
    currency = (code_of(node) or currency) if stated else currency
    for name in stated:
        found = _money(node[name], name, currency, depth, node, is_cents=is_cents)
        if found is not None and found.value > 0:
            return found
    return None


def _money(value: Any, name: str, currency: str | None, depth: int, node: Node, *, is_cents: bool) -> Money | None:  # noqa: ANN401
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        return _first(value, _AMOUNTS, currency, depth + 1, is_cents=is_cents) if depth < DEPTH else None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    found, stated = read_money(value, currency=currency) if isinstance(value, str) else (read_amount(value), currency)
    if found is None or not found.is_finite():
        return None
    if (is_cents and isinstance(value, int)) or _MINOR.search(name):
        digits = node.get("fractionDigits")
        digits = digits if isinstance(digits, int) and 0 <= digits <= 4 else MINOR_UNITS.get(currency or "", 2)
        found = found.scaleb(-digits) if not is_cents else found / 100
    return Money(found, currency or stated)


def availability_of(node: Node) -> str:
    """"in", "out", "preorder", "backorder" or "unknown": by what is stated, else a flag, else a count."""
    stated = next((AVAILABILITY[state] for key in _STATES if (state := _state(node.get(key))) in AVAILABILITY), None)
    if stated is not None:
        return stated
    inner = [node, *(node[key] for key in ("stock", "inventory", "availability", "stockInfo") if isinstance(node.get(key), dict))]
    for one in inner:
        gone = next((one[key] for key in _GONE if isinstance(one.get(key), bool)), None)
        there = next((one[key] for key in _THERE if isinstance(one.get(key), bool)), None)
        if gone is not None or there is not None:
            return "out" if gone or there is False else "in"
    counts = (_count(one.get(key), key) for one in inner for key in (_COUNTS if one is node else _COUNTS_INSIDE))
    count = next((count for count in counts if count is not None), None)
    return "unknown" if count is None else "in" if count > 0 else "out"


def _state(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, dict):
        value = next((value[key] for key in _STATE_NAMES if isinstance(value.get(key), str)), None)
    return word(value) if isinstance(value, str) else ""


def _count(value: Any, key: str) -> int | None:  # noqa: ANN401
    """How many there are; a `quantity` of one is as likely how many are looked at."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e9:
        return None
    return None if value == 1 and key in ("quantity", "qty") else int(value)
