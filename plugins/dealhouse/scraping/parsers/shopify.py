"""Shopify's public listing `/products.json`: an offer per variant. Prices are strings in the shop's currency (/meta.json).

compare_at_price is a reference price only above the price; there is no barcode; `available: false` may hide a backorder.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from dealhouse.scraping.offer import Context, Offer, Reject, clean, make_offer, plain_text, reject

PAGE_LIMIT = 250
REACH = 25_000  # page * limit beyond this is answered 400
NO_OPTIONS = "Default Title"


def page_url(base_url: str, page: int) -> str:
    return f"{base_url.rstrip('/')}/products.json?limit={PAGE_LIMIT}&page={page}"


def currency_of(meta: bytes) -> str | None:
    """The currency that /meta.json names."""
    try:
        shop = orjson.loads(meta)
    except orjson.JSONDecodeError:
        return None
    return clean(shop.get("currency")) if isinstance(shop, dict) else None


def extract(document: bytes, context: Context) -> Iterator[Offer | Reject]:
    """Offers of a page; nothing for a page past the end."""
    try:
        page = orjson.loads(document)
    except orjson.JSONDecodeError as error:
        yield reject("unparseable_document", document.decode("utf-8", "backslashreplace"), str(error))
        return
    products = page.get("products") if isinstance(page, dict) else None
    if not isinstance(products, list):
        yield reject("unparseable_document", document.decode("utf-8", "backslashreplace"), "no list of products")
        return
    for product in products:
        yield from _variants(product, context)


def _variants(product: Any, context: Context) -> Iterator[Offer | Reject]:  # noqa: ANN401
    if not isinstance(product, dict):
        yield reject("malformed_record", _payload(product))
        return
    variants = product.get("variants")
    if not isinstance(variants, list) or not variants:
        yield reject("missing_variants", _payload(product))
        return
    shared = _shared(product, context)
    for variant in variants:
        if isinstance(variant, dict):
            yield _offer(product, variant, shared, context)
        else:
            yield reject("malformed_record", _payload({"product": product.get("id"), "variant": variant}))


def _shared(product: dict[str, Any], context: Context) -> dict[str, Any]:
    """What all variants of a product have in common."""
    handle, native = clean(product.get("handle")), clean(product.get("id"))
    images = product.get("images")
    first = images[0] if isinstance(images, list) and images and isinstance(images[0], dict) else {}
    return {
        "title": product.get("title"), "native_product_id": native, "item_group_id": native, "brand": product.get("vendor"),
        "category_path": product.get("product_type"), "description": plain_text(product.get("body_html")),
        "url": f"{context.base_url}/products/{handle}" if handle else None, "image_url": first.get("src"),
    }


def _offer(product: dict[str, Any], variant: dict[str, Any], shared: dict[str, Any], context: Context) -> Offer | Reject:
    native = clean(variant.get("id"))
    options = clean(variant.get("title"))
    image = variant.get("featured_image")
    found = {
        **shared,
        "native_variant_id": native,
        "url": f"{shared['url']}?variant={native}" if shared["url"] and native else shared["url"],
        "variant_title": None if options == NO_OPTIONS else options,
        "image_url": image.get("src") if isinstance(image, dict) and image.get("src") else shared["image_url"],
        "sku": variant.get("sku"),
        "gtin": variant.get("barcode") or None,
        "price": variant.get("price"),
        "reference_price": variant.get("compare_at_price"),
        "reference_kind": "compare_at",
        "availability": _availability(variant.get("available")),
        "source_updated_at": _instant(variant.get("updated_at") or product.get("updated_at")),
    }
    offer = make_offer(context, found, "")
    if isinstance(offer, Reject):
        named = {"id": product.get("id"), "title": product.get("title"), "handle": product.get("handle"), "variant": variant}
        return reject(offer.reason, _payload(named), offer.detail)
    return offer


def _availability(available: object) -> str:
    return {True: "in", False: "out"}.get(available, "unknown") if isinstance(available, bool) else "unknown"


def _instant(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _payload(value: object) -> str:
    return orjson.dumps(value).decode()
