"""Every sentence is checked against the interactions themselves, by another way than the one that made it."""

import re
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml.recommendations.bodies import recommendation_rows, similar_rows, trending_rows
from ml.recommendations.candidates import signals
from ml.recommendations.config import Config, Weights
from ml.recommendations.features import Dataset
from ml.recommendations.reasons import short
from ml.recommendations.similarity import fit

AS_OF = pd.Timestamp("2026-05-05T10:15:00Z")


@pytest.fixture
def frames(shop: Any, config: Config) -> dict[str, pd.DataFrame]:
    dataset: Dataset = shop.encode(config)
    known = signals(dataset, dataset.history, fit(dataset.history, len(dataset.items), config), dataset.now, config)
    weights = Weights(bought=1, interest=0.4, together=0.6, also_bought=0.5, also_viewed=0.5, trending=0.3)
    return {
        "recommendations": recommendation_rows(dataset, known, weights, config),
        "trending": trending_rows(dataset, known, config), "similar": similar_rows(dataset, known, config),
    }


def told(shop: Any) -> pd.DataFrame:
    events: pd.DataFrame = shop.interactions.merge(shop.products[["product_id", "title", "category"]], on="product_id")
    return events.assign(day=events["event_at"].dt.floor("D"))


def both(events: pd.DataFrame, keys: list[str], one: str, other: str) -> int:
    """How many baskets (or customers) hold both titles."""
    bought = events[(events["kind"] == "purchase") & events["title"].isin([one, other])]
    return int((bought.groupby(keys)["title"].nunique() == 2).sum())


def is_true(item: dict[str, Any], title: str, mine: pd.DataFrame, events: pd.DataFrame, country: str) -> bool:
    words = item["reason"]
    if match := re.fullmatch(r"You bought (.+) (?:on (\d+) occasions|once)", words):
        days = mine[(mine["kind"] == "purchase") & (mine["title"] == match[1])]["day"].nunique()
        return match[1] == title and days == int(match[2] or 1)
    if match := re.fullmatch(r"You (view|click)ed (.+)", words):
        return match[2] == title and bool((mine[mine["kind"] == match[1]]["title"] == title).any())
    if match := re.fullmatch(r"Often bought together with (.+)", words):
        return both(events, ["customer_key", "day"], match[1], title) >= 2
    if match := re.fullmatch(r"Customers who bought (.+) also bought this", words):
        return both(events, ["customer_key"], match[1], title) >= 2
    if match := re.fullmatch(r"Because you (view|click)ed (.+)", words):
        return bool((mine[mine["kind"] == match[1]]["title"] == match[2]).any())
    if words == f"Popular in {country} this week":
        code = {"Germany": "DE", "France": "FR"}[country]
        recent = events[(events["event_at"] > AS_OF - timedelta(days=7)) & (events["country"] == code)]
        return bool((recent["title"] == title).any())
    return False


def test_each_recommendation_says_something_true(shop: Any, frames: dict[str, pd.DataFrame]) -> None:
    events, titles = told(shop), shop.products.set_index("product_id")["title"]
    country = shop.customers.set_index("customer_key")["country"].map({"DE": "Germany", "FR": "France"})
    codes = set()
    bodies = frames["recommendations"].set_index("customer_key")["items"].to_dict()
    for key, items in bodies.items():
        mine = events[events["customer_key"] == key]
        for item in items:
            assert is_true(item, titles[item["product_id"]], mine, events, country[key]), item
            codes.add(item["reason_code"])
    assert {"bought_before", "bought_together", "because_you_viewed", "popular_this_week"} <= codes


def test_every_active_customer_gets_twenty_available_distinct_items(shop: Any, frames: dict[str, pd.DataFrame]) -> None:
    recommendations = frames["recommendations"]
    gone = set(shop.products.loc[~shop.products["is_available"], "product_id"])
    assert set(recommendations["customer_key"]) == set(shop.customers["customer_key"])
    for items in recommendations["items"]:
        ids = [item["product_id"] for item in items]
        assert len(ids) == len(set(ids)) == 20
        assert not gone & set(ids)
        assert {item["source"] for item in items} <= {"personalised", "similar", "trending"}


def test_trending_has_each_country_and_everywhere(frames: dict[str, pd.DataFrame]) -> None:
    trending = frames["trending"].set_index("country")["items"]
    assert set(trending.index) == {"*", "DE", "FR"}
    assert trending["*"][0]["reason"] == "Popular everywhere this week"
    assert trending["DE"][0]["reason"] == "Popular in Germany this week"


def test_similar_items_name_the_page_they_stand_on(shop: Any, frames: dict[str, pd.DataFrame]) -> None:
    events, products = told(shop), shop.products.set_index("product_id")
    similar = frames["similar"].set_index("product_id")["items"]
    assert set(similar.index) == set(shop.products.loc[shop.products["is_available"], "product_id"])
    for product, items in similar.to_dict().items():
        for item in items:
            assert item["product_id"] != product
            if item["reason_code"] == "bought_together":
                title, other = str(products.loc[product, "title"]), str(products.loc[item["product_id"], "title"])
                assert item["reason"] == f"Often bought together with {title}"
                assert both(events, ["customer_key", "day"], title, other) >= 2
            if item["reason_code"] == "popular_in_category":
                assert item["reason"] == f"Popular in {products.loc[item['product_id'], 'category']}"


def test_long_titles_are_cut_with_an_ellipsis() -> None:
    assert short("x" * 60) == "x" * 60
    assert short("y" * 61) == "y" * 59 + "…"


def test_nobody_known_gives_an_empty_frame(shop: Any, config: Config) -> None:
    empty = shop.only(customers=shop.customers.iloc[:0], interactions=shop.interactions.iloc[:0]).encode(config)
    known = signals(empty, empty.history, fit(empty.history, len(empty.items), config), empty.now, config)
    assert recommendation_rows(empty, known, Weights(), config).empty
    assert np.all(known.trends.score == 0)
