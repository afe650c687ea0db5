from collections.abc import Mapping
from dataclasses import replace

import orjson
import pytest

from bazaar.merchants import registry
from bazaar.settings import BazaarSettings
from bazaar.shelf import FIRST_ASKED, Shelf, lone_window
from bazaar.site import rows_address
from bazaar.world import World, open_world


@pytest.fixture(scope="module")
def world(bazaar_settings: BazaarSettings) -> World:
    return open_world(replace(bazaar_settings, world="market-40-1600"))


def test_a_market_has_every_platform_and_names_of_its_own(world: World) -> None:
    assert {merchant.platform for merchant in world.merchants} == set(FIRST_ASKED)
    entries = registry(world.merchants, 0.25)["merchants"]
    assert len({entry["merchant_id"] for entry in entries}) == 40
    assert {entry["spacing_seconds"] for entry in entries} == {0.25}


@pytest.mark.parametrize("number", range(20))
def test_a_shelf_holds_every_row_once(world: World, number: int) -> None:
    merchant, shelf = world.merchants[number], Shelf(world, number, 0)
    window = lone_window(world, number, 0)
    assert shelf.stock() == len(window.rows) > 0
    path, query = FIRST_ASKED[merchant.platform]
    assert shelf.document(path, query) == Shelf(world, number, 0).document(path, query)
    assert shelf.document("/nowhere", {}) is None


def test_two_merchants_alike_have_prices_of_their_own(world: World) -> None:
    first, other = (lone_window(world, number, 0) for number in (0, 4))
    assert [row.price for row in first.rows][:5] != [row.price for row in other.rows][:5]


@pytest.mark.parametrize(("number", "path", "query"), [
    (2, "/wp-json/wc/store/v1/products", {"per_page": "7"}),
    (0, "/products.json", {"limit": "7"}),
])
def test_pages_of_another_size_are_made_too(world: World, number: int, path: str, query: Mapping[str, str]) -> None:
    shelf, shown, page = Shelf(world, number, 0), 0, 1
    while document := shelf.document(path, {**query, "page": str(page)}):
        shown, page = shown + document.records, page + 1
        if not document.records:
            break
    assert shown == len(lone_window(world, number, 0).rows)


def test_graphql_pages_by_argument_or_variable(world: World) -> None:
    shelf, window = Shelf(world, 5, 0), lone_window(world, 5, 0)
    asked = "query($size: Int!, $page: Int!) { products(filter: {}, pageSize: $size, currentPage: $page) { items { sku } } }"
    seen = []
    for page in range(1, -(-len(window.rows) // 9) + 1):
        variables = orjson.dumps({"size": 9, "page": page}).decode()
        document = shelf.document("/graphql", {"query": asked, "variables": variables})
        assert document is not None
        seen += [item["sku"] for item in orjson.loads(document.body)["data"]["products"]["items"]]
    assert seen == [row.listing.sku for row in window.rows]
    past = shelf.document("/graphql", {"query": "{ products(pageSize: 9, currentPage: 999) { items { sku } } }"})
    assert past is not None
    assert b"greater than" in past.body
    assert rows_address("/graphql", {"query": "{ products(currentPage: 3) }"}) == "/graphql?page=3"
