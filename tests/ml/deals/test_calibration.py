from pathlib import Path

import numpy as np
import pytest

from ml.core import artifacts
from ml.core.artifacts import FolderStore
from ml.deals.calibration import fit, log_loss, looks_of, naive_losses
from ml.deals.config import DealsConfig
from tests.ml.deals.clicking import EXAMINED, outcomes

CONFIG = DealsConfig()


def test_places_and_scores_are_told_apart() -> None:
    looks = looks_of(outcomes(1, rows=30_000), CONFIG)
    curve = fit(looks, CONFIG)
    place = {f"deals|{n + 1}": share for n, share in enumerate(EXAMINED)}
    assert np.abs(curve.examined - np.array([place[name] for name in curve.places.tolist()])).max() < 0.12
    true = 1 / (1 + np.exp(3 - 6 * np.array([0.4, 0.5, 0.6])))
    assert curve.probability(np.array([0.4, 0.5, 0.6])) == pytest.approx(true, rel=0.15)


def test_a_higher_score_is_never_less_likely_and_never_certain() -> None:
    curve = fit(looks_of(outcomes(2), CONFIG), CONFIG)
    told = curve.probability(np.linspace(-1, 2, 50))
    assert (np.diff(told) >= 0).all()
    assert 0 < told.min() < told.max() < 1


def test_the_curve_beats_the_raw_score_and_the_raw_discount() -> None:
    trained, tested = (looks_of(outcomes(seed), CONFIG) for seed in (3, 4))
    value = log_loss(tested, fit(trained, CONFIG).expected(tested))
    naive = naive_losses(trained, tested, CONFIG)
    assert set(naive) == {"constant", "raw_score", "raw_discount"}
    assert value < min(naive.values())


def test_a_place_and_a_score_never_seen_get_an_answer() -> None:
    curve = fit(looks_of(outcomes(5, rows=500), CONFIG), CONFIG)
    strange = outcomes(6, rows=3).assign(list="newsletter", position=[float("nan"), 500, 1], score=[0.0, 1.0, 0.5])
    assert np.isfinite(curve.expected(looks_of(strange, CONFIG))).all()


def test_more_clicks_than_looks_count_as_looks() -> None:
    looks = looks_of(outcomes(7, rows=5).assign(clicks=4), CONFIG)
    assert (looks.clicks == 1).all()


def test_a_curve_read_again_is_the_same(tmp_path: Path) -> None:
    from ml.deals.learning import Model, from_parts

    store = FolderStore(tmp_path)
    model = Model(curve=fit(looks_of(outcomes(8), CONFIG), CONFIG), version="deals-1")
    again = from_parts(artifacts.load(artifacts.save("deals", model.version, model.parts(), store), store))
    assert (again.version, again.weights) == (model.version, model.weights)
    tested = looks_of(outcomes(9), CONFIG)
    assert model.curve is not None
    assert again.curve is not None
    np.testing.assert_array_equal(again.curve.expected(tested), model.curve.expected(tested))
