from collections.abc import Callable
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.parsers import woocommerce

Make = Callable[..., Context]


def prices(**changes: Any) -> dict[str, Any]:
    known = {"price": "1799", "regular_price": "1999", "sale_price": "1799", "price_range": None, "currency_code": "EUR"}
    return {**known, "currency_minor_unit": 2, **changes}


def product(**changes: Any) -> dict[str, Any]:
    known = {
        "id": 7, "name": "Desk &#8211; Lamp", "parent": 0, "type": "simple", "variation": "", "permalink": "https://a.example/p/lamp",
        "sku": "L-1", "short_description": "<p>Bright.</p>", "prices": prices(), "average_rating": "4.50", "review_count": 3,
        "images": [{"src": "https://a.example/1.jpg"}], "categories": [{"name": "Lamps"}], "brands": [{"name": "Lumo"}],
        "is_in_stock": True, "is_on_backorder": False,
    }
    return {**known, **changes}


def only(context: Context, *products: dict[str, Any]) -> Any:
    (found,) = woocommerce.extract(orjson.dumps(list(products)), context)
    return found


def test_a_product_is_an_offer(context: Make) -> None:
    offer = only(context(source_kind="woocommerce", currency=None), product())
    assert offer.as_record() == {
        "merchant_id": "acme", "source_kind": "woocommerce", "country": "DE", "native_product_id": "7", "native_variant_id": "",
        "item_group_id": "7", "url": "https://a.example/p/lamp", "title": "Desk – Lamp", "description": "Bright.",
        "image_url": "https://a.example/1.jpg", "brand": "Lumo", "sku": "L-1", "category_path": "Lamps", "price": "17.99",
        "currency": "EUR", "reference_price": "19.99", "reference_kind": "regular", "availability": "in", "language": "de",
        "rating": 4.5, "review_count": 3, "extractor": "woocommerce", "confidence": 1.0, "crawl_id": "acme:k",
        "document_url": "https://acme.example/doc",
    }


@pytest.mark.parametrize(
    ("price", "places", "currency", "expected"),
    [
        ("18000", 3, "USD", "18.000"), ("277666", 2, "EGP", "2776.66"), ("1299", 0, "JPY", "1299"), ("1299", 0, "EUR", "1299"),
        ("12500", None, "KWD", "12.500"), ("1299", True, "EUR", "12.99"), (1299, 2, "EUR", "12.99"), ("1299", 99, "EUR", "12.99"),
    ],
)
def test_minor_units_are_the_shops_setting(context: Make, price: object, places: object, currency: str, expected: str) -> None:
    told = prices(price=price, regular_price=price, currency_code=currency, currency_minor_unit=places)
    assert only(context(), product(prices=told)).price == Decimal(expected)


@pytest.mark.parametrize(
    ("stock", "expected"),
    [
        ({"is_in_stock": True}, "in"), ({"is_in_stock": False}, "out"), ({"is_in_stock": True, "is_on_backorder": True},
            "backorder"),
        ({"is_in_stock": None}, "unknown"), ({"is_in_stock": "yes"}, "unknown"),
    ],
)
def test_availability_is_never_assumed(context: Make, stock: dict[str, Any], expected: str) -> None:
    assert only(context(), product(**stock)).availability == expected


def test_the_lowest_of_several_prices_is_flagged(context: Make) -> None:
    span = {"min_amount": "1799", "max_amount": "2999"}
    offer = only(context(), product(type="variable", prices=prices(price_range=span)))
    assert (offer.flags, offer.confidence) == ("from_price", 0.6)
    same = only(context(), product(type="variable", prices=prices(price_range={"min_amount": "1799", "max_amount": "1799"})))
    assert (same.flags, same.confidence) == (None, 1.0)


def test_where_variations_are_walked_each_has_its_own_price(context: Make) -> None:
    walked = context(options={"variations": True})
    span = {"min_amount": "1799", "max_amount": "2999"}
    document = orjson.dumps([product(prices=prices(price_range=span)), product(id=71, parent=7, variation="Colour: Red")])
    (offer,) = woocommerce.extract(document, walked)
    assert isinstance(offer, Offer)
    assert (offer.native_product_id, offer.native_variant_id, offer.variant_title) == ("7", "71", "Colour: Red")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"prices": prices(price="")}, "missing_price"), ({"prices": prices(price="0")}, "invalid_price"),
        ({"prices": prices(price="n/a")}, "invalid_price"), ({"prices": None}, "missing_price"), ({"name": ""}, "missing_title"),
        ({"prices": prices(currency_code="EURO")}, "invalid_currency"),
    ],
)
def test_what_makes_no_offer_is_rejected(context: Make, changes: dict[str, Any], reason: str) -> None:
    assert only(context(), product(**changes)).reason == reason


def test_an_error_is_no_listing(context: Make) -> None:
    (found,) = woocommerce.extract(b'{"code":"rest_no_route","message":"No route was found"}', context())
    assert isinstance(found, Reject)
    assert (found.reason, found.detail) == ("unparseable_document", "No route was found")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["id", "name", "prices", "price", "currency_minor_unit", "currency_code", "price_range", "images",
            "src"]), inner,
    ),
    max_leaves=12,
)


@given(st.binary(max_size=60) | JSON.map(orjson.dumps) | JSON.map(lambda value: orjson.dumps([value])))
def test_anything_gives_only_offers_and_rejects(document: bytes) -> None:
    known = Context("a", "woocommerce", "DE", "a:k", "https://a.example/d", "https://a.example", None, "EUR")  # type: ignore[arg-type]
    assert all(isinstance(found, (Offer, Reject)) for found in woocommerce.extract(document, known))
