"""An offer of a feed's item, whatever the feed: every feed parser gives its fields the names that stand here.

The names are Google's (support.google.com/merchants/answer/7052112) and, for what Google does not know: `currency`,
`old_price`, `rrp`, `in_stock`, `quantity`, `sellable`, `preorder`, `shipping_cost`, `affiliate_link`, `code`, `terms`, `sku`,
`rating`, `review_count`, `updated`. Instalments, unit, subscription,
member and cost prices have no name here: they never are the price.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_plus

from dealhouse.scraping import gtin as gtins
from dealhouse.scraping.money import read_money
from dealhouse.scraping.offer import Context, Offer, Reject, make_offer, reject
from dealhouse.scraping.stated import FROM, read_column

Item = Mapping[str, str]
Period = tuple[datetime | None, datetime | None]

GOOGLES = frozenset(("google_merchant", "cj"))  # formats that hold Google's rules for prices (…/merchants/answer/6324371):
UNTAXED = frozenset(("US", "CA"))  # without tax here, with it elsewhere
AVAILABILITY = {
    "in": "in stock|in|instock|available|yes|y|true|limited availability|limited stock|low stock|limited|online only|onlineonly|"
          "in store only|instoreonly|auf lager|lieferbar|sofort lieferbar|verfügbar|en stock|disponible|disponibile|disponível|"
          "op voorraad|i lager|på lager|skladem|dostępny|stokta|na stanie|skladom|varastossa",
    "out": "out of stock|out|outofstock|sold out|soldout|unavailable|not available|not in stock|no|n|false|discontinued|"
           "nicht auf lager|nicht lieferbar|ausverkauft|rupture de stock|épuisé|agotado|esaurito|non disponibile|uitverkocht|"
           "niet op voorraad|slut i lager|udsolgt|utsolgt|niedostępny|vyprodáno|tükendi|esgotado",
    "preorder": "preorder|pre order|presale|pre sale|coming soon|vorbestellbar|précommande",
    "backorder": "backorder|back order|backordered|back ordered|available for order|on order|special order|made to order",
}
_WORDS = {word: meant for meant, words in AVAILABILITY.items() for word in words.split("|")}
_OFFSET = re.compile(r"([+-][0-9]{2})([0-9]{2})\Z")
_SHIPPINGS = re.compile(r",(?=\s*(?:[A-Za-z]{2})?:)")
_ADDRESS = re.compile(r"https?://")
_REFERENCES = (("old_price", "regular"), ("rrp", "rrp"), ("maximum_retail_price", "rrp"))
_SAME = {name: name for name in ("item_group_id", "description", "brand", "mpn", "sku")} | {
    "id": "native_product_id", "affiliate_link": "affiliate_url", "image_link": "image_url",
}
_VARIANT = ("color", "size", "material", "pattern")
NOTHING: Period = (None, None)


def offers(
    items: Callable[[], Iterable[tuple[Item | Reject, str]]], ids: Iterable[str], context: Context
) -> Iterator[Offer | Reject]:
    """Offers of items, each with what was received of it. Of items with one id the last counts, the earlier are rejects."""
    last = doubled(ids)
    for place, (item, payload) in enumerate(items()):
        if isinstance(item, Reject):
            yield item
        elif last and place < last.get(item.get("id", ""), -1):
            yield reject("duplicate_id", payload)
        else:
            yield offer(item, context, payload)


def doubled(ids: Iterable[str]) -> dict[str, int]:
    """The last place of each id that stands at more than one."""
    seen: set[str] = set()
    last: dict[str, int] = {}
    for place, number in enumerate(ids):
        if number in seen:
            last[number] = place
        elif number:
            seen.add(number)
    return last


def offer(item: Item, context: Context, payload: str) -> Offer | Reject:
    """The item's offer at the context's as_of, or why it is none; `expired` when the merchant has taken it back."""
    get = item.get
    ends = _instant(get("expiration_date") or "")
    if ends is not None and ends <= context.as_of:
        return reject("expired", payload, f"{ends.isoformat()}")
    price, currency, found = _prices(item, context)
    codes = get("promotion_id")
    promotion = next((context.promotions[code] for code in _listed(codes) if code in context.promotions), None) if codes else None
    tracked = get("affiliate_link")
    found |= {_SAME[name]: text for name, text in item.items() if name in _SAME}
    found |= {
        "title": get("title") or get("structured_title"), "url": get("link") or (tracked and destination(tracked)),
        "gtin": _gtin(get("gtin")),
        "category_path": (get("product_type") or get("google_product_category") or "").replace("~~", " > "),
        "condition": (get("condition") or "").lower() or None,
        "price": price, "currency": currency, "availability": _availability(item), "variant_title": _variant(item),
        "tax_included": context.country not in UNTAXED if context.source_kind in GOOGLES else None,
        "shipping_cost": _shipping(item, currency or context.currency, context),
        "coupon_code": promotion.code if promotion else get("code"),
        "terms": (promotion and promotion.terms) or get("terms"),
    }
    if updated := get("updated"):
        found["source_updated_at"] = _instant(updated)
    if "rating" in item:
        found |= _rating(item)
    return make_offer(context, found, payload)


def _prices(item: Item, context: Context) -> tuple[Decimal | str | None, str | None, dict[str, Any]]:
    """(price, currency, reference and sale period): the sale price is the price while it is effective and below the price.

    Of a sale to come the period is told: then the same feed gives another offer. A price that says it is the lowest is flagged.
    """
    get = item.get
    regular, sale = get("price"), get("sale_price")
    stated = get("currency")
    full, currency, is_lowest = _money(regular, stated, context)
    flags = FROM if is_lowest else {}
    if sale:
        start, end, effective = _sale(get("sale_price_effective_date"), context.as_of)
        amount, sale_currency, is_lowest = _money(sale, stated, context)
        lower = full is None or full <= 0 or sale_currency != currency or (amount is not None and amount < full)
        if effective and amount is not None and amount > 0 and lower:
            above = full if sale_currency == currency else None
            return amount, sale_currency, {
                "reference_price": above, "reference_kind": "regular", "sale_start": start, "sale_end": end,
                **(FROM if is_lowest else {}),
            }
        if start is not None and start > context.as_of:
            return (full if full is not None else regular), currency, {"sale_start": start, "sale_end": end, **flags}
    return full if full is not None else regular, currency, {**flags, **_reference(item, full, currency, context)}


def _reference(item: Item, full: Decimal | None, currency: str | None, context: Context) -> dict[str, Any]:
    """What the item cost, or should cost, above its price."""
    for name, kind in _REFERENCES:
        if full is not None and (text := item.get(name)):
            amount, other, _ = _money(text, item.get("currency"), context)
            if amount is not None and amount > full and other == currency:
                return {"reference_price": amount, "reference_kind": kind}
    return {}


def _money(text: str | None, currency: str | None, context: Context) -> tuple[Decimal | None, str | None, bool]:
    """(amount, currency, whether it is the lowest of several); the currency is the one that the item names beside it."""
    if not text:
        return None, currency, False
    (amount, found), is_lowest = read_column(text, currency, context.currency, context.language, context.country)
    return amount, currency or found, is_lowest


def _sale(text: str | None, as_of: datetime) -> tuple[datetime | None, datetime | None, bool]:
    """(start, end, whether `as_of` is between them): `2011-03-01T13:00-0800/2011-03-11T15:30-0800`.

    Without an offset it is not known to the hour when a sale is: it is judged by UTC and no instant is told. What is no date
    bounds nothing.
    """
    if not text:
        return None, None, True
    start, end = period(text)
    judged = [moment and moment.replace(tzinfo=moment.tzinfo or UTC) for moment in (start, end)]
    effective = (judged[0] is None or judged[0] <= as_of) and (judged[1] is None or as_of < judged[1])
    return start if start and start.tzinfo else None, end if end and end.tzinfo else None, effective


def period(text: str) -> Period:
    """(start, end) of an ISO interval; an instant is without zone where it names none, None where it is no date."""
    start, _, end = text.partition("/")
    return _moment(start), _moment(end)


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(_OFFSET.sub(r"\1:\2", text.strip()))
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    """An instant that says when it is; None for other words and for one without an offset."""
    moment = _moment(text) if text else None
    return moment if moment is not None and moment.tzinfo is not None else None


def _availability(item: Item) -> str:
    """What the item says first: not for sale, on pre-order, its words, its number in stock."""
    get = item.get
    if "sellable" in item and availability(get("sellable")) == "out":
        return "out"
    if "preorder" in item and availability(get("preorder")) == "in":
        return "preorder"
    for name in ("availability", "in_stock", "quantity"):
        if name in item and (found := availability(get(name))) != "unknown":
            return found
    return "unknown"


def _rating(item: Item) -> dict[str, Any]:
    try:
        rating, count = float(item["rating"]), int(item.get("review_count") or 0)
    except ValueError:
        return {}
    return {"rating": rating, "review_count": count or None} if 0 < rating <= 5 and count >= 0 else {}


@lru_cache(maxsize=4096)
def availability(words: object) -> str:
    """`In stock`, `out_of_stock`, `https://schema.org/PreOrder`, `1`, `0`: a number is how many there are."""
    if not isinstance(words, str):
        return "unknown"
    word = words.strip().lower().rpartition("schema.org/")[2]
    try:
        return "in" if float(word) > 0 else "out"
    except ValueError:
        return _WORDS.get(re.sub(r"[\s_-]+", " ", word), "unknown")


def _gtin(text: str | None) -> str | None:
    """The first of several that is a GTIN, else the first."""
    if not text or "," not in text:
        return text
    numbers = [number for number in _listed(text) if number]
    return next((number for number in numbers if gtins.normalise(number)), numbers[0] if numbers else None)


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def _variant(item: Item) -> str | None:
    """`Blue / M`: what tells the variants of a group apart."""
    if not any(name in item for name in _VARIANT):
        return None
    return " / ".join(text for name in _VARIANT if (text := item.get(name))) or None


def _shipping(item: Item, currency: str | None, context: Context) -> Decimal | None:
    """The lowest cost to the merchant's own country, in the price's currency; None when it is not told."""
    own, stated = item.get("shipping_cost"), item.get("shipping")
    if currency is None or not (own or stated):
        return None
    return _cost(f":::{own}" if own else stated or "", currency, context.country, context.currency, context.language)


@lru_cache(maxsize=4096)
def _cost(stated: str, currency: str, country: str, expected: str | None, language: str | None) -> Decimal | None:
    """Of `DE::Standard:4.95 EUR,AT:::9.95 EUR`, or of one cost."""
    costs = []
    for entry in _SHIPPINGS.split(stated if ":" in stated else f":::{stated}"):
        where, *rest = entry.split(":")
        text = next((part for part in rest if any(map(str.isdigit, part))), "")
        amount, found = read_money(text, currency=expected or currency, language=language) if text else (None, None)
        if where.strip().upper() in ("", country) and amount is not None and amount >= 0 and found == currency:
            costs.append(amount)
    return min(costs, default=None)


def destination(link: str) -> str:
    """Where a network's link leads: the first address among its parameters (`ued`, `murl`, `url`, `u` ...) or in its path."""
    path, _, query = link.partition("#")[0].partition("?")
    if found := _ADDRESS.search(path, 8):
        return link[found.start() :]
    for value in (pair.partition("=")[2] for pair in query.split("&")):
        if value[:4] == "http" or value[:1] == "%":
            address = unquote_plus(value)
            if _ADDRESS.match(address):
                return address
    return link
