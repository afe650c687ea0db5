"""The blend itself: known answers, caps, round trip, the newcomer."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.core import artifacts
from ml.recommendations.candidates import Candidates, candidates, signals
from ml.recommendations.config import COMPONENTS, POPULARITY, Config, Weights
from ml.recommendations.features import Dataset
from ml.recommendations.model import Model, from_parts, naive, rank
from ml.recommendations.similarity import KINDS, fit


@pytest.fixture
def dataset(shop: Any, config: Config) -> Any:
    return shop.encode(config)


def rows(scores: dict[tuple[int, int], float]) -> Candidates:
    customer, item = zip(*sorted(scores), strict=True)
    parts = np.zeros((len(scores), len(COMPONENTS)))
    parts[:, 0] = [scores[key] for key in sorted(scores)]
    return Candidates(np.array(customer), np.array(item), parts)


def test_rank_orders_by_score_and_breaks_ties_by_item() -> None:
    ranking = rank(rows({(0, 5): 0.2, (0, 1): 0.9, (0, 3): 0.2, (1, 4): 0.1}), Weights(), 2)
    assert ranking.customer.tolist() == [0, 0, 1]
    assert ranking.item.tolist() == [1, 3, 4]


def test_a_full_category_waits_until_nothing_else_is_left(dataset: Dataset) -> None:
    shelf = [n for n in range(len(dataset.items)) if dataset.items.category[n] == 0][:5]
    other = next(n for n in range(len(dataset.items)) if dataset.items.category[n] == 1)
    found = rows({(0, n): 1.0 - n / 1000 for n in shelf} | {(0, other): 0.01})
    ranking = rank(found, Weights(), 4, dataset.items, Config(category_cap=2))
    assert ranking.item.tolist() == [shelf[0], shelf[1], other, shelf[2]]


def test_the_partner_of_a_pair_is_its_best_neighbour(dataset: Dataset, config: Config) -> None:
    together = fit(dataset.history, len(dataset.items), config).together
    pairs = [item for item in range(0, 60, 2) if together[item].nnz]
    assert len(pairs) > 20
    assert all(together[item].indices[together[item].data.argmax()] == item + 1 for item in pairs)


def test_a_newcomer_gets_what_is_popular_in_their_country(dataset: Dataset, config: Config) -> None:
    known = signals(dataset, dataset.history, fit(dataset.history, len(dataset.items), config), dataset.now, config)
    newcomer = np.array([dataset.customers.index("c079")])
    ranking = rank(candidates(dataset, known, newcomer, config), Weights(), 5)
    row = known.trends.score[known.trends.row_of_country[dataset.countries.index("DE")]]
    assert ranking.item.tolist() == np.lexsort((np.arange(len(row)), -row))[:5].tolist()
    assert {COMPONENTS[main] for main in ranking.main} == {"trending"}


def test_saved_and_loaded_is_equal(dataset: Dataset, config: Config, tmp_path: Path) -> None:
    model = Model("recommendations-x", Weights(bought=3), fit(dataset.history, len(dataset.items), config), dataset.now)
    store = artifacts.open_store(str(tmp_path))
    uri = artifacts.save("recommendations", "x", model.parts(dataset.items), store)
    again = from_parts(artifacts.load(uri, store), dataset.items)
    assert (again.version, again.weights, again.trained_day) == (model.version, model.weights, model.trained_day)
    for kind in KINDS:
        assert abs(again.similarity.get(kind) - model.similarity.get(kind)).max() == 0


def test_a_stored_model_follows_items_to_their_new_codes(shop: Any, dataset: Dataset, config: Config) -> None:
    model = Model("x", Weights(), fit(dataset.history, len(dataset.items), config), dataset.now)
    fewer = shop.only(products=shop.products.iloc[10:].reset_index(drop=True)).encode(config)
    moved = from_parts(model.parts(dataset.items), fewer.items).similarity.together
    assert abs(moved - model.similarity.together[10:, 10:]).max() == 0


def test_the_naive_is_popularity_alone(dataset: Dataset) -> None:
    model = naive(len(dataset.items))
    assert model.weights == POPULARITY
    assert all(model.similarity.get(kind).nnz == 0 for kind in KINDS)
