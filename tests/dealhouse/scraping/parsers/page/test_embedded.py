"""Pages whose product stands in their scripts alone."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.parsers import html

Make = Callable[..., Context]
SHOE: dict[str, Any] = {
    "id": "991", "name": "Trail Shoe 5", "sku": "TS-5", "brand": {"name": "Peak"}, "price": {"value": 89.5, "currency": "GBP"},
    "inStock": False,
}
OTHERS = [{"id": "1", "name": "Sock", "price": {"value": 5, "currency": "GBP"}, "inStock": True}]
URL = "https://peak.example/p/991"


def run(context: Make, scripts: str, *, url: str = URL, body: str = "", title: str = "") -> Offer | Reject:
    document = f"<!doctype html><title>{title}</title><body><div id=app>{body}</div>{scripts}"
    return next(iter(html.extract(document.encode(), context(document_url=url, currency=None, language=None))))


def next_data(page: dict[str, Any]) -> str:
    state = json.dumps({"props": {"pageProps": page}})
    return f'<script id="__NEXT_DATA__" type="application/json">{state}</script>'


def offer(found: Offer | Reject) -> Offer:
    assert isinstance(found, Offer), found
    return found


@pytest.mark.parametrize("order", [1, -1])
def test_next_data_is_the_page(context: Make, order: int) -> None:
    page = dict([("product", SHOE), ("related", OTHERS)][::order])
    found = offer(run(context, next_data(page)))
    assert (found.title, found.price, found.currency, found.availability) == ("Trail Shoe 5", Decimal("89.5"), "GBP", "out")
    assert (found.sku, found.brand) == ("TS-5", "Peak")


@pytest.mark.parametrize("script", [
    '<script id="__NEXT_DATA__">{}</script>',
    "<script>window.__STATE__ = {};</script>",
    "<script>window.__STATE__={}; (function(){{ start() }})()</script>",
])
def test_states_stand_in_any_script(context: Make, script: str) -> None:
    assert offer(run(context, script.format(json.dumps({"product": SHOE, "recentlyViewed": OTHERS})))).sku == "TS-5"


@pytest.mark.parametrize("written", [
    json.dumps,
    lambda state: "'" + state.replace("\\", "\\\\").replace("'", "\\'") + "'",
    lambda state: f'decodeURIComponent("{quote(state)}")',
], ids=["double", "single", "encoded"])
def test_state_in_a_string(context: Make, written: Callable[[str], str]) -> None:
    state = written(json.dumps({"product": {**SHOE, "name": 'Trail 5" \'X\''}, "related": OTHERS}))
    found = offer(run(context, f"<script>window.__PRELOADED_STATE__ = JSON.parse({state});</script>"))
    assert (found.title, found.price) == ('Trail 5" \'X\'', Decimal("89.5"))


@pytest.mark.parametrize(("price", "expected"), [
    ({"price": {"amount": "89.50", "currencyCode": "GBP"}}, "89.50"),
    ({"price": {"current": {"value": 89.5, "currency": "GBP"}, "was": {"value": 120, "currency": "GBP"}}}, "89.50"),
    ({"price": {"sale": 89.5, "regular": 120, "currency": "GBP"}}, "89.50"),
    ({"price": {"type": "centPrecision", "centAmount": 8950, "fractionDigits": 2, "currencyCode": "GBP"}}, "89.50"),
    ({"prices": [{"value": {"centAmount": 8950, "currencyCode": "GBP"}}]}, "89.50"),
    ({"priceInCents": 8950, "currency": "GBP"}, "89.50"),
    ({"price_cents": "8950", "currency": "GBP"}, "89.50"),
    ({"price": "£89.50"}, "89.50"),
    ({"price": 120, "salePrice": 89.5, "currency": {"code": "GBP"}}, "89.50"),
    ({"price": 89.5, "salePrice": 0, "currency": "gbp"}, "89.50"),
    ({"priceRange": {"minVariantPrice": {"amount": "89.5", "currencyCode": "GBP"}}}, "89.50"),
    ({"price": {"price_in_cents": 9000, "currency": "JPY"}}, "9000"),
])
def test_prices_in_their_shapes(context: Make, price: dict[str, Any], expected: str) -> None:
    node = {name: value for name, value in SHOE.items() if name != "price"} | price
    found = offer(run(context, next_data({"product": node})))
    assert (found.price, found.currency) == (Decimal(expected), "JPY" if expected == "9000" else "GBP")


@pytest.mark.parametrize(("stock", "expected"), [
    ({"inStock": True}, "in"), ({"available": False}, "out"), ({"isSoldOut": True}, "out"), ({"soldOut": False}, "in"),
    ({"stock": 0}, "out"), ({"stock": "12"}, "in"), ({"quantity": 0}, "out"), ({"stock": {"quantity": 3}}, "in"),
    ({"availability": {"status": "OUT_OF_STOCK"}}, "out"), ({"stockStatus": "IN_STOCK"}, "in"),
    ({"inventory": {"available": 0}}, "out"), ({"availability": "PreOrder"}, "preorder"),
])
def test_stock_in_its_shapes(context: Make, stock: dict[str, Any], expected: str) -> None:
    node = {name: value for name, value in SHOE.items() if name != "inStock"} | stock
    assert offer(run(context, next_data({"product": node}))).availability == expected


def test_a_normalised_state_is_followed(context: Make) -> None:
    state = {
        "ROOT_QUERY": {'product({"id":"991"})': {"__ref": "Product:991"}, "recommended": [{"__ref": "Product:1"}]},
        "Product:1": {"__typename": "Product", "id": "1", "name": "Sock", "price": {"__ref": "Money:1"}},
        "Product:991": {"__typename": "Product", "id": "991", "name": "Trail Shoe 5", "price": {"__ref": "Money:991"}},
        "Money:1": {"amount": 5, "currency": "GBP"}, "Money:991": {"amount": 89.5, "currency": "GBP"},
    }
    found = offer(run(context, f"<script>window.__APOLLO_STATE__ = {json.dumps(state)};</script>"))
    assert (found.title, found.price) == ("Trail Shoe 5", Decimal("89.5"))


@pytest.mark.parametrize("script", [
    "dataLayer.push({ecommerce: {currencyCode: 'GBP', impressions: [{name: 'Sock', id: '1', price: '5.00'}],"
    " detail: {products: [{name: 'Trail Shoe 5', id: '991', price: '89.50',}]}}});",
    'window.dataLayer = [{"page": "x"}, {"ecommerce": {"currencyCode": "GBP", "detail": {"products":'
    ' [{"name": "Trail Shoe 5", "id": "991", "price": "89.50"}]}}}];',
    "dataLayer.push({'event': 'view_item', 'ecommerce': {'currency': 'GBP', 'items':"
    " [{'item_id': '991', 'item_name': 'Trail Shoe 5', 'price': 89.5, 'quantity': 1}]}});",
    "gtag('event', 'view_item', {currency: 'GBP', value: 89.5, items:"
    " [{item_id: '991', item_name: 'Trail Shoe 5', price: 89.5}]});",
], ids=["detail", "initial", "view_item", "gtag"])
def test_what_is_told_to_analytics(context: Make, script: str) -> None:
    found = offer(run(context, f"<script>{script}</script>"))
    assert (found.title, found.price, found.currency) == ("Trail Shoe 5", Decimal("89.5"), "GBP")


VARIANTS = [{"id": 5, "price": 2499, "name": "Trail Shoe 5 - 42", "public_title": "42", "sku": "TS-5-42"},
            {"id": 6, "price": 2999, "name": "Trail Shoe 5 - 43", "public_title": "43", "sku": "TS-5-43"}]


@pytest.mark.parametrize("script", [
    "<script>var meta = " + json.dumps({"product": {"id": 991, "gid": "gid://shopify/Product/991", "vendor": "Peak",
                                                    "variants": VARIANTS}, "page": {"pageType": "product"}}) + ";</script>",
    '<script type="application/json" id="ProductJson-product">' + json.dumps(
        {"id": 991, "title": "Trail Shoe 5", "handle": "trail-shoe-5", "vendor": "Peak", "price": 2499, "compare_at_price": 3499,
         "available": True, "variants": VARIANTS}) + "</script>",
], ids=["meta", "ProductJson"])
def test_shopify_counts_cents(context: Make, script: str) -> None:
    shop = '<script>Shopify.currency = {"active":"GBP","rate":"1.0"};</script>'
    found = offer(run(context, shop + script, url="https://peak.example/products/trail-shoe-5"))
    assert (found.title, found.price, found.currency, found.brand) == ("Trail Shoe 5", Decimal("24.99"), "GBP", "Peak")
    assert found.reference_price in (None, Decimal("34.99"))


@pytest.mark.parametrize("key", ["related", "recommendedProducts", "recentlyViewed", "youMayAlsoLike", "crossSell", "similar"])
def test_other_products_are_never_the_pages(context: Make, key: str) -> None:
    found = run(context, next_data({key: [SHOE], "page": {key: {"product": SHOE}}}))
    assert isinstance(found, Reject)


def test_a_listing_is_no_product(context: Make) -> None:
    assert isinstance(run(context, next_data({"products": [SHOE, *OTHERS]}), url="https://peak.example/shoes"), Reject)


def test_of_a_list_the_one_that_the_address_names(context: Make) -> None:
    found = offer(run(context, next_data({"products": [*OTHERS, SHOE]}), url="https://peak.example/p/trail-shoe-5"))
    assert found.title == "Trail Shoe 5"


def test_without_a_currency_the_rest_is_told(context: Make) -> None:
    found = run(context, next_data({"product": {**SHOE, "price": 89.5}}))
    assert isinstance(found, Reject)
    assert found.reason == "missing_currency"
    assert found.known is not None
    assert (found.known["title"], found.known["price"]) == ("Trail Shoe 5", "89.50")


@pytest.mark.parametrize("script", [
    'x = {"price' + '[{"a' * 300_000,
    "price product " + "JSON.parse('" + "\\'JSON.parse(" * 80_000,
    "product price push({" + "'" * 500_001 + "={" * 200_000,
    'x = {"product": {"price": ' + "[" * 400_000,
], ids=["open", "strings", "quotes", "lists"])
def test_what_is_made_to_cost_costs_little(context: Make, script: str) -> None:
    before = time.process_time()
    run(context, f"<script>{script}</script>")
    assert time.process_time() - before < 3


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5) | st.just("12.50"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["product", "name", "price", "prices", "value", "currency", "stock", "__ref", "A:1", "variants", "handle", "gid", "items",
         "detail", "event", "available", "centAmount", "fractionDigits", "brand"]), inner, max_size=5),
    max_leaves=15,
)


@settings(max_examples=60, deadline=None)
@given(JSON, st.sampled_from(["{}", "x = {};", "JSON.parse('{}')", "dataLayer.push({})"]))
def test_nothing_makes_it_raise(state: Any, shape: str) -> None:
    context = Context("m", "html", "DE", "k", "http://m/p-1", "http://m", datetime(2026, 1, 1, tzinfo=UTC))
    kind = "application/json" if shape == "{}" else ""
    text = shape.replace("{}", json.dumps({"product": state, "A:1": state, "price": 1}), 1)
    for found in html.extract(f'<script type="{kind}">{text}</script>'.encode(), context):
        assert isinstance(found, Reject) or found.as_record()["price"]
