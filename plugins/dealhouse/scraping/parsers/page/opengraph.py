"""Open Graph's product metas (developers.facebook.com/docs/marketing-api/catalog/reference): og:price:*, product:*."""

from dealhouse.scraping.parsers.page.address import absolute
from dealhouse.scraping.parsers.page.document import Page
from dealhouse.scraping.parsers.page.finding import Finding
from dealhouse.scraping.parsers.page.schema import AVAILABILITY, CONDITIONS, amount, instant, word

_PRICES = ("product:sale_price:amount", "product:price:amount", "og:price:amount", "product:price", "og:price", "twitter:data1")
_CURRENCIES = ("product:sale_price:currency", "product:price:currency", "og:price:currency", "product:currency", "og:currency")


def read(page: Page) -> Finding:
    """What the metas say."""
    currency = page.meta(*_CURRENCIES)
    stated = page.meta(*_PRICES[:-1])
    if stated is None and (page.meta("twitter:label1") or "").lower() == "price":
        stated = page.meta("twitter:data1")
    price, found = amount(stated, currency, page.language)
    regular = amount(page.meta("product:original_price:amount", "og:price:standard_amount"), currency, page.language)[0]
    if regular is None and page.meta("product:sale_price:amount"):
        regular = amount(page.meta("product:price:amount"), currency, page.language)[0]
    fields = {
        "title": page.meta("og:title", "twitter:title"), "description": page.meta("og:description", "description"),
        "image_url": absolute(page.meta("og:image", "og:image:secure_url", "twitter:image"), page.url),
        "url": absolute(page.meta("og:url"), page.url), "brand": page.meta("product:brand", "og:brand"),
        "sku": page.meta("product:retailer_item_id", "product:sku"), "mpn": page.meta("product:mfr_part_no"),
        "gtin": page.meta("product:ean", "product:gtin", "product:upc", "product:isbn"),
        "item_group_id": page.meta("product:retailer_group_id", "product:item_group_id"),
        "availability": AVAILABILITY.get(word(page.meta("product:availability", "og:availability")), "unknown"),
        "condition": CONDITIONS.get(word(page.meta("product:condition"))),
        "reference_price": regular, "reference_kind": "regular" if regular is not None else None,
        "sale_end": instant(page.meta("product:sale_price_dates:end")),
    }
    return Finding("opengraph", fields, price, found)
