from collections.abc import Callable
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.parsers import magento

Make = Callable[..., Context]


def span(low: object, regular: object = None, high: object = None) -> dict[str, Any]:
    lowest = {"final_price": {"value": low, "currency": "SAR"}, "regular_price": {"value": regular or low}}
    return {"minimum_price": lowest, "maximum_price": {"final_price": {"value": high or low}}}


def item(**changes: Any) -> dict[str, Any]:
    known = {
        "__typename": "SimpleProduct", "uid": "NzQ5MA==", "sku": "727", "name": "Gypsum", "url_key": "gypsum",
        "url_suffix": ".html",
        "stock_status": "IN_STOCK", "price_range": span(22.34, 25.5),
        "categories": [{"name": "Boards", "breadcrumbs": [{"category_name": "Walls"}]}, {"name": "All", "breadcrumbs": None}],
        "rating_summary": 80, "review_count": 2, "image": {"url": "https://a.example/1.jpg"},
        "description": {"html": "<p>Dry.</p>"},
    }
    return {**known, **changes}


def answer(*items: Any, **more: Any) -> bytes:
    return orjson.dumps({"data": {"products": {"items": list(items)}}, **more})


def test_a_simple_product_is_an_offer(context: Make) -> None:
    (offer,) = magento.extract(answer(item()), context(source_kind="magento", currency=None))
    assert isinstance(offer, Offer)
    assert offer.as_record() == {
        "merchant_id": "acme", "source_kind": "magento", "country": "DE", "native_product_id": "7490", "native_variant_id": "",
        "url": "https://acme.example/gypsum.html", "title": "Gypsum", "description": "Dry.", "image_url": "https://a.example/1.jpg",
        "sku": "727", "category_path": "Walls > Boards", "price": "22.34", "currency": "SAR", "reference_price": "25.50",
        "reference_kind": "regular", "availability": "in", "language": "de", "rating": 4.0, "review_count": 2,
        "extractor": "magento",
        "confidence": 1.0, "crawl_id": "acme:k", "document_url": "https://acme.example/doc",
    }


def test_a_configurable_product_is_an_offer_per_variant(context: Make) -> None:
    variants = [
        {"product": {"uid": "NTQ4MA==", "sku": "a", "name": "Ply 610", "stock_status": "IN_STOCK", "price_range": span(50.4)},
         "attributes": [{"label": "610"}, {"label": "Oak"}]},
        {"product": {"uid": "NTg4Nw==", "sku": "b", "name": "Ply 1220", "stock_status": "OUT_OF_STOCK",
            "price_range": span(90.3)}},
    ]
    offers = list(magento.extract(answer(item(variants=variants, price_range=span(50.4, high=90.3))), context()))
    told = [(one.native_variant_id, one.item_group_id, one.variant_title, one.price, one.availability) for one in offers]  # type: ignore[union-attr]
    assert told == [("5480", "7490", "610 / Oak", Decimal("50.4"), "in"), ("5887", "7490", None, Decimal("90.3"), "out")]


def test_a_configurable_product_without_variants_has_a_from_price(context: Make) -> None:
    (offer,) = magento.extract(answer(item(price_range=span(50.4, high=90.3))), context())
    assert isinstance(offer, Offer)
    assert (offer.price, offer.flags, offer.confidence) == (Decimal("50.4"), "from_price", 0.6)


@pytest.mark.parametrize(
    ("changes", "options", "url"),
    [
        ({"url_suffix": None}, {}, "https://acme.example/gypsum"), ({"canonical_url": "x/y.html"}, {}, "https://acme.example/x/y.html"),
        ({"canonical_url": "https://b.example/y"}, {}, "https://b.example/y"),
    ],
)
def test_a_products_page_is_named_as_the_shop_does(context: Make, changes: dict[str, Any], options: dict[str, Any],
    url: str) -> None:
    (offer,) = magento.extract(answer(item(**changes)), context(options=options))
    assert isinstance(offer, Offer)
    assert offer.url == url


def test_errors_with_200_are_no_listing(context: Make) -> None:
    fault = [{"message": "Internal server error"}]
    (found,) = magento.extract(orjson.dumps({"errors": fault, "data": {"products": None}}), context())
    assert isinstance(found, Reject)
    assert (found.reason, found.detail) == ("unparseable_document", "Internal server error")
    *_, last = magento.extract(answer(item(), None, errors=fault), context())
    assert isinstance(last, Reject)
    assert last.reason == "truncated_document"


@pytest.mark.parametrize(
    ("uid", "number", "expected"), [("NzQ5MA==", None, "7490"), ("NzQ5MA==", 7490, "7490"), ("QS0x", None, "A-1"), ("/w==",
        None, "/w==")]
)
def test_a_product_has_one_number_however_it_is_asked_for(context: Make, uid: str, number: object, expected: str) -> None:
    (offer,) = magento.extract(answer(item(uid=uid, id=number)), context())
    assert isinstance(offer, Offer)
    assert offer.native_product_id == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["data", "products", "items", "variants", "product", "name", "uid", "price_range", "minimum_price",
            "errors"]),
        inner,
    ),
    max_leaves=12,
)


@given(st.binary(max_size=60) | JSON.map(orjson.dumps) | JSON.map(lambda value: orjson.dumps({"items": [value]})))
def test_anything_gives_only_offers_and_rejects(document: bytes) -> None:
    known = Context("a", "magento", "DE", "a:k", "https://a.example/d", "https://a.example", None, "EUR")  # type: ignore[arg-type]
    assert all(isinstance(found, (Offer, Reject)) for found in magento.extract(document, known))
