from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from serving.keys import book
from tests.serving import published


def test_polling_by_cursor_gives_every_sku_once(api: httpx.Client, world: published.World) -> None:
    skus, cursor = [], None
    while True:
        body = api.get("/v1/prices", params={"limit": 9} | ({"cursor": cursor} if cursor else {})).json()
        skus += [item["sku"] for item in body["items"]]
        cursor = body["next_cursor"]
        if cursor is None:
            break
    assert skus == sorted(row["sku"] for row in world.rows["price"])


def keyed(url: str, *scopes: str) -> dict[str, str]:
    """Headers of a new service key with these scopes."""
    with book.opened(url) as connection:
        return {"X-API-Key": book.create(connection, "shop", scopes, 1000, None)}


@pytest.mark.parametrize("ask", [("GET", None), ("POST", {"skus": ["SKU-0001"]})], ids=["list", "batch"])
def test_who_may_know_it_is_told_what_a_price_is_made_of(api: httpx.Client, published_url: str, ask: tuple[str, Any]) -> None:
    for scope in ("prices", "staff"):
        answer = api.request(ask[0], "/v1/prices", json=ask[1], headers=keyed(published_url, scope))
        price = answer.json()["items"][0]
        assert price["reason"] == "Lowered from 189.00 to 179.55 EUR; cost 136.08 at a margin of 20% makes 170.10"
        assert Decimal(price["price"]["amount"]) < Decimal(price["previous_price"]["amount"])
        assert "cost_plus" in price["reason_parts"]
        assert answer.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("ask", [("GET", None), ("POST", {"skus": ["SKU-0001"]})], ids=["list", "batch"])
def test_costs_and_margins_are_told_to_nobody_else(
    api: httpx.Client, published_url: str, bearer: Callable[..., dict[str, str]], ask: tuple[str, Any],
) -> None:
    for headers in ({}, bearer(published.ALICE), bearer(published.ALICE, scope="customer"), keyed(published_url)):
        answer = api.request(ask[0], "/v1/prices", json=ask[1], headers=headers)
        price = answer.json()["items"][0]
        assert (price["reason"], price["reason_parts"]) == ("Lowered from 189.00 to 179.55 EUR", None)
        assert "cost" not in answer.text
        assert "X-API-Key" in answer.headers["vary"]


def test_an_unchanged_release_costs_no_body(api: httpx.Client) -> None:
    tag = api.get("/v1/prices").headers["etag"]
    assert tag.startswith('"price-v1-')
    assert api.get("/v1/prices", headers={"If-None-Match": tag}).status_code == 304


def test_a_batch_is_requoted(api: httpx.Client) -> None:
    body = api.post("/v1/prices", json={"skus": ["SKU-0002", "SKU-0001", "SKU-9999"]}).json()
    assert [item["sku"] for item in body["items"]] == ["SKU-0001", "SKU-0002"]
    assert body["unknown"] == ["SKU-9999"]


@pytest.mark.parametrize(
    "body", [{}, {"skus": []}, {"skus": ["a\x00"]}, {"skus": "SKU-0001"}, {"skus": ["x"] * 1001}, {"skus": [None]}, []]
)
def test_a_batch_that_is_not_one_is_refused(api: httpx.Client, body: Any) -> None:
    assert api.post("/v1/prices", json=body).status_code == 422


def test_a_cursor_of_deals_is_no_cursor_of_prices(api: httpx.Client) -> None:
    cursor = api.get("/v1/deals", params={"limit": 5}).json()["next_cursor"]
    assert api.get("/v1/prices", params={"cursor": cursor}).status_code == 422
