import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.parsers import html as pages

Make = Callable[..., Context]
OFFER = {
    "@type": "Offer",
    "price": "20.00",
    "priceCurrency": "EUR",
    "availability": "https://schema.org/InStock",
    "itemCondition": "https://schema.org/NewCondition",
}
PRODUCT: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "Product",
    "name": "Lamp",
    "sku": "L1",
    "gtin13": "4006381333931",
    "brand": {"@type": "Brand", "name": "Lumo"},
    "image": ["/i/1.jpg"],
    "url": "https://acme.example/doc",
    "offers": OFFER,
}


def html(*blocks: object, kind: str = "application/ld+json") -> bytes:
    scripts = "".join(
        f'<script type="{kind}">{block if isinstance(block, str) else json.dumps(block)}</script>' for block in blocks
    )
    return f"<!doctype html><html><head>{scripts}</head><body><del>99.00</del></body></html>".encode()


def read(document: bytes, context: Context) -> list[Offer | Reject]:
    return list(pages.extract(document, context))


def one(context: Context, *blocks: object) -> Offer:
    (offer,) = read(html(*blocks), context)
    assert isinstance(offer, Offer), offer
    return offer


def test_a_page_is_an_offer(context: Make) -> None:
    offer = one(context(source_kind="jsonld", currency=None), PRODUCT)
    assert (offer.native_product_id, offer.title, offer.price, offer.currency) == ("L1", "Lamp", Decimal("20.00"), "EUR")
    assert (offer.brand, offer.gtin, offer.condition, offer.availability) == ("Lumo", "04006381333931", "new", "in")
    assert (offer.image_url, offer.extractor) == ("https://acme.example/i/1.jpg", "jsonld")


@pytest.mark.parametrize(
    "block",
    [
        {"@context": "https://schema.org", "@graph": [{"@type": "Organization", "name": "x"}, PRODUCT]},
        [PRODUCT],
        {**PRODUCT, "@type": ["Thing", "product"]},
        {**PRODUCT, "@type": "http://schema.org/Product"},
        {"@type": "WebPage", "mainEntity": PRODUCT},
        json.dumps(PRODUCT).replace("}", ",}"),
        "<!-- " + json.dumps(PRODUCT) + " -->",
        "//<![CDATA[\n" + json.dumps(PRODUCT) + "\n//]]>",
        json.dumps(PRODUCT).replace("Lamp", "Lamp\n\t"),
        json.dumps(PRODUCT).replace('"', "&quot;"),
        {**PRODUCT, "offers": [OFFER]},
        {
            **PRODUCT,
            "offers": {
                "@type": "AggregateOffer",
                "lowPrice": 20,
                "highPrice": "30",
                "priceCurrency": "EUR",
                "availability": "InStock",
            },
        },
        {**PRODUCT, "offers": {"@type": "AggregateOffer", "offers": [OFFER]}},
        {**PRODUCT, "offers": {**OFFER, "price": None, "priceSpecification": {"price": 20.0, "priceCurrency": "EUR"}}},
        {**PRODUCT, "offers": {**OFFER, "price": 20}},
    ],
)
def test_the_same_product_in_many_shapes(context: Make, block: object) -> None:
    offer = one(context(currency=None), block)
    assert (offer.title, offer.price, offer.currency, offer.availability) == ("Lamp", Decimal(20), "EUR", "in")


@pytest.mark.parametrize(
    ("kind", "meant"),
    [("https://schema.org/StrikethroughPrice", "strikethrough"), ("ListPrice", "list"), ("https://schema.org/MSRP", "rrp")],
)
def test_a_struck_price_is_a_reference_and_never_the_price(context: Make, kind: str, meant: str) -> None:
    struck = {"@type": "UnitPriceSpecification", "priceType": kind, "price": "25.00", "priceCurrency": "EUR"}
    offer = one(context(), {**PRODUCT, "offers": {**OFFER, "priceSpecification": [struck]}})
    assert (offer.price, offer.reference_price, offer.reference_kind) == (Decimal("20.00"), Decimal("25.00"), meant)


def test_the_pages_own_product_counts(context: Make) -> None:
    other = {**PRODUCT, "name": "Other", "url": "https://acme.example/other"}
    assert one(context(), other, PRODUCT).title == "Lamp"


def test_a_group_is_an_offer_per_variant(context: Make) -> None:
    group = {
        "@type": "ProductGroup",
        "name": "Lamp",
        "productGroupID": "G",
        "brand": "Lumo",
        "hasVariant": [
            {"@type": "Product", "name": "Lamp red", "sku": "R", "offers": OFFER},
            {"@type": "Product", "name": "Lamp blue", "sku": "B", "offers": {**OFFER, "availability": "SoldOut"}},
        ],
    }
    found = read(html(group), context())
    assert [
        (offer.native_product_id, offer.item_group_id, offer.brand, offer.availability)
        for offer in found
        if isinstance(offer, Offer)
    ] == [("R", "G", "Lumo", "in"), ("B", "G", "Lumo", "out")]


def test_without_ids_the_canonical_url_stands_in(context: Make) -> None:
    product = {name: value for name, value in PRODUCT.items() if name not in ("sku", "url")}
    assert (
        one(context(document_url="https://acme.example/p?b=1&a=2"), product).native_product_id == "https://acme.example/p?a=2&b=1"
    )


@pytest.mark.parametrize(
    ("blocks", "reason"),
    [
        ([], "no_product"),
        ([{"@type": "Organization"}], "no_product"),
        (['{"@type": "Product", "name": "La'], "malformed_markup"),
        ([{**PRODUCT, "offers": {**OFFER, "price": "0"}}], "invalid_price"),
        ([{**PRODUCT, "offers": {**OFFER, "price": "n/a"}}], "invalid_price"),
        ([{**PRODUCT, "offers": None}], "missing_price"),
        ([{**PRODUCT, "offers": {"price": "20.00"}}], "missing_currency"),
        ([{**PRODUCT, "offers": {**OFFER, "priceCurrency": "EURO"}}], "invalid_currency"),
        ([{**PRODUCT, "name": " "}], "missing_title"),
    ],
)
def test_what_is_no_offer_says_why(context: Make, blocks: list[object], reason: str) -> None:
    (found,) = read(html(*blocks), context(currency=None))
    assert isinstance(found, Reject)
    assert found.reason == reason


def test_deep_nesting_is_malformed_and_quick(context: Make) -> None:
    (found,) = read(html("[" * 100_000), context())
    assert isinstance(found, Reject)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["@type", "name", "price", "offers"]), inner),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.sampled_from(["name", "offers", "sku", "image", "brand", "hasVariant", "aggregateRating", "url", "gtin"]), JSON
    )
)
def test_nothing_makes_it_raise(fields: dict[str, Any]) -> None:
    from datetime import UTC, datetime

    import orjson

    context = Context("m", "jsonld", "DE", "k", "http://m/", "http://m", datetime(2026, 1, 1, tzinfo=UTC), "EUR")
    for found in read(html({"@type": "Product", **fields}), context):
        assert isinstance(found, Reject) or orjson.dumps(found.as_record())
