from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.categories.assign import read_words
from ml.categories.config import CategoriesConfig
from ml.categories.model import Classifier, least_precise, restore
from ml.categories.text import features
from ml.categories.training import gather, learn
from ml.core.settings import settings

Make = Callable[..., pd.DataFrame]


def test_a_stored_classifier_speaks_as_the_one_that_was_fitted(
    classifier: Classifier, make_offers: Make, config: CategoriesConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEALHOUSE_STORE", str(tmp_path))
    settings.cache_clear()
    again = restore(classifier.version, classifier.store())
    settings.cache_clear()
    texts = [reading.rest for reading in read_words(make_offers(50, seed=4), config)]
    for mine, theirs in zip(classifier.probabilities(texts), again.probabilities(texts), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert again.categories.classes == classifier.categories.classes
    assert again.categories.threshold == classifier.categories.threshold
    np.testing.assert_array_equal(again.subcategories.calibrated, classifier.subcategories.calibrated)
    assert again.trust == classifier.trust


def test_a_word_weighed_once_counts_as_its_letters_do(classifier: Classifier) -> None:
    """Prediction multiplies words by letters first; it is the very model that was fitted on their product."""
    texts = ["norvik a11 dual sim", "", "brunmark b12 1400 rpm spin"]
    weights = classifier.categories.weights
    scores = features(classifier.reader, texts) @ weights[:-1] + weights[-1]
    np.testing.assert_allclose(classifier.probabilities(texts)[0], 1 / (1 + np.exp(-scores)), rtol=1e-4)


def test_the_same_seed_learns_the_same(make_offers: Make, config: CategoriesConfig) -> None:
    readings = read_words(make_offers(120), config)
    first, second = (learn(gather(readings, config, seed=5), config, "v", seed=5) for _ in range(2))
    assert first is not None
    assert second is not None
    np.testing.assert_array_equal(first.categories.weights, second.categories.weights)


def test_too_little_teaches_nothing(make_offers: Make, config: CategoriesConfig) -> None:
    for few in (make_offers(400, named=0.0), make_offers(20, named=1.0)):
        assert learn(gather(read_words(few, config), config, seed=1), config, "v", seed=1) is None


def test_the_bar_stands_where_enough_are_right() -> None:
    confidence, right = np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True])
    assert least_precise(confidence, right, 0.97) == 0.8
    assert least_precise(confidence, right, 0.75) == 0.6
    assert least_precise(confidence, ~right, 0.97) == 1.0
