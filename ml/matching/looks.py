"""Two looks at the candidates of two tables: what a pair says itself, then beside what was first thought of its rivals.

At the first look every labelled pair is judged by models that did not learn from its fold, every other by the mean of all folds'
models: so the second look learns from first looks that are as doubtful as they are on pairs that nobody labelled.
"""

from collections.abc import Callable
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from ml.core.metrics import best_threshold
from ml.matching.context import context_features
from ml.matching.offers import FloatArray
from ml.matching.tables import Tables, share_of_odds
from ml.matching.vectors import Matrix

FOLDS = 5
WORD_STRENGTH = 0.5      # inverse of the L2 penalty on words
ROUNDS = 250
SEEDS = 2                # whose mean is the second look
ENOUGH = 3               # positives to choose a threshold by
LEAF = (3, 20)           # least pairs in a leaf: a tenth of the positives, within these
Judge = Callable[[NDArray[np.int64], NDArray[np.bool_]], FloatArray]


@dataclass(frozen=True)
class Lessons:
    """Labelled pairs: rows of the candidates, each once; whether they are the same; the fold of each, 0 to FOLDS - 1."""

    rows: NDArray[np.int64]
    same: NDArray[np.bool_]
    fold: NDArray[np.int64]

    def where(self, chosen: NDArray[np.bool_]) -> "Lessons":
        return Lessons(self.rows[chosen], self.same[chosen], self.fold[chosen])


def lessons(rows: NDArray[np.int64], same: NDArray[np.bool_], groups: NDArray[np.int64], seed: int) -> Lessons:
    """Labelled pairs, each once (the first label holds); the pairs of a group share a fold."""
    once, first = np.unique(rows, return_index=True)
    shuffled = np.random.default_rng(seed).permutation(int(groups.max(initial=0)) + 1)
    return Lessons(once, same[first], shuffled[groups[first]] % FOLDS)


def look_twice(tables: Tables, lessons: Lessons, seed: int) -> FloatArray:
    """The probability of every candidate, shape (pairs,); of lessons not out of fold. Deterministic for a seed."""
    features = tables.features.to_numpy(np.float32)
    said = _crossed(lessons, lambda rows, same: _by_words(tables.words, rows, same))
    own = np.column_stack([features, said])
    quick = _Boost(seed, ROUNDS // 2, 0.08)
    first = _crossed(lessons, lambda rows, same: quick.learn(own, rows, same))
    context = context_features(tables.offers, tables.pairs, first).filter(regex="_all$|mutual$")
    beside = np.column_stack([own, first, context.to_numpy(np.float32), share_of_odds(tables, first).to_numpy(np.float32)])
    seeds = [_Boost(SEEDS * seed + n, ROUNDS, 0.05).learn(beside, lessons.rows, lessons.same) for n in range(SEEDS)]
    return np.asarray(np.mean(seeds, axis=0), np.float32)


def look_and_cut(tables: Tables, lessons: Lessons, checked: NDArray[np.bool_], seed: int) -> tuple[FloatArray, float]:
    """Probabilities by all lessons, and the threshold that was best on the checked ones while they were not learnt from."""
    if lessons.same[checked].sum() < ENOUGH or lessons.same[~checked].sum() < ENOUGH:
        return look_twice(tables, lessons, seed), 0.5
    before = look_twice(tables, lessons.where(~checked), seed)[lessons.rows[checked]]
    return look_twice(tables, lessons, seed), best_threshold(lessons.same[checked], before)[0]


def _crossed(lessons: Lessons, judge: Judge) -> FloatArray:
    """What judges of all folds but one say: of their own fold's lessons that judge alone, of all others their mean."""
    total, own = np.zeros(0), np.zeros(len(lessons.rows), np.float32)
    for fold in range(FOLDS):
        mine = lessons.fold == fold
        said = judge(lessons.rows[~mine], lessons.same[~mine])
        own[mine] = said[lessons.rows[mine]]
        total = said / FOLDS if fold == 0 else total + said / FOLDS
    total[lessons.rows] = own
    return total.astype(np.float32)


def _by_words(words: Matrix, rows: NDArray[np.int64], same: NDArray[np.bool_]) -> FloatArray:
    """Log odds by the words that one title has alone and that both have."""
    if same.all() or not same.any():
        return np.zeros(words.shape[0], np.float32)
    model = LogisticRegression(C=WORD_STRENGTH, solver="liblinear", random_state=0).fit(words[rows], same)
    return np.asarray(model.decision_function(words), np.float32)


@dataclass(frozen=True)
class _Boost:
    """LightGBM with a seed, so many trees at such a rate."""

    seed: int
    rounds: int
    rate: float

    def learn(self, features: FloatArray, rows: NDArray[np.int64], same: NDArray[np.bool_]) -> FloatArray:
        """Probabilities of all rows of features by what the given ones teach; nothing is likely where they teach nothing."""
        if not len(rows):
            return np.zeros(len(features), np.float32)
        params = {
            "objective": "binary", "learning_rate": self.rate, "num_leaves": 15, "lambda_l2": 5.0, "feature_fraction": 0.5,
            "min_data_in_leaf": int(np.clip(same.sum() // 10, *LEAF)), "bagging_fraction": 0.8, "bagging_freq": 1,
            "seed": self.seed, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1,
        }
        booster = lgb.train(params, lgb.Dataset(features[rows], same.astype(np.float32)), self.rounds)
        return np.asarray(booster.predict(features, num_threads=1), np.float32)
