from collections.abc import Callable
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.parsers import shopify

Make = Callable[..., Context]


def page(*variants: dict[str, Any], **product: Any) -> bytes:
    whole = {
        "id": 7,
        "title": "Desk &amp; Lamp",
        "handle": "desk-lamp",
        "body_html": "<p>Bright.<br>Warm.</p>",
        "vendor": "Lumo",
        "product_type": "Lamps",
        "images": [{"src": "https://cdn.example/1.jpg"}],
        "variants": list(variants),
        **product,
    }
    return orjson.dumps({"products": [whole]})


def variant(**changes: Any) -> dict[str, Any]:
    return {
        "id": 71,
        "title": "Black / L",
        "sku": "L-1",
        "available": True,
        "price": "520.00",
        "compare_at_price": "600.00",
        "updated_at": "2026-05-01T10:00:00+02:00",
        **changes,
    }


def only(document: bytes, context: Context) -> Offer | Reject:
    (found,) = shopify.extract(document, context)
    return found


def test_a_variant_is_an_offer(context: Make) -> None:
    offer = only(page(variant()), context())
    assert isinstance(offer, Offer)
    assert offer.as_record() == {
        "merchant_id": "acme",
        "source_kind": "shopify",
        "country": "DE",
        "native_product_id": "7",
        "native_variant_id": "71",
        "item_group_id": "7",
        "url": "https://acme.example/products/desk-lamp?variant=71",
        "title": "Desk & Lamp",
        "variant_title": "Black / L",
        "description": "Bright. Warm.",
        "image_url": "https://cdn.example/1.jpg",
        "brand": "Lumo",
        "sku": "L-1",
        "category_path": "Lamps",
        "price": "520.00",
        "currency": "EUR",
        "reference_price": "600.00",
        "reference_kind": "compare_at",
        "availability": "in",
        "language": "de",
        "source_updated_at": "2026-05-01T10:00:00+02:00",
        "extractor": "shopify",
        "confidence": 1.0,
        "crawl_id": "acme:k",
        "document_url": "https://acme.example/doc",
    }


@pytest.mark.parametrize("compare_at", [None, "520.00", "519.99", "0.00", ""])
def test_a_reference_price_is_above_the_price(context: Make, compare_at: str | None) -> None:
    offer = only(page(variant(compare_at_price=compare_at)), context())
    assert isinstance(offer, Offer)
    assert (offer.reference_price, offer.reference_kind) == (None, None)


def test_the_only_variant_has_no_title_and_absence_of_stock_is_said(context: Make) -> None:
    offer = only(page(variant(title="Default Title", available=False)), context())
    assert isinstance(offer, Offer)
    assert (offer.variant_title, offer.availability) == (None, "out")
    unknown = only(page(variant(available=None)), context())
    assert isinstance(unknown, Offer)
    assert unknown.availability == "unknown"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (page(variant(price="0.00")), "invalid_price"),
        (page(variant(price="Call for price")), "invalid_price"),
        (page(variant(price=None)), "missing_price"),
        (page(variant(), title=""), "missing_title"),
        (page(), "missing_variants"),
        (page("x"), "malformed_record"),  # type: ignore[arg-type]
        (page(variant(id=None), id=None, handle=None), "missing_id"),
        (b'{"products":[3]}', "malformed_record"),
        (b"<html>", "unparseable_document"),
        (b"[]", "unparseable_document"),
        (b'{"products":[{"id', "unparseable_document"),
    ],
)
def test_what_is_no_offer_says_why(context: Make, document: bytes, reason: str) -> None:
    found = only(document, context())
    assert isinstance(found, Reject)
    assert found.reason == reason
    assert found.payload


def test_without_a_currency_nothing_is_an_offer(context: Make) -> None:
    found = only(page(variant()), context(currency=None))
    assert isinstance(found, Reject)
    assert found.reason == "missing_currency"


def test_a_page_past_the_end_is_empty(context: Make) -> None:
    assert list(shopify.extract(b'{"products":[]}', context())) == []


@pytest.mark.parametrize(("meta", "currency"), [(b'{"currency":"CHF"}', "CHF"), (b"{}", None), (b"x", None), (b"[]", None)])
def test_the_currency_stands_in_meta(meta: bytes, currency: str | None) -> None:
    assert shopify.currency_of(meta) == currency


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(
    st.dictionaries(st.sampled_from(["id", "title", "handle", "variants", "images", "vendor", "body_html"]), JSON),
    st.dictionaries(
        st.sampled_from(["id", "price", "compare_at_price", "available", "featured_image", "sku", "updated_at"]), JSON
    ),
)
def test_nothing_makes_it_raise(product: dict[str, Any], entry: dict[str, Any]) -> None:
    from datetime import UTC, datetime

    context = Context("m", "shopify", "DE", "k", "http://m/", "http://m", datetime(2026, 1, 1, tzinfo=UTC), "EUR", "de")
    for document in ({"products": [{"variants": [entry], **product}]}, {"products": [{**product, "variants": [entry, 1]}]}):
        for found in shopify.extract(orjson.dumps(document), context):
            assert isinstance(found, Reject) or orjson.dumps(found.as_record())


def test_a_single_product_is_read_with_its_stock(context: Make) -> None:
    told = variant(available=None, barcode="4006381333931", inventory_management="shopify", inventory_quantity=0,
                   inventory_policy="continue", price_currency="USD")
    del told["available"]
    document = orjson.dumps({"product": orjson.loads(page(told))["products"][0]})
    offer = only(document, context())
    assert isinstance(offer, Offer)
    assert (offer.gtin, offer.availability, offer.currency) == ("04006381333931", "backorder", "USD")


@pytest.mark.parametrize(("price", "compare_at", "expected"), [(52000, 60000, ("520.00", "600.00")), (100, None, ("1.00", None))])
def test_the_ajax_product_counts_in_hundredths(context: Make, price: int, compare_at: int | None, expected: tuple[str,
    str]) -> None:
    told = {"id": 7, "title": "Lamp", "handle": "lamp", "description": "", "type": "Lamps", "price": price, "price_min": price,
            "featured_image": "//cdn.example/1.jpg", "images": ["//cdn.example/1.jpg"],
            "variants": [{"id": 71, "title": "Default Title", "available": False, "price": price,
                "compare_at_price": compare_at}]}
    offer = only(orjson.dumps(told), context())
    assert isinstance(offer, Offer)
    record = offer.as_record()
    assert (record["price"], record.get("reference_price")) == expected
    assert (record["image_url"], record["category_path"], record["availability"]) == ("https://cdn.example/1.jpg", "Lamps", "out")


@pytest.mark.parametrize(("price", "expected"), [("12.990", "12.99"), ("1299", "1299"), (12.5, "12.5")])
def test_a_point_is_the_decimal_mark_in_any_language(context: Make, price: object, expected: str) -> None:
    offer = only(page(variant(price=price, compare_at_price=None)), context(language="de"))
    assert isinstance(offer, Offer)
    assert offer.price == Decimal(expected)
