from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from dealhouse.scraping.offer import Context, Offer, Reject, make_offer

Make = Callable[..., Context]
FOUND = {"native_product_id": "A1", "title": "Lamp", "price": "12.50", "url": "https://acme.example/a1"}


def made(context: Context, **changes: Any) -> Offer:
    offer = make_offer(context, {**FOUND, **changes}, "")
    assert isinstance(offer, Offer)
    return offer


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": None}, "missing_title"),
        ({"title": "<b></b>"}, "missing_title"),
        ({"title": "L" * 1001}, "overlong_title"),
        ({"price": None}, "missing_price"),
        ({"price": float("nan")}, "invalid_price"),
        ({"price": float("inf")}, "invalid_price"),
        ({"price": Decimal("NaN")}, "invalid_price"),
        ({"price": -1}, "invalid_price"),
        ({"price": 10**12}, "invalid_price"),
        ({"price": {"amount": 1}}, "invalid_price"),
        ({"currency": "XYZ"}, "invalid_currency"),
        ({"url": "javascript:alert(1)"}, "invalid_url"),
        ({"url": None, "native_product_id": " "}, "missing_id"),
        ({"native_product_id": "1" * 501}, "overlong_native_product_id"),
    ],
)
def test_what_is_no_offer_says_why(context: Make, changes: dict[str, Any], reason: str) -> None:
    found = make_offer(context(), {**FOUND, **changes}, "as received")
    assert isinstance(found, Reject)
    assert (found.reason, found.payload) == (reason, "as received")


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"category_path": "c" * 1500}, "category_path", "c" * 1000),
        ({"description": "<p>d</p>" * 20_000}, "description", ("d " * 20_000)[:19_999]),
        ({"sku": "s" * 301}, "sku", None),
        ({"brand": " Krupp &amp; Sohn "}, "brand", "Krupp & Sohn"),
        ({"image_url": "javascript:alert(1)"}, "image_url", None),
        ({"image_url": "/a.jpg"}, "image_url", "https://acme.example/a.jpg"),
        ({"availability": "perhaps"}, "availability", "unknown"),
        ({"flags": ["b", "a", "b"]}, "flags", "a,b"),
        ({"flags": "b,a"}, "flags", "a,b"),
        ({"merchant_id": "another"}, "merchant_id", "acme"),
        ({"crawl_id": "another"}, "crawl_id", "acme:k"),
        ({"surprise": 1}, "title", "Lamp"),
        ({"gtin": "0000000000000"}, "gtin", None),
        ({"native_variant_id": None}, "native_variant_id", ""),
    ],
)
def test_the_rest_is_made_fit_to_keep(context: Make, changes: dict[str, Any], name: str, value: object) -> None:
    assert getattr(made(context(), **changes), name) == value


def test_an_offer_is_told_in_full(context: Make) -> None:
    offer = made(
        context(), sale_end=datetime(2026, 5, 6, tzinfo=UTC), tax_included=True, reference_price=15, reference_kind="rrp"
    )
    assert offer.as_record() == {
        "merchant_id": "acme",
        "source_kind": "shopify",
        "country": "DE",
        "native_product_id": "A1",
        "native_variant_id": "",
        "url": "https://acme.example/a1",
        "title": "Lamp",
        "price": "12.50",
        "currency": "EUR",
        "reference_price": "15.00",
        "reference_kind": "rrp",
        "sale_end": "2026-05-06T00:00:00+00:00",
        "availability": "unknown",
        "tax_included": True,
        "language": "de",
        "extractor": "shopify",
        "confidence": 1.0,
        "crawl_id": "acme:k",
        "document_url": "https://acme.example/doc",
    }


def test_a_bare_sign_is_the_countrys_own_where_no_currency_is_known(context: Make) -> None:
    assert made(context(currency=None, country="CA"), price="$12.50").currency == "CAD"
    assert made(context(currency="USD", country="CA"), price="$12.50").currency == "USD"
