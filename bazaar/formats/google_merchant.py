"""A Google Merchant feed, RSS 2.0 with g: fields and the flaws that real feeds have; beside it the feed of its promotions."""

from xml.sax.saxutils import escape

from bazaar import clock
from bazaar.formats.document import XML, Document
from bazaar.rng import number
from bazaar.rows import Row, Window, money, sale_dates

PROMOTION_DAYS = 30
NAMESPACE = ' xmlns:g="http://base.google.com/ns/1.0"'
BROKEN_PRICE = {
    "missing_price": "",
    "zero_price": "<g:price>0.00 EUR</g:price>",
    "text_price": "<g:price>auf Anfrage</g:price>",
    "missing_currency": "<g:price>49.90</g:price>",
    "ill_formed": "<g:price>&nbsp; EUR</g:prce>",
}


def _price(cents: int, window: Window) -> str:
    """`12.99 EUR`; some feeds have two spaces."""
    gap = "  " if window.merchant.number % 5 == 4 else " "
    return f"{money(cents)}{gap}{window.merchant.currency}"


def _prices(row: Row, window: Window) -> str:
    if row.listing.broken in BROKEN_PRICE:
        return BROKEN_PRICE[row.listing.broken]
    if not row.reference:
        return f"<g:price>{_price(row.price, window)}</g:price>"
    text = f"<g:price>{_price(row.reference, window)}</g:price><g:sale_price>{_price(row.price, window)}</g:sale_price>"
    dates = sale_dates(row) if window.merchant.number % 2 else None
    return f"{text}<g:sale_price_effective_date>{dates[0]}/{dates[1]}</g:sale_price_effective_date>" if dates else text


def promotion(window: Window) -> tuple[str | None, int]:
    """(code, first day) of this month's promotion at the merchant; two months in five have one."""
    month = window.day // PROMOTION_DAYS
    drawn = number(0, window.merchant.merchant_id, "promotion", month)
    return f"CODE{drawn % 9000 + 1000}" if drawn % 5 < 2 else None, month * PROMOTION_DAYS


def _promotion(row: Row, code: str | None) -> str:
    """Items name a promotion by its id; which code that is at checkout stands in the promotions' own feed."""
    joins = code is not None and number(0, row.listing.native_product_id, code) % 10 == 0
    return _tag("g:promotion_id", _promotion_id(code)) if joins else ""


def _promotion_id(code: str | None) -> str:
    return f"promotion-{(code or '').removeprefix('CODE')}"


def _availability(row: Row, window: Window) -> str:
    text = "in_stock" if row.in_stock else "out_of_stock"
    return text.replace("_", " ") if window.merchant.number % 4 else text


def _tag(name: str, value: str | None) -> str:
    return f"<{name}>{escape(value)}</{name}>" if value else ""


def _item(row: Row, window: Window, code: str | None) -> str:
    listing = row.listing
    return "".join(
        (
            "<item>",
            _tag("g:id", listing.native_product_id),
            "" if listing.broken == "missing_title" else _tag("title", listing.title),
            _tag("description", listing.description),
            _tag("link", f"{window.base_url}{listing.path}"),
            _tag("g:image_link", f"{window.base_url}{listing.image_path}"),
            _prices(row, window),
            _tag("g:availability", _availability(row, window)),
            "<g:condition>new</g:condition>",
            _tag("g:brand", listing.brand),
            _tag("g:gtin", listing.gtin),
            _tag("g:mpn", listing.mpn),
            _tag("g:item_group_id", listing.item_group_id),
            _tag("g:product_type", listing.category_path),
            _promotion(row, code),
            "<g:shipping_label>Bed & Bath</g:shipping_label>" if window.merchant.feed_flaw == "raw_ampersand" else "",
            "</item>\n",
        )
    )


def feed(window: Window) -> Document:
    """The whole feed. Not well-formed where the merchant's flaw or an ill-formed item says so; some begin with a BOM."""
    merchant = window.merchant
    namespace = "" if merchant.feed_flaw == "undeclared_prefix" else NAMESPACE
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"{namespace}><channel>'
        f"<title>{escape(merchant.name)}</title><link>{merchant.base_url}</link><description>{escape(merchant.name)}</description>\n"
    )
    code, since = promotion(window)
    text = head + "".join(_item(row, window, code) for row in window.rows) + "</channel></rss>\n"
    body = text.encode("utf-8-sig" if merchant.number % 7 == 6 else "utf-8")
    return Document(body, XML, max(window.changed, since), len(window.rows), window.broken)


def promotions(window: Window) -> Document:
    """The promotions' feed: this month's promotion with its code, or none."""
    code, since = promotion(window)
    first, last = (f"{clock.instant(day):%Y-%m-%dT%H:%M%z}" for day in (since, since + PROMOTION_DAYS))
    fields = (
        ("promotion_id", _promotion_id(code)), ("product_applicability", "SPECIFIC_PRODUCTS"), ("offer_type", "GENERIC_CODE"),
        ("generic_redemption_code", code), ("long_title", "5 % off with the code, once for each customer"), ("percent_off", "5"),
        ("promotion_effective_dates", f"{first}/{last}"), ("redemption_channel", "ONLINE"),
    )
    item = "<item>" + "".join(_tag(f"g:{name}", value) for name, value in fields) + "</item>" if code else ""
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"{NAMESPACE}><channel>{item}</channel></rss>\n'
    return Document(text.encode(), XML, since)
