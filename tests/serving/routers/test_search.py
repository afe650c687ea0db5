"""What a search finds, how it says so, and what it counts."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import psycopg
import pytest

from tests.serving import published
from tests.serving.routers.test_deals import get, titles

Bearer = Callable[..., dict[str, str]]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("headphone", "Aurora Wireless Headphones"), ("smartphones", "Pixelite 9 Smartphone 128 GB"),
        ("128GB", "Pixelite 9 Smartphone 128 GB"),
        ("t3 turntable", "Vinyl Turntable T-3"), ("T 3", "Vinyl Turntable T-3"), ("kopfhörer", "Aurora Wireless Headphones"),
        ("casque sans fil", "Aurora Wireless Headphones"), ("rucksack", "Trekking Backpack 45 L"),
        ("the lamp for a desk", "Dimmable Desk Lamp"),
    ],
)
def test_plurals_codes_and_synonyms_are_found_as_they_are(api: httpx.Client, query: str, title: str) -> None:
    body = get(api, q=query)
    assert title in titles(body)
    assert body["match"] == "exact"


def test_a_beginning_finds_what_goes_on(api: httpx.Client) -> None:
    body = get(api, q="ultraw")
    assert (titles(body), body["match"]) == (["UltraWide Monitor 34"], "prefix")


def test_words_that_nothing_holds_are_left_out_and_that_is_told(api: httpx.Client) -> None:
    body = get(api, q="espresso qwertzuiop machine")
    assert titles(body)[0] == "Espresso Machine Barista Uno"
    assert body["match"] == "relaxed"


def test_where_no_deal_has_all_words_those_with_most_come_first(api: httpx.Client) -> None:
    body = get(api, q="trail turntable vinyl")
    assert (titles(body)[0], body["match"]) == ("Vinyl Turntable T-3", "relaxed")


def test_a_short_list_is_followed_by_what_fits_some_words(api: httpx.Client) -> None:
    body = get(api, q="aurora headphones")
    assert titles(body) == ["Aurora Wireless Headphones"]
    related = [deal["title"] for deal in body["related"]]
    assert {"Aurora Mini Earbuds", "Studio Headphones Pro 250"} <= set(related)
    assert "Aurora Wireless Headphones" not in related


def test_where_nothing_is_found_what_is_popular_stands_instead(api: httpx.Client, world: published.World) -> None:
    body = get(api, q="zzzzqqqq")
    assert body["items"] == body["related"] == []
    assert [deal["title"] for deal in body["trending"]] == [row["title"] for row in world.rows["search_doc"][:8]]
    assert get(api, q="headphones")["trending"] == []


def test_what_shoppers_opened_after_the_words_comes_first(api: httpx.Client, own: tuple[httpx.Client, str]) -> None:
    client, url = own
    world = published.make_world()
    opened = world.deal_of("Studio Headphones Pro 250")
    world.rows["search_click"] = [{"term": "headphones", "deal_id": opened["deal_id"], "shoppers": 30}]
    published.publish(url, world, 1)
    assert titles(get(client, q="Headphones"))[0] == "Studio Headphones Pro 250"
    assert titles(get(api, q="Headphones"))[0] != "Studio Headphones Pro 250"


def test_a_brand_that_is_named_comes_before_a_text_that_names_it(own: tuple[httpx.Client, str]) -> None:
    client, url = own
    world = published.make_world()
    world.rows["search_doc"][0]["title"] = world.rows["deal"][0]["title"] = "Case that fits Sweepo Sweepo robots"
    published.publish(url, world, 1)
    assert titles(get(client, q="sweepo"))[0] == "Robot Vacuum R5"


def test_pieces_of_the_texts_are_marked_and_safe(own: tuple[httpx.Client, str]) -> None:
    client, url = own
    world = published.make_world()
    world.rows["deal"][0]["title"] = world.rows["search_doc"][0]["title"] = "<script>alert(1)</script> Headphones"
    published.publish(url, world, 1)
    found = next(deal for deal in get(client, q="headphone")["items"] if "script" in deal["title"])
    assert found["highlights"]["title"] == "&lt;script&gt;alert(1)&lt;/script&gt; <mark>Headphones</mark>"
    assert get(client)["items"][0]["highlights"] is None


@pytest.mark.parametrize("facet", ["price", "discount", "rating"])
def test_a_step_counts_what_it_would_bring(api: httpx.Client, facet: str) -> None:
    """Beside another choice, which it keeps, and its own kind's, which it drops."""
    own = {"price": {"max_price": "60"}, "discount": {"min_discount": "45"}, "rating": {"min_rating": "4.6"}}[facet]
    steps = get(api, country="SE", merchant="north-audio", **own)["facets"][facet]
    assert steps
    for step in steps:
        low, _, high = step["value"].partition("-")
        price = {"min_price": low, "max_price": high}
        bounds = {"price": price, "discount": {"min_discount": low}, "rating": {"min_rating": low}}
        assert get(api, country="SE", merchant="north-audio", **bounds[facet])["total"]["value"] == step["count"], step


def test_the_count_in_stock_is_what_the_choice_leaves(api: httpx.Client) -> None:
    facets = get(api, category="audio")["facets"]
    assert facets["in_stock"] == get(api, category="audio", in_stock="true")["total"]["value"] == 4
    assert facets["relation"] == "eq"


def test_bounds_hold_on_both_sides(api: httpx.Client) -> None:
    deals = get(api, min_price="50", max_price="100", limit=100)["items"]
    prices = [Decimal(deal["price_reporting"]["amount"]) for deal in deals]
    assert prices
    assert all(50 <= price <= 100 for price in prices)
    cuts = [deal["discount_pct"] for deal in get(api, min_discount=10, max_discount=25, limit=100)["items"]]
    assert cuts
    assert all(10 <= cut <= 25 for cut in cuts)


def test_a_known_shopper_gets_the_same_deals_in_an_order_of_their_own(api: httpx.Client, bearer: Bearer) -> None:
    everybodys = api.get("/v1/deals", params={"personalise": "true"})
    theirs = api.get("/v1/deals", params={"personalise": "true"}, headers=bearer(published.BOB))
    assert theirs.headers["cache-control"] == "private, no-store"
    assert everybodys.headers["cache-control"].startswith("public")
    assert (theirs.json()["personalised"], everybodys.json()["personalised"]) == (True, False)
    assert titles(theirs.json()) != titles(everybodys.json())
    assert sorted(titles(theirs.json())) == sorted(titles(everybodys.json()))
    assert theirs.json()["next_cursor"] == everybodys.json()["next_cursor"], "a walk meets every deal once, whoever walks"


def test_without_the_wish_a_token_changes_nothing(api: httpx.Client, bearer: Bearer) -> None:
    answer = api.get("/v1/deals", headers=bearer(published.BOB))
    assert answer.headers["cache-control"].startswith("public")
    assert answer.json() == api.get("/v1/deals").json()


def test_a_newcomer_gets_everybodys_order(api: httpx.Client, bearer: Bearer) -> None:
    answer = api.get("/v1/deals", params={"personalise": "true"}, headers=bearer(published.NEWCOMER))
    assert answer.json()["personalised"] is False
    assert titles(answer.json()) == titles(get(api))


def test_a_release_that_an_earlier_version_made_is_waited_out(own: tuple[httpx.Client, str]) -> None:
    client, url = own
    published.publish(url, published.make_world(), 1)
    with psycopg.connect(url) as connection:
        connection.execute("alter table publish.search_doc drop column offer_id")
    answer = client.get("/v1/deals", params={"q": "headphones"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")


@pytest.mark.parametrize("params", [{"min_price": "-1"}, {"min_rating": "6"}, {"max_discount": "101"}, {"personalise": "maybe"}])
def test_what_is_not_valid_is_refused(api: httpx.Client, params: dict[str, Any]) -> None:
    assert api.get("/v1/deals", params=params).status_code == 422
