from typing import Any

import numpy as np
import pytest

from bazaar.shop.visits import Seen, house_sku, liking, perceive, recognise, visit_storefront, would_buy
from bazaar.shop.world import Shop


def card(shop: Shop, number: int, amount: str = "10.00") -> dict[str, Any]:
    goods = shop.assortment
    return {
        "product": {"product_id": "p", "title": goods.title[number], "brand": goods.brand[number],
                    "category": goods.category[number]},
        "offer": {"url": f"{shop.base_url}/products/{goods.sku[number]}", "price": {"amount": amount, "currency": "EUR"}},
    }


@pytest.mark.parametrize(("category", "title", "name"), [
    ("Electronics > Computers > Laptops", "", "laptops"), ("laptops", "", "laptops"),
    (None, "Zephyr Vision Notebook 14", "laptops"),
    (None, "Veltara Orion Telefon komórkowy", "smartphones"), (None, "Something else", None),
])
def test_a_card_is_recognised_by_category_or_words(shop: Shop, category: str | None, title: str, name: str | None) -> None:
    found = recognise(category, title)
    assert (shop.assortment.category_names[found] if found >= 0 else None) == name


def test_only_the_houses_own_address_is_a_house_sku(shop: Shop) -> None:
    assert house_sku(shop, {"url": f"{shop.base_url}/products/{shop.assortment.sku[4]}"}) == 4
    assert house_sku(shop, {"url": f"http://127.10.0.1:8700/products/{shop.assortment.sku[4]}"}) == -1
    assert house_sku(shop, {}) == -1


def test_liking_follows_the_hidden_taste(shop: Shop) -> None:
    people, goods = shop.customers, shop.assortment
    seen = perceive(shop, card(shop, 0))
    category = goods.category_index[0]
    fond, averse = int(people.category_taste[:, category].argmax()), int(people.category_taste[:, category].argmin())
    assert liking(shop, fond, seen) > liking(shop, averse, seen)


def test_a_dearer_house_item_is_bought_less_and_others_never(shop: Shop) -> None:
    market = shop.assortment.market_price[0]
    cheap, dear = (would_buy(shop, 0, perceive(shop, card(shop, 0, f"{market * times:.2f}"))) for times in (0.9, 1.3))
    assert cheap > dear > 0
    assert would_buy(shop, 0, Seen(-1, 0, "", 5.0, 50.0, {})) == 0


def test_a_visit_tells_every_place_that_it_was_shown(shop: Shop) -> None:
    suggestions = {"items": [card(shop, number) for number in range(12)], "source": "trending", "release_id": "r"}
    visit = visit_storefront(shop, 0, 1_777_000_000, suggestions, deals=[], rng=np.random.default_rng(1))
    shown = [event for event in visit.events if event["kind"] == "impression"]
    assert [event["position"] for event in shown] == list(range(1, 11))
    assert {event["list"] for event in shown} == {"trending"}
    assert [event["event_at"] for event in visit.events] == sorted(event["event_at"] for event in visit.events)
    assert len({event["event_id"] for event in visit.events}) == len(visit.events)
