from collections.abc import Callable
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealhouse.scraping import mapping as mappings
from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.parsers import api

Make = Callable[..., Context]
FIELDS: dict[str, Any] = {"native_product_id": "code", "title": ["label", "name"], "price": "price.value",
    "availability": "stock"}


def extract(context: Context, document: object, **mapping: Any) -> list[Any]:
    known = {"items": "products", "fields": FIELDS, "constants": {"currency": "SAR"}, **mapping}
    told = document if isinstance(document, bytes) else orjson.dumps(document)
    return list(api.extract(told, Context(**{**vars(context), "options": {"mapping": known}})))


def row(**changes: Any) -> dict[str, Any]:
    return {"code": 7, "name": "Lamp", "price": {"value": 12.99}, "stock": 3, **changes}


def test_paths_lead_to_an_offer(context: Make) -> None:
    fields = {**FIELDS, "url": {"template": "/p/{code}"}, "image_url": "images.1.src", "category_path": "path", "rating": "stars"}
    told = row(images=[{"src": "a"}, {"src": "https://cdn.example/b.jpg"}], path=["Home", "Lamps"], stars="4.5", label="")
    (offer,) = extract(context(source_kind="api"), {"products": [told]}, fields=fields)
    assert (offer.native_product_id, offer.title, offer.price, offer.currency) == ("7", "Lamp", Decimal("12.99"), "SAR")
    assert (offer.url, offer.image_url) == ("https://acme.example/p/7", "https://cdn.example/b.jpg")
    assert (offer.category_path, offer.rating, offer.availability, offer.extractor) == ("Home > Lamps", 4.5, "in", "api")


@pytest.mark.parametrize(
    ("stock", "expected"),
    [(0, "out"), (2, "in"), ("5", "in"), ("0", "out"), (True, "in"), (False, "out"), ("lowStock", "in"), ("OUT_OF_STOCK", "out"),
     ("https://schema.org/BackOrder", "backorder"), ("ask", "preorder"), ("perhaps", "unknown"), (None, "unknown")],
)
def test_availability_by_the_mappings_words_then_the_usual(context: Make, stock: object, expected: str) -> None:
    (offer,) = extract(context(), {"products": [row(stock=stock)]}, availability={"ask": "preorder"})
    assert offer.availability == expected


@pytest.mark.parametrize(
    ("minor_units", "value", "expected"), [(2, 1299, "12.99"), (0, "1299", "1299"), ("places", "12500", "12.500"), (None,
        "12.990", "12.99")]
)
def test_whole_numbers_may_be_minor_units(context: Make, minor_units: object, value: object, expected: str) -> None:
    (offer,) = extract(context(), {"products": [row(price={"value": value}, places=3)]}, minor_units=minor_units)
    assert offer.price == Decimal(expected)


@pytest.mark.parametrize(
    ("price", "flags", "confidence"),
    [("from 12.99", "from_price", 0.6), ("12.99 - 15.00", "from_price", 0.6), ("12.99", None, 1.0)],
)
def test_a_price_that_says_it_is_the_lowest_is_flagged(context: Make, price: str, flags: str | None, confidence: float) -> None:
    (offer,) = extract(context(), {"products": [row(price={"value": price})]})
    assert (str(offer.price), offer.flags, offer.confidence) == ("12.99", flags, confidence)


def test_variants_are_offers_with_the_items_fields(context: Make) -> None:
    fields = {"native_product_id": "^code", "native_variant_id": "id", "title": "^name", "price": "price"}
    told = row(options=[{"id": 1, "price": "5.00"}, {"id": 2, "price": "6.00"}])
    offers = extract(context(), {"products": [told]}, variants="options", fields=fields)
    assert [(one.native_product_id, one.native_variant_id, one.price) for one in offers] == [
        ("7", "1", Decimal("5.00")), ("7", "2", Decimal("6.00"))
    ]


def test_values_are_translated(context: Make) -> None:
    fields = {**FIELDS, "condition": {"paths": ["used"], "values": {"true": "used", "false": "new"}}}
    assert [one.condition for one in extract(context(), {"products": [row(used=True), row(used=False)]},
        fields=fields)] == ["used", "new"]


def test_lines_and_tables_are_listings_too(context: Make) -> None:
    fields = {"native_product_id": "id", "title": "name", "price": "price"}
    lines = b'{"id": 1, "name": "Lamp", "price": 5}\nbroken\n{"id": 2, "name": "Desk", "price": 6}\n'
    found = extract(context(), lines, format="jsonl", items="", fields=fields)
    assert [getattr(one, "reason", "offer") for one in found] == ["offer", "malformed_record", "offer"]
    table = "\ufeffid;name;price\n1;Lamp;5.00\n2;;6.00\n".encode()
    found = extract(context(), table, format="csv", items="", fields=fields)
    assert [getattr(one, "reason", "offer") for one in found] == ["offer", "missing_title"]


@pytest.mark.parametrize("document", [b"", b"{", b"[]", b'{"products": {}}', b"<html>"])
def test_what_holds_no_list_is_unparseable(context: Make, document: bytes) -> None:
    (found,) = extract(context(), document)
    assert isinstance(found, Reject)
    assert found.reason == "unparseable_document"


def test_a_wrong_mapping_is_one_reject(context: Make) -> None:
    (found,) = extract(context(), {"products": []}, fields={"prise": "x"})
    assert found.reason == "invalid_mapping"


@pytest.mark.parametrize("name", [path.stem for path in sorted(mappings.SHIPPED.glob("*.yml"))])
def test_shipped_mappings_are_sound(name: str) -> None:
    assert mappings.shipped(name).fields["price"]


SAMPLES: dict[str, dict[str, Any]] = {
    "hybris": {"products": [{
        "code": "1", "name": "Cement", "price": {"value": 12.5, "currencyIso": "EUR"}, "stock": {"stockLevelStatus": "inStock"},
        "url": "/p/1",
    }]},
    "salla": {"data": [{
        "id": 1, "name": "Cement", "price": {"amount": 14, "currency": "EUR"}, "sale_price": {"amount": 12.5}, "status": "sale",
    }]},
    "zid": {"results": [{"id": "a", "name": {"ar": "Cement"}, "price": 12.5, "sale_price": None, "currency": "EUR",
        "quantity": 3}]},
    "bigcommerce": {"data": [{
        "id": 1, "name": "Cement", "calculated_price": 12.5, "price": 14, "availability": "available",
        "custom_url": {"url": "/c/"},
    }]},
}


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_shipped_mappings_read_their_platforms_rows(context: Make, name: str) -> None:
    (offer,) = api.extract(orjson.dumps(SAMPLES[name]), context(options={"mapping": name}))
    assert isinstance(offer, Offer)
    assert (offer.title, offer.price, offer.currency, offer.availability) == ("Cement", Decimal("12.5"), "EUR", "in")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["products", "code", "name", "price", "value", "stock"]), inner),
    max_leaves=12,
)


@given(st.binary(max_size=60) | JSON.map(orjson.dumps), st.sampled_from(["json", "jsonl", "csv"]))
def test_anything_gives_only_offers_and_rejects(document: bytes, format_: str) -> None:
    known = Context("a", "api", "DE", "a:k", "https://a.example/d", "https://a.example", None, "EUR")  # type: ignore[arg-type]
    assert all(isinstance(found, (Offer, Reject)) for found in extract(known, document, format=format_))
