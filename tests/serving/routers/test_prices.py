from decimal import Decimal
from typing import Any

import httpx
import pytest

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


def test_a_price_says_why(api: httpx.Client) -> None:
    price = api.get("/v1/prices", params={"limit": 1}).json()["items"][0]
    assert price["reason"] == "Held below the cheapest competitor"
    assert Decimal(price["price"]["amount"]) < Decimal(price["previous_price"]["amount"])
    assert "cost_plus" in price["reason_parts"]


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
