"""What a careful reader of a merchant's documents would write down: the canonical offer record (absent = left out)."""

import uuid
from typing import Any

from bazaar import clock
from bazaar.formats.shopify import MOST
from bazaar.merchants import Merchant
from bazaar.offers import Listing
from bazaar.rows import Row, money, sale_dates

OFFERS = uuid.uuid5(uuid.NAMESPACE_URL, "https://dealhouse/offer")
REFERENCE_KIND = {"shopify": "compare_at", "google_merchant": "regular", "jsonld": "strikethrough"}
SOURCE_KIND = {"jsonld": "html"}
CONDITION = {"shopify": None, "google_merchant": "new", "jsonld": "new"}


def offer_id(merchant: Merchant, listing: Listing) -> str:
    """uuid5 of `merchant|country|native product|native variant`."""
    name = f"{merchant.merchant_id}|{merchant.country}|{listing.native_product_id}|{listing.native_variant_id}"
    return str(uuid.uuid5(OFFERS, name))


def document_url(merchant: Merchant, listing: Listing, product_place: int) -> str:
    """Where the row stands: `product_place` is the place of its product in the merchant's order."""
    if merchant.platform == "google_merchant":
        return f"{merchant.base_url}/feed.xml"
    if merchant.platform == "jsonld":
        return f"{merchant.base_url}{listing.path}"
    return f"{merchant.base_url}/products.json?limit={MOST}&page={product_place // MOST + 1}"


def lasting(merchant: Merchant, listing: Listing, product_place: int) -> dict[str, Any]:
    """The fields of a listing that never change."""
    record = {
        "merchant_id": merchant.merchant_id,
        "source_kind": SOURCE_KIND.get(merchant.platform, merchant.platform),
        "country": merchant.country,
        "native_product_id": listing.native_product_id,
        "native_variant_id": listing.native_variant_id,
        "item_group_id": listing.item_group_id,
        "url": f"{merchant.base_url}{listing.path}",
        "title": listing.title,
        "variant_title": listing.variant_title,
        "description": listing.description,
        "image_url": f"{merchant.base_url}{listing.image_path}",
        "brand": listing.brand,
        "gtin": listing.valid_gtin,
        "mpn": listing.mpn,
        "sku": listing.sku,
        "category_path": listing.category_path,
        "condition": CONDITION[merchant.platform],
        "currency": merchant.currency,
        "language": merchant.language,
        "extractor": merchant.platform,
        "confidence": 1.0,
        "document_url": document_url(merchant, listing, product_place),
    }
    return {name: value for name, value in record.items() if value is not None}


def passing(merchant: Merchant, row: Row, day: int, *, listed: bool) -> dict[str, Any]:
    """The fields that belong to one observation on that day."""
    record: dict[str, Any] = {
        "price": money(row.price),
        "availability": "in" if row.in_stock else "out",
        "presence": "listed" if listed else "gone",
        "crawl_id": crawl_id(merchant, day),
        "observed_at": clock.iso(day),
        "loaded_at": clock.iso(day),
    }
    if row.reference:
        record |= {"reference_price": money(row.reference), "reference_kind": REFERENCE_KIND[merchant.platform]}
        dates = sale_dates(row) if merchant.platform == "google_merchant" and merchant.number % 2 else None
        if dates:
            record |= {"sale_start": dates[0], "sale_end": dates[1]}
    if merchant.platform == "shopify":
        record["source_updated_at"] = clock.iso(row.changed)
    return record


def crawl_id(merchant: Merchant, day: int) -> str:
    return f"{merchant.merchant_id}:{clock.key(day)}"
