"""The figure: equal to the room's nDCG, split by time, better than the naive where habits are planted."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml.core.metrics import ndcg_at_k
from ml.recommendations import evaluate
from ml.recommendations.config import PERSONAL_FREQUENCY, POPULARITY, Config, Weights
from ml.recommendations.features import Dataset
from ml.recommendations.model import rank
from ml.recommendations.similarity import fit


def held_out(dataset: Dataset, config: Config) -> evaluate.Trial:
    start = dataset.now - config.holdout_days
    similarity = fit(dataset.history.before(start), len(dataset.items), config)
    return evaluate.trial(dataset, similarity, start, config, rng=np.random.default_rng(1))


def test_it_equals_the_definition_customer_by_customer(shop: Any, config: Config) -> None:
    test = held_out(shop.encode(config), config)
    ranking, figures = rank(test.found, Weights(), config.at), []
    for customer in test.customers:
        relevant = (test.truth[test.truth // test.items == customer] % test.items).tolist()
        figures.append(ndcg_at_k(relevant, ranking.item[ranking.customer == customer].tolist(), config.at))
    assert evaluate.ndcg(test, Weights(), config) == pytest.approx(np.mean(figures))


def test_habits_beat_popularity(shop: Any, config: Config) -> None:
    test = held_out(shop.encode(config), config)
    popularity, personal = (evaluate.ndcg(test, w, config) for w in (POPULARITY, PERSONAL_FREQUENCY))
    assert personal > 2 * popularity
    assert evaluate.ndcg(test, evaluate.choose_weights([test], config), config) >= personal


def test_what_happens_in_the_held_out_days_does_not_reach_the_candidates(shop: Any, config: Config) -> None:
    before = held_out(shop.encode(config), config)
    late = shop.interactions[shop.interactions["event_at"] > shop.interactions["event_at"].max() - pd.Timedelta(days=10)]
    planted = late.assign(product_id=shop.products["product_id"].iloc[0], kind="view")
    after = held_out(shop.only(interactions=pd.concat([shop.interactions, planted], ignore_index=True)).encode(config), config)
    assert np.array_equal(before.found.item, after.found.item)
    assert np.array_equal(before.found.parts, after.found.parts)


def test_too_few_buyers_give_no_figure(shop: Any, config: Config) -> None:
    test = held_out(shop.encode(config), config)
    assert np.isnan(evaluate.ndcg(test, Weights(), config.model_copy(update={"min_evaluated_customers": 1000})))
