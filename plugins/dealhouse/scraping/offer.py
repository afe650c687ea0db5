"""The canonical offer: what every parser makes of a merchant's row, or a reject that says why it could not."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from dealhouse.currencies import MINOR_UNITS
from dealhouse.scraping import gtin as gtins
from dealhouse.scraping.money import read_amount, read_money, write_amount

Availability = Literal["in", "out", "preorder", "backorder", "unknown"]

PAYLOAD_LIMIT = 20_000
_TAG = re.compile(r"<[^<>]{0,2000}>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Promotion:
    """What a code brings at checkout, in the merchant's words."""

    code: str
    terms: str | None


@dataclass(frozen=True)
class Context:
    """What is known about a document besides its bytes.

    currency: the shop's own, None when it never said; promotions: those with a code that hold at as_of, by the merchant's id;
    options: the merchant's own in the registry; content_type: the answer's header, which may name a charset.
    """

    merchant_id: str
    source_kind: str
    country: str
    crawl_id: str
    document_url: str
    base_url: str
    as_of: datetime
    currency: str | None = None
    language: str | None = None
    promotions: Mapping[str, Promotion] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is no offer: a reason in snake_case, what was received, and what a person should know."""

    reason: str
    payload: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A listing of one sellable variant. Amounts are in `currency`; None = not stated.

    flags: what a person should know of how it was read, such as `price_disagrees`, sorted and joined by commas.
    """

    merchant_id: str
    source_kind: str
    country: str
    native_product_id: str | None
    native_variant_id: str
    item_group_id: str | None
    url: str
    title: str
    variant_title: str | None
    description: str | None
    image_url: str | None
    brand: str | None
    gtin: str | None
    mpn: str | None
    sku: str | None
    category_path: str | None
    condition: str | None
    price: Decimal
    currency: str
    reference_price: Decimal | None
    reference_kind: str | None
    sale_start: datetime | None
    sale_end: datetime | None
    availability: Availability
    shipping_cost: Decimal | None
    tax_included: bool | None
    coupon_code: str | None
    affiliate_url: str | None
    terms: str | None
    language: str | None
    rating: float | None
    review_count: int | None
    source_updated_at: datetime | None
    extractor: str
    confidence: float
    flags: str | None
    crawl_id: str
    document_url: str
    bad_gtin: bool = False

    def as_record(self) -> dict[str, Any]:
        """The canonical NDJSON object: absent keys are nulls, money as decimal strings, instants as ISO text."""
        record: dict[str, Any] = {}
        for name in _NAMES:
            value = getattr(self, name)
            if value is None:
                continue
            if value.__class__ is Decimal:
                value = write_amount(value, self.currency)
            elif isinstance(value, datetime):
                value = value.isoformat()
            record[name] = value
        return record


_NAMES = tuple(field.name for field in fields(Offer) if field.name != "bad_gtin")


def make_offer(context: Context, found: dict[str, Any], payload: str) -> Offer | Reject:
    """An Offer from what a parser found, or the Reject that the first missing thing asks for.

    found: Offer's fields; `price` and `reference_price` may be text, numbers or Decimal; `currency` None means the context's.
    """
    title = clean(found.get("title"))
    price, currency = _money(found.get("price"), found.get("currency"), context)
    native, url = clean(found.get("native_product_id")), clean(found.get("url"))
    fault = _fault(title, found.get("price"), price, currency, native or url)
    if fault is not None or title is None or price is None or currency is None:
        return reject(fault or "malformed_record", payload, f"price {str(found.get('price'))[:100]!r}, currency {currency!r}")
    return Offer(**{
        **_BLANK, **_of_context(context), **{name: value for name, value in found.items() if name in _BLANK},
        **_cleaned(found), **_reference(found, price, currency, context), **_gtin(found.get("gtin")),
        "title": title, "price": price, "currency": currency, "native_product_id": native, "url": url or "",
    })


def _fault(title: str | None, stated: object, price: Decimal | None, currency: str | None, identity: str | None) -> str | None:
    """The first reason why these make no offer."""
    faults = {
        "missing_title": not title,
        "missing_price": stated is None or stated == "",
        "invalid_price": price is None or price <= 0,
        "missing_currency": currency is None,
        "invalid_currency": currency not in MINOR_UNITS,
        "missing_id": not identity,
    }
    return next((reason for reason, found in faults.items() if found), None)


def reject(reason: str, payload: str, detail: str = "") -> Reject:
    return Reject(reason, payload[:PAYLOAD_LIMIT], detail)


def clean(value: object) -> str | None:
    """Text without control characters, entities and runs of white space; numbers as text; None when nothing is left."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    if not value.isprintable():
        value = _CONTROL.sub("", value)
    if "&" in value:
        value = html.unescape(value)
    if not value.isprintable() or "  " in value:
        value = _SPACE.sub(" ", value)
    return value.strip() or None


def plain_text(markup: object) -> str | None:
    """The words of an HTML fragment."""
    if isinstance(markup, str) and "<" in markup:
        markup = _TAG.sub(" ", markup)
    return clean(markup)


_BLANK: dict[str, Any] = dict.fromkeys(_NAMES) | {"native_variant_id": "", "availability": "unknown", "confidence": 1.0}
_WORDS = ("item_group_id", "variant_title", "image_url", "brand", "mpn", "sku", "category_path", "condition", "coupon_code",
          "affiliate_url", "terms")


def _of_context(context: Context) -> dict[str, Any]:
    return {
        "merchant_id": context.merchant_id, "source_kind": context.source_kind, "extractor": context.source_kind,
        "country": context.country, "language": context.language, "crawl_id": context.crawl_id,
        "document_url": context.document_url,
    }


def _cleaned(found: dict[str, Any]) -> dict[str, Any]:
    texts: dict[str, Any] = {name: clean(found[name]) for name in _WORDS if found.get(name) is not None}
    texts["native_variant_id"] = clean(found.get("native_variant_id")) or ""
    texts["description"] = plain_text(found.get("description"))
    return texts


def _gtin(value: object) -> dict[str, Any]:
    words = clean(value)
    number = gtins.normalise(words)
    return {"gtin": number, "bad_gtin": words is not None and number is None}


def _money(value: object, currency: object, context: Context) -> tuple[Decimal | None, str | None]:
    stated = clean(currency)
    expected = (stated.upper() if stated else None) or context.currency
    if isinstance(value, Decimal):
        return value, expected
    if not isinstance(value, str):
        return read_amount(value), expected
    amount, found = read_money(value, currency=expected, language=context.language)
    return amount, expected if stated else found


def _reference(found: dict[str, Any], price: Decimal, currency: str, context: Context) -> dict[str, Any]:
    """A reference price counts only above the price (in one real shop 36 of 338 compare_at prices were not)."""
    amount, reference_currency = _money(found.get("reference_price"), None, context)
    if amount is None or amount <= price or reference_currency not in (currency, None, context.currency):
        return {"reference_price": None, "reference_kind": None}
    return {"reference_price": amount, "reference_kind": found.get("reference_kind")}
