from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ml.core.errors import ArtifactError
from ml.matching.config import MatchingConfig
from ml.matching.evaluate import labelled_pairs
from ml.matching.model import Rules, block, calibrate, fit, restore, with_identifiers
from ml.matching.offers import Pairs, prepare

Market = Callable[..., pd.DataFrame]
CONFIG = MatchingConfig(trees=20)


def test_a_scorer_learns_stores_and_comes_back_the_same(make_market: Market, warehouse: object) -> None:
    offers = prepare(make_market(products=80))
    blocked = block(offers, CONFIG)
    labelled = labelled_pairs(offers, blocked, CONFIG, np.random.default_rng(1))
    assert labelled is not None
    scorer = fit(labelled, CONFIG, "matching-lightgbm-test", seed=3)
    features = blocked.features(offers)
    probability = scorer.probabilities(features)
    again = fit(labelled, CONFIG, "matching-lightgbm-test", seed=3)
    np.testing.assert_array_equal(again.probabilities(features), probability)
    np.testing.assert_array_equal(restore(scorer.version, scorer.store()).probabilities(features), probability)
    truth = offers.frame["truth"].to_numpy()
    same = truth[blocked.pairs.left] == truth[blocked.pairs.right]
    assert probability[same].mean() > probability[~same].mean() + 0.5
    assert 0 < probability.min() <= probability.max() < 1


def test_a_scorer_that_was_never_stored_is_missed(warehouse: object) -> None:
    with pytest.raises(ArtifactError):
        restore("v0", "matching/v0")


def test_the_rules_prefer_what_agrees(make_market: Market) -> None:
    offers = prepare(make_market(products=30))
    blocked = block(offers, CONFIG)
    probability = Rules().probabilities(blocked.features(offers))
    truth = offers.frame["truth"].to_numpy()
    same = truth[blocked.pairs.left] == truth[blocked.pairs.right]
    assert probability[same].mean() > probability[~same].mean() + 0.2


def test_calibration_rises_and_survives_one_kind_of_label() -> None:
    raw, calibrated = calibrate(np.array([0.1, 0.4, 0.5, 0.9]), np.array([False, False, True, True]))
    assert (np.diff(raw) >= 0).all()
    assert (np.diff(calibrated) >= 0).all()
    assert calibrate(np.array([0.1]), np.array([True]))[0].tolist() == [0.0, 1.0]


def test_identifiers_speak_last_but_not_against_all_sense() -> None:
    frame = pd.DataFrame({"title": ["a", "b", "c", "d"], "merchant_id": list("wxyz"), "gtin": ["1", "1", "2", None]})
    pairs = Pairs(np.array([0, 0, 0, 1]), np.array([1, 2, 3, 3]))
    text = np.array([0.5, 0.99, 0.5, 0.7], np.float32)
    out = with_identifiers(prepare(frame), pairs, text, CONFIG)
    assert out[0] > 0.99
    assert out.tolist()[1:] == pytest.approx([0.0, 0.5, 0.7])
    assert with_identifiers(prepare(frame), pairs, np.full(4, 0.001, np.float32), CONFIG)[0] < 0.5
