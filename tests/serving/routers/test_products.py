import uuid
from decimal import Decimal

import httpx
import pytest

from tests.serving import published

TITLE = "Aurora Wireless Headphones"


@pytest.fixture(scope="module")
def path(world: published.World) -> str:
    return f"/v1/products/{world.product_id(TITLE)}"


def test_a_product_shows_its_cheapest_offer_in_stock(api: httpx.Client, path: str, world: published.World) -> None:
    body = api.get(path).json()
    cheapest = min(row["price_reporting"] for row in world.rows["product_offer"] if row["title"] == TITLE)
    assert body["title"] == TITLE
    assert Decimal(body["best_offer"]["price_reporting"]["amount"]) == Decimal(str(cheapest))


def test_offers_stand_side_by_side_cheapest_first(api: httpx.Client, path: str) -> None:
    offers = api.get(f"{path}/offers").json()["items"]
    prices = [Decimal(offer["price_reporting"]["amount"]) for offer in offers]
    assert len(offers) == 3
    assert prices == sorted(prices)
    assert {offer["price"]["currency"] for offer in offers} <= {"EUR", "GBP", "SEK"}


def test_an_offer_out_of_stock_stands_last_and_is_not_best(api: httpx.Client, world: published.World) -> None:
    path = f"/v1/products/{world.product_id('Basalt Bluetooth Speaker')}"
    gone = world.live[0]["offer_id"]
    offers = api.get(f"{path}/offers").json()["items"]
    assert offers[-1]["offer_id"] == str(gone)
    assert offers[-1]["is_live"]
    assert api.get(path).json()["best_offer"]["offer_id"] != str(gone)


def test_price_history_tells_each_merchant_and_the_low_of_thirty_days(
    api: httpx.Client, path: str, world: published.World
) -> None:
    body = api.get(f"{path}/price-history").json()
    days = [point["day"] for point in body["points"]]
    assert days == sorted(days)
    assert len({point["merchant_id"] for point in body["points"]}) == 3
    assert body["lowest_30d"] == api.get(path).json()["lowest_30d"]
    assert body["lowest_30d"]["currency"] == "EUR"
    one = api.get(f"{path}/price-history", params={"merchant": "house"}).json()
    assert {point["merchant_id"] for point in one["points"]} == {"house"}


def test_similar_items_can_be_bought_and_say_why(api: httpx.Client, path: str, world: published.World) -> None:
    items = api.get(f"{path}/similar").json()["items"]
    assert len(items) == 4
    assert all(item["reason"] == f"Often bought with {TITLE}" and item["offer"]["availability"] == "in_stock" for item in items)


@pytest.mark.parametrize("part", ["", "/offers", "/price-history", "/similar"])
def test_an_unknown_product_is_a_problem(api: httpx.Client, part: str) -> None:
    answer = api.get(f"/v1/products/{uuid.uuid4()}{part}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert api.get(f"/v1/products/not-a-uuid{part}").status_code == 422


def test_a_merged_product_leads_to_the_one_that_took_it_in(own: tuple[httpx.Client, str]) -> None:
    client, url = own
    world, gone = published.make_world(), uuid.uuid4()
    survivor = world.product_id(TITLE)
    world.rows["product_redirect"] = [{"product_id": gone, "redirect_to": survivor}]
    published.publish(url, world, 1)
    for path in ("/v1/products/{}", "/v1/products/{}/offers", "/v1/products/{}/price-history?merchant=house", "/products/{}"):
        answer = client.get(path.format(str(gone).upper()))
        assert (answer.status_code, answer.headers.get("location")) == (308, path.format(survivor))
        assert client.get(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize(
    ("part", "dataset"),
    [("", "product"), ("/offers", "product_offer"), ("/price-history", "price_history"), ("/similar", "similar")],
)
def test_each_part_has_an_etag_of_its_dataset(api: httpx.Client, path: str, part: str, dataset: str) -> None:
    tag = api.get(f"{path}{part}").headers["etag"]
    assert tag.startswith(f'"{dataset}-v1-')
    assert api.get(f"{path}{part}", headers={"If-None-Match": tag}).status_code == 304
