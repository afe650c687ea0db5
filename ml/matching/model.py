"""The scorer: how likely two offers sell the same thing. LightGBM on pair features, calibrated; else fixed rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from ml.core.artifacts import load, save
from ml.matching.blocking import candidates
from ml.matching.config import RULES_VERSION, MatchingConfig
from ml.matching.context import context_features
from ml.matching.features import pair_features, similarities
from ml.matching.offers import FloatArray, Offers, Pairs

FLOOR = 0.001
FOUND = 95  # of 100: a code that stands in the other title, or nearly
RULES = {
    "word": 5.0, "char": 5.0, "shared_of_shorter": 2.0, "code_common": 2.0, "brand_same": 1.0, "mpn_same": 3.0, "mutual": 1.0,
    "variant_conflict": -4.0, "brand_apart": -2.0, "code_same_shape": -2.0, "number_apart": -1.0, "group_same": -3.0,
    "numbers_apart": -1.5, "numbers_common": 0.4, "code_found": 1.0,
}
THREADS = 1  # more of them spin against the neighbours of a shared machine


class Scorer(Protocol):
    """Turns pair features into calibrated probabilities, shape (pairs,)."""

    @property
    def version(self) -> str: ...

    def probabilities(self, features: pd.DataFrame) -> FloatArray: ...

    def contributions(self, features: pd.DataFrame) -> pd.DataFrame:
        """What each feature adds to the log odds; rows and (some of the) columns of `features`."""
        ...


@dataclass(frozen=True)
class Rules:
    """The scorer before any label: a logistic set by hand."""

    version: str = RULES_VERSION

    def probabilities(self, features: pd.DataFrame) -> FloatArray:
        logit = -7.0 + self.contributions(features).sum(axis=1)
        return _bounded(1 / (1 + np.exp(-logit.to_numpy(np.float64))))

    def contributions(self, features: pd.DataFrame) -> pd.DataFrame:
        said = features[list(RULES)]
        return said.assign(
            numbers_apart=said["numbers_apart"].clip(upper=2), numbers_common=said["numbers_common"].clip(upper=3),
            code_found=said["code_found"] >= FOUND,
        ).astype(np.float32) * pd.Series(RULES)


@dataclass(frozen=True)
class Learnt:
    """A LightGBM booster and its isotonic calibration (points of a step-wise linear map)."""

    version: str
    booster: lgb.Booster
    columns: tuple[str, ...]
    raw: NDArray[np.float64]
    calibrated: NDArray[np.float64]

    def probabilities(self, features: pd.DataFrame) -> FloatArray:
        scores = self.booster.predict(features[list(self.columns)].to_numpy(np.float32), num_threads=THREADS)
        return _bounded(np.interp(np.asarray(scores), self.raw, self.calibrated))

    def contributions(self, features: pd.DataFrame) -> pd.DataFrame:
        values = features[list(self.columns)].to_numpy(np.float32)
        parts = np.asarray(self.booster.predict(values, pred_contrib=True, num_threads=THREADS))
        return pd.DataFrame(parts[:, :-1], columns=list(self.columns))  # the last is what all pairs have in common

    def store(self) -> str:
        """Save as `matching/<version>`; returns that uri."""
        return save("matching", self.version, {
            "booster.txt": self.booster, "model.json": {"columns": list(self.columns)},
            "calibration.npz": {"raw": self.raw, "calibrated": self.calibrated},
        })


def restore(version: str, uri: str) -> Learnt:
    """Read a stored scorer. Raises ArtifactError when it is missing or altered."""
    parts: Mapping[str, Any] = load(uri)
    points = parts["calibration.npz"]
    booster = lgb.Booster(model_str=parts["booster.txt"])
    return Learnt(version, booster, tuple(parts["model.json"]["columns"]), points["raw"], points["calibrated"])


def _bounded(values: NDArray[np.float64]) -> FloatArray:
    return np.clip(values, FLOOR, 1 - FLOOR).astype(np.float32)


@dataclass(frozen=True)
class Labelled:
    """Features with labels (1 the same product, 0 not): train fits the trees, valid the calibration."""

    train: pd.DataFrame
    train_labels: NDArray[np.bool_]
    valid: pd.DataFrame
    valid_labels: NDArray[np.bool_]


def fit(data: Labelled, config: MatchingConfig, version: str, seed: int) -> Learnt:
    """Fit trees and calibration; deterministic for a seed."""
    booster = boosted(data.train, data.train_labels, config, seed)
    scores = np.asarray(booster.predict(data.valid.to_numpy(np.float32), num_threads=THREADS))
    raw, calibrated = calibrate(scores, data.valid_labels)
    return Learnt(version, booster, tuple(data.train.columns), raw, calibrated)


def boosted(features: pd.DataFrame, labels: NDArray[np.bool_], config: MatchingConfig, seed: int) -> lgb.Booster:
    """Trees on labelled pairs; deterministic for a seed."""
    params = {
        "objective": "binary", "learning_rate": config.learning_rate, "num_leaves": config.leaves, "min_data_in_leaf": 20,
        "lambda_l2": 1.0, "feature_fraction": 0.8, "bagging_fraction": 0.8, "bagging_freq": 1, "seed": seed,
        "deterministic": True, "force_row_wise": True, "num_threads": THREADS, "verbosity": -1,
    }
    data = lgb.Dataset(features.to_numpy(np.float32), labels.astype(np.float32), feature_name=list(features.columns))
    return lgb.train(params, data, num_boost_round=config.trees)


def calibrate(scores: NDArray[np.float64], labels: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Isotonic regression of labels on scores as interpolation points; the identity when there is only one kind of label."""
    if labels.all() or not labels.any():
        return np.array([0.0, 1.0]), np.array([0.0, 1.0])
    fitted = IsotonicRegression(y_min=FLOOR, y_max=1 - FLOOR, out_of_bounds="clip").fit(scores, labels)
    return np.asarray(fitted.X_thresholds_, np.float64), np.asarray(fitted.y_thresholds_, np.float64)


@dataclass(frozen=True)
class Blocked:
    """Candidate pairs with both cosines and their context: cheap, for all offers."""

    pairs: Pairs
    word: FloatArray
    char: FloatArray
    context: pd.DataFrame

    def features(self, offers: Offers, chosen: NDArray[Any] | None = None) -> pd.DataFrame:
        """All features, of all pairs or of the chosen positions."""
        pick = np.arange(len(self.pairs)) if chosen is None else chosen
        near = pair_features(offers, self.pairs.where(pick), self.word[pick], self.char[pick])
        return pd.concat([near, self.context.iloc[pick].reset_index(drop=True)], axis=1)


def block(offers: Offers, config: MatchingConfig, *, use_gtin: bool = True, pairs: Pairs | None = None) -> Blocked:
    """Block offers (or take given pairs) and put each pair beside its rivals."""
    found = pairs if pairs is not None else candidates(offers, config, use_gtin=use_gtin)
    word, char = similarities(offers, found)
    return Blocked(found, word, char, context_features(offers, found, ((word + char) / 2).astype(np.float32)))


def with_identifiers(offers: Offers, pairs: Pairs, text: FloatArray, config: MatchingConfig) -> FloatArray:
    """Probabilities once identifiers speak: an equal trusted GTIN multiplies the odds, a different one says no.

    Wrong identifiers exist, so an equal one does not overrule a text that cannot be the same thing.
    """
    left, right = offers.gtin[pairs.left], offers.gtin[pairs.right]
    known = (left != "") & (right != "")
    odds = text / (1 - text)
    raised = config.equal_gtin_odds * odds / (1 + config.equal_gtin_odds * odds)
    return np.where(known & (left == right), raised, np.where(known, 0.0, text)).astype(np.float32)
