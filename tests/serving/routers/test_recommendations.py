from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest

from tests.serving import published

PATH = "/v1/recommendations"
Bearer = Callable[..., dict[str, str]]


def test_a_shopper_reads_their_own_with_reasons(api: httpx.Client, bearer: Bearer, world: published.World) -> None:
    answer = api.get(PATH, headers=bearer(published.ALICE))
    body = answer.json()
    assert body["source"] == "personalised"
    assert [item["position"] for item in body["items"]] == list(range(1, len(body["items"]) + 1))
    assert all(
        item["reason"].startswith("You buy this") and item["offer"]["availability"] == "in_stock" for item in body["items"]
    )
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["vary"] == "Authorization"


def test_nobody_reads_anothers(api: httpx.Client, bearer: Bearer) -> None:
    def products(**request: Any) -> set[str]:
        return {item["product"]["product_id"] for item in api.get(PATH, **request).json()["items"]}

    alice, bob = products(headers=bearer(published.ALICE)), products(headers=bearer(published.BOB))
    assert alice
    assert not alice & bob
    claimed = {"customer_key": published.BOB, "sub": published.BOB, "customer": published.BOB}
    assert products(headers=bearer(published.ALICE), params=claimed) == alice


def test_a_newcomer_gets_what_is_trending_and_it_says_so(api: httpx.Client, bearer: Bearer) -> None:
    body = api.get(PATH, headers=bearer(published.NEWCOMER), params={"country": "DE"}).json()
    assert body["source"] == "trending"
    assert {item["source"] for item in body["items"]} == {"trending"}


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-house"},
        {"aud": None},
        {"iss": "another-shop"},
        {"iss": None},
        {"exp": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "a\x00b"},
        {"lifetime_s": -60},
        {"secret": "another-secret-that-is-just-as-long-as-ours"},
        {"algorithm": "HS512"},
        {"sub": 7},
        {"nbf": 9999999999},
    ],
)
def test_a_token_that_is_not_ours_is_refused(api: httpx.Client, bearer: Bearer, claims: dict[str, Any]) -> None:
    answer = api.get(PATH, headers=bearer(**claims))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unsigned_token_is_refused(api: httpx.Client) -> None:
    unsigned = jwt.encode({"sub": published.ALICE, "aud": "dealhouse", "iss": "house", "exp": 9999999999}, "", algorithm="none")
    assert api.get(PATH, headers={"Authorization": f"Bearer {unsigned}"}).status_code == 401


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer"}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer a.b.c"}]
)
def test_no_token_is_no_entry(api: httpx.Client, headers: dict[str, str]) -> None:
    assert api.get(PATH, headers=headers).status_code == 401


def live_offers(world: published.World, product_id: str, availability: str) -> list[dict[str, Any]]:
    """Live rows that give every offer of a product one availability."""
    copied = ("offer_id", "price", "currency", "price_reporting")
    return [
        {**{name: row[name] for name in copied}, "availability": availability, "observed_at": published.AS_OF}
        for row in world.rows["product_offer"] if str(row["product_id"]) == product_id
    ]


def first_becomes(own: tuple[httpx.Client, str], bearer: Bearer, availability: str) -> tuple[list[Any], list[Any]]:
    """Alice's items before and after every offer of the first one's product got an availability."""
    client, url = own
    world = published.make_world()
    published.publish(url, world, 1)
    before = client.get(PATH, headers=bearer(published.ALICE)).json()["items"]
    world.live = live_offers(world, before[0]["product"]["product_id"], availability)
    published.publish(url, world, 2)
    return before, client.get(PATH, headers=bearer(published.ALICE)).json()["items"]


def test_what_sells_out_is_no_longer_recommended(own: tuple[httpx.Client, str], bearer: Bearer) -> None:
    before, after = first_becomes(own, bearer, "out_of_stock")
    assert [item["product"] for item in after] == [item["product"] for item in before[1:]]


def test_what_nobody_calls_sold_out_stays_recommended(own: tuple[httpx.Client, str], bearer: Bearer) -> None:
    before, after = first_becomes(own, bearer, "unknown")
    assert [item["product"] for item in after] == [item["product"] for item in before]
    assert after[0]["offer"]["availability"] == "unknown"


def test_trending_falls_back_to_everywhere(api: httpx.Client) -> None:
    everywhere, nowhere = api.get("/v1/trending"), api.get("/v1/trending", params={"country": "ZZ"})
    assert everywhere.json()["items"] == nowhere.json()["items"] != []
    assert everywhere.headers["etag"].startswith('"trending-v1-')
    assert api.get("/v1/trending", params={"limit": 51}).status_code == 422
