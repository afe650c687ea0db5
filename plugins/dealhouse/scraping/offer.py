"""The canonical offer: what every parser makes of a merchant's row, or a reject that says why it could not."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, make_dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Any, Literal, get_args

from dealhouse.currencies import MINOR_UNITS
from dealhouse.scraping import gtin as gtins
from dealhouse.scraping.cleaned import CLEANED, ID_LIMIT
from dealhouse.scraping.money import read_amount, write_amount
from dealhouse.scraping.stated import read_stated
from dealhouse.scraping.words import clean, plain_text, web_address

__all__ = [
    "Availability", "Context", "Offer", "Promotion", "Reject", "clean", "make_offer", "plain_text", "reject", "unparseable",
]

Availability = Literal["in", "out", "preorder", "backorder", "unknown"]

PAYLOAD_LIMIT = 20_000
SHOWN = 2_000  # bytes of a document that makes no rows
TITLE_LIMIT = 1000  # characters
PRICE_LIMIT = Decimal(10) ** 9  # from here on loading knows no amount either


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

    @cached_property
    def identity(self) -> dict[str, Any]:
        """What an offer has of its crawl, whatever its row says: a feed may not speak for another merchant."""
        return {
            "merchant_id": self.merchant_id, "source_kind": self.source_kind, "crawl_id": self.crawl_id,
            "document_url": self.document_url,
        }

    @cached_property
    def blank(self) -> dict[str, Any]:
        """Every field of an offer of which nothing is known yet."""
        known = {"extractor": self.source_kind, "country": self.country, "language": self.language}
        return {**_BLANK, **known, **self.identity}


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is no offer: a reason in snake_case, what was received, and what a person should know.

    known: what the row tells although it names no price, or no currency: the canonical record without it.
    """

    reason: str
    payload: str
    detail: str = ""
    known: Mapping[str, Any] | None = None

    def of(self, payload: str) -> "Reject":
        """The same refusal with the whole row as what was received."""
        return Reject(self.reason, payload[:PAYLOAD_LIMIT], self.detail, self.known)


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
        record = {name: value for name, value in zip(_NAMES, _values(self)) if value is not None}  # noqa: B905 (as many)
        for name in _AMOUNTS:
            if name in record:
                record[name] = write_amount(record[name], self.currency)
        for name in _INSTANTS:
            if name in record:
                record[name] = record[name].isoformat()
        return record


_FIELDS = tuple(field.name for field in fields(Offer))
_NAMES = tuple(name for name in _FIELDS if name != "bad_gtin")
_BLANK: dict[str, Any] = dict.fromkeys(_FIELDS) | {"native_variant_id": "", "availability": "unknown", "confidence": 1.0}
_AMOUNTS = ("price", "reference_price", "shipping_cost")
_INSTANTS = ("sale_start", "sale_end", "source_updated_at")
_values = attrgetter(*_NAMES)
_in_order = itemgetter(*_FIELDS)
_Draft: Any = make_dataclass("_Draft", _FIELDS, slots=True)
_AVAILABILITIES = frozenset(get_args(Availability))
_ADDRESSES = ("image_url", "affiliate_url")


def make_offer(context: Context, found: dict[str, Any], payload: str) -> Offer | Reject:
    """An Offer from what a parser found, or the Reject that the first missing thing asks for.

    found: Offer's fields; `price` and `reference_price` may be text, numbers or Decimal; `currency` None means the context's;
    `flags` may be the words. An address may be relative to the shop's.
    """
    title = plain_text(found.get("title"))
    price, currency = _money(found.get("price"), found.get("currency"), context)
    native = clean(found.get("native_product_id"))
    url = web_address(found.get("url"), context.base_url)
    fault = _price_fault(found.get("price"), price, currency) if title else "missing_title"
    fault = fault or _fault(title or "", native, url, found.get("url"))
    if fault is not None or price is None or currency is None:
        refused = reject(fault or "malformed_record", payload, f"price {str(found.get('price'))[:100]!r}, currency {currency!r}")
        return refused if fault != "missing_currency" else replace(refused, known=_without_currency(context, found))
    values = context.blank | found
    _clean_words(values, found, context)
    if values["reference_price"] is not None or values["reference_kind"] is not None:
        values.update(_reference(found, price, currency, context))
    if found.get("gtin") is not None:
        values.update(_gtin(found["gtin"]))
    values.update(context.identity)
    values.update(title=title, price=price, currency=currency, native_product_id=native, url=url or "")
    values["bad_gtin"] = bool(values["bad_gtin"])
    return _offer(values)


def _without_currency(context: Context, found: dict[str, Any]) -> dict[str, Any] | None:
    """The record of an offer whose currency stands elsewhere (a Shopify listing's in /meta.json)."""
    made = make_offer(context, found | {"currency": "EUR"}, "")  # any of two decimals stands in; it is not told
    return {name: value for name, value in made.as_record().items() if name != "currency"} if isinstance(made, Offer) else None


def _offer(values: dict[str, Any]) -> Offer:
    """Offer(**values), at a fifth of the cost: a frozen class's own __init__ looks every slot up by name."""
    offer = _Draft(*_in_order(values))
    offer.__class__ = Offer
    return offer  # type: ignore[no-any-return]


def _price_fault(stated: object, price: Decimal | None, currency: str | None) -> str | None:
    if stated is None or stated == "":
        return "missing_price"
    if price is None or not 0 < price < PRICE_LIMIT:
        return "invalid_price"
    if currency is None:
        return "missing_currency"
    return None if currency in MINOR_UNITS else "invalid_currency"


def _fault(title: str, native: str | None, url: str | None, stated_url: object) -> str | None:
    if len(title) > TITLE_LIMIT:
        return "overlong_title"
    if url is None and clean(stated_url):
        return "invalid_url"
    if not native:
        return None if url else "missing_id"
    return "overlong_native_product_id" if len(native) > ID_LIMIT else None


def reject(reason: str, payload: str, detail: str = "") -> Reject:
    return Reject(reason, payload[:PAYLOAD_LIMIT], detail)


def unparseable(document: bytes, why: object) -> Reject:
    """A document that is none of its format, shown by its beginning."""
    return reject("unparseable_document", document[:SHOWN].decode("utf-8", "backslashreplace"), str(why))


def _clean_words(values: dict[str, Any], found: dict[str, Any], context: Context) -> None:
    for name in CLEANED.keys() & found.keys():
        value = found[name]
        if value is not None:
            values[name] = CLEANED[name](value)
    values["native_variant_id"] = values["native_variant_id"] or ""
    for name in _ADDRESSES:
        if values[name] is not None:
            values[name] = web_address(values[name], context.base_url)
    if values["availability"] not in _AVAILABILITIES:
        values["availability"] = "unknown"


def _gtin(value: object) -> dict[str, Any]:
    words = clean(value)
    number = gtins.normalise(words)
    return {"gtin": number, "bad_gtin": words is not None and number is None}


def _money(value: object, currency: object, context: Context) -> tuple[Decimal | None, str | None]:
    stated = currency if currency is None or currency in MINOR_UNITS else (clean(currency) or "").upper() or None
    expected = str(stated) if stated else context.currency
    if isinstance(value, Decimal):
        return (value if value.is_finite() else None), expected
    if not isinstance(value, str):
        return read_amount(value), expected
    amount, found = read_stated(value, currency=expected, language=context.language, country=context.country)
    return amount, expected if stated else found


def _reference(found: dict[str, Any], price: Decimal, currency: str, context: Context) -> dict[str, Any]:
    """A reference price counts only above the price (in one real shop 36 of 338 compare_at prices were not)."""
    amount, reference_currency = _money(found.get("reference_price"), None, context)
    if amount is None or not price < amount < PRICE_LIMIT or reference_currency not in (currency, None, context.currency):
        return {"reference_price": None, "reference_kind": None}
    return {"reference_price": amount, "reference_kind": found.get("reference_kind")}
