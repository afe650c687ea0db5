"""Shopify's public JSON: an offer per variant. Prices are in the shop's currency, which /meta.json names.

`/products.json` and `/collections/*/products.json` list products with decimal strings; `/products/HANDLE.json` holds one product
with stock fields and barcodes; `/products/HANDLE.js` counts in hundredths, of a yen too (shopify.dev/docs/api/ajax).
compare_at_price is a reference price only above the price; `available: false` may hide a backorder.
"""

from collections.abc import Iterator
from typing import Any

from dealhouse.scraping.offer import Context, Offer, Reject, clean, make_offer, plain_text, reject, unparseable
from dealhouse.scraping.parsers.jsonrows import decimal, first_of, instant, load, mapping, minor, payload

PAGE_LIMIT = 250
REACH = 25_000  # page * limit beyond this is answered 400
NO_OPTIONS = "Default Title"
Row = dict[str, Any]


def page_url(base_url: str, page: int, collection: str | None = None) -> str:
    where = f"/collections/{collection}" if collection else ""
    return f"{base_url.rstrip('/')}{where}/products.json?limit={PAGE_LIMIT}&page={page}"


def currency_of(meta: bytes) -> str | None:
    """The currency that /meta.json names."""
    try:
        return clean(mapping(load(meta)).get("currency"))
    except ValueError:
        return None


def extract(document: bytes, context: Context) -> Iterator[Offer | Reject]:
    """Offers of a listing's page or of one product; nothing for a page past the end."""
    try:
        page = load(document)
    except ValueError as error:
        yield unparseable(document, error)
        return
    products = _products(page)
    if products is None:
        yield unparseable(document, "no list of products")
        return
    for product in products:
        yield from _variants(product, context)


def _products(page: Any) -> list[Any] | None:  # noqa: ANN401
    if not isinstance(page, dict):
        return None
    if isinstance(page.get("products"), list):
        return list(page["products"])
    if isinstance(page.get("product"), dict):
        return [page["product"]]
    return [page] if isinstance(page.get("variants"), list) else None


def _variants(product: Any, context: Context) -> Iterator[Offer | Reject]:  # noqa: ANN401
    if not isinstance(product, dict):
        yield reject("malformed_record", payload(product))
        return
    variants = product.get("variants")
    if not isinstance(variants, list) or not variants:
        yield reject("missing_variants", payload(product))
        return
    shared = _shared(product, context)
    in_hundredths = "price_min" in product or ("body_html" not in product and "description" in product)
    for variant in variants:
        if isinstance(variant, dict):
            yield _offer(product, variant, shared, context, in_hundredths=in_hundredths)
        else:
            yield reject("malformed_record", payload({"product": product.get("id"), "variant": variant}))


def _shared(product: Row, context: Context) -> Row:
    """What all variants of a product have in common."""
    handle, native = clean(product.get("handle")), clean(product.get("id"))
    images = product.get("images")
    image = first_of(images, "src") or mapping(product.get("image")).get("src") or product.get("featured_image")
    return {
        "title": product.get("title"), "native_product_id": native, "item_group_id": native, "brand": product.get("vendor"),
        "category_path": product.get("product_type") or product.get("type") or None,
        "description": plain_text(product.get("body_html") or product.get("description")),
        "url": f"{context.base_url}/products/{handle}" if handle else None,
        "image_url": image or (images[0] if isinstance(images, list) and images else None),
    }


def _offer(product: Row, variant: Row, shared: Row, context: Context, *, in_hundredths: bool) -> Offer | Reject:
    native, options, image = clean(variant.get("id")), clean(variant.get("title")), variant.get("featured_image")
    found = {
        **shared,
        "native_variant_id": native,
        "url": f"{shared['url']}?variant={native}" if shared["url"] and native else shared["url"],
        "variant_title": None if options == NO_OPTIONS else options,
        "image_url": image.get("src") if isinstance(image, dict) and image.get("src") else shared["image_url"],
        "sku": variant.get("sku"),
        "gtin": variant.get("barcode") or None,
        "price": _amount(variant.get("price"), in_hundredths=in_hundredths),
        "currency": variant.get("price_currency"),
        "reference_price": _amount(variant.get("compare_at_price"), in_hundredths=in_hundredths),
        "reference_kind": "compare_at",
        "availability": _availability(variant),
        "source_updated_at": instant(variant.get("updated_at") or product.get("updated_at")),
    }
    offer = make_offer(context, found, "")
    if isinstance(offer, Reject):
        named = {"id": product.get("id"), "title": product.get("title"), "handle": product.get("handle"), "variant": variant}
        return offer.of(payload(named))
    return offer


def _amount(value: object, *, in_hundredths: bool) -> object:
    return minor(value, 2) if in_hundredths and isinstance(value, int) else decimal(value)


def _availability(variant: Row) -> str:
    """As the listing says; else from the stock that a single product's JSON tells: sold on below nothing is a backorder."""
    available = variant.get("available")
    if isinstance(available, bool):
        return "in" if available else "out"
    left = variant.get("inventory_quantity")
    if "inventory_management" not in variant:
        return "unknown"
    if not variant["inventory_management"] or (isinstance(left, int) and left > 0):
        return "in"
    if not isinstance(left, int):
        return "unknown"
    return "backorder" if variant.get("inventory_policy") == "continue" else "out"
