"""Two looks at every pair: what it says itself and by its words, then beside what was first thought of its neighbours.

Both are learnt from offers whose product is known. The second learns from first looks by models that never saw the two products
(cross-fitted), so it meets the same doubts as later on unseen ones.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from ml.core.metrics import b_cubed, cluster_pair_prf
from ml.matching.clusters import Traits, cluster, contradict, traits, without
from ml.matching.config import MatchingConfig
from ml.matching.model import FLOOR, Blocked, Learnt, boosted
from ml.matching.neighbours import neighbour_features
from ml.matching.offers import FloatArray, Offers, Pairs
from ml.matching.scoring import score
from ml.matching.words import Words, learn_words

FOLDS = 5
NO_CALIBRATION = np.array([0.0, 1.0])
THRESHOLDS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
POINTS = 201
LIES = 0.5          # a dimension in which more of the likely pairs contradict each other and yet are the same is no veto
LIKELY = 0.3
ENOUGH = 20         # pairs to call a dimension a liar
ENOUGH_PAIRS = 300  # true pairs to choose a threshold by


@dataclass(frozen=True)
class Stack:
    """words, first (features of a pair), second (its neighbourhood), and how to cluster by them.

    threshold: least mean probability of clusters that join. hollow: dimensions that do not tell products apart here.
    """

    version: str
    words: Words
    first: Learnt
    second: Learnt
    threshold: float
    hollow: frozenset[str]

    def probabilities(self, offers: Offers, blocked: Blocked) -> FloatArray:
        """Calibrated probabilities of all blocked pairs, shape (pairs,)."""
        told = beside_words(offers, blocked, self.words)
        first = score(self.first, offers, told)
        return self.second.probabilities(neighbour_features(offers, blocked.pairs, first))

    def traits(self, offers: Offers, *, use_gtin: bool = True) -> list[Traits]:
        """What may contradict, less what is hollow."""
        return without(traits(offers, use_gtin=use_gtin), self.hollow)


def beside_words(offers: Offers, blocked: Blocked, words: Words) -> Blocked:
    """The blocked pairs with their words' margin as one more feature."""
    return _with_margin(blocked, words.margin(offers, blocked.pairs))


def _with_margin(blocked: Blocked, margin: FloatArray) -> Blocked:
    return replace(blocked, context=blocked.context.assign(words=margin))


@dataclass(frozen=True)
class _Lessons:
    """Labelled pairs: positions in the blocked ones, whether both are the same product, and the folds of both offers."""

    rows: NDArray[np.int64]
    same: NDArray[np.bool_]
    folds: NDArray[np.int64]

    def unseen_by(self, fold: int) -> NDArray[np.bool_]:
        """Lessons that touch no product of the fold."""
        return np.asarray((self.folds != fold).all(axis=0))


def fit_stack(
    offers: Offers, blocked: Blocked, truth: NDArray[Any], config: MatchingConfig, *, version: str, seed: int
) -> Stack | None:
    """Learn both looks and the clustering from offers whose product is known (`truth`, empty for the others).

    None when the pairs of known offers are too few, or without a fold of one kind. Deterministic for a seed.
    """
    lessons = _lessons(blocked.pairs, truth, config, seed)
    if min(int(lessons.same.sum()), int((~lessons.same).sum())) < config.min_positive_labels:
        return None
    if any(len(np.unique(lessons.same[lessons.unseen_by(fold)])) < 2 for fold in range(FOLDS)):
        return None
    words, told = _crossed_words(offers, blocked, lessons)
    features = told.features(offers, lessons.rows)
    first = _learnt(features, lessons.same, config, seed, f"{version}-first")
    seen = beside_words(offers, blocked, words)
    looked = score(first, offers, seen)
    looked[lessons.rows] = _crossed(features, lessons, config, seed)
    beside = neighbour_features(offers, blocked.pairs, looked).iloc[lessons.rows].reset_index(drop=True)
    light = config.model_copy(update={"trees": config.second_trees, "leaves": config.second_leaves})
    second = _learnt(beside, lessons.same, light, seed, f"{version}-second")
    crossed = _crossed(beside, lessons, light, seed)
    raw, calibrated = _smooth(crossed, lessons.same)
    second = replace(second, raw=raw, calibrated=calibrated)
    judged = np.interp(crossed, raw, calibrated).astype(np.float32)
    own = traits(offers, use_gtin=False)
    hollow = _hollow(own, blocked.pairs.where(lessons.rows), judged, lessons.same)
    threshold = _threshold(blocked.pairs.where(lessons.rows), judged, without(own, hollow), truth, config)
    return Stack(version, words, first, second, threshold, hollow)


def _lessons(pairs: Pairs, truth: NDArray[Any], config: MatchingConfig, seed: int) -> _Lessons:
    codes, names = pd.factorize(truth)
    known = np.asarray([bool(name) for name in names])[codes]
    fold = np.array([_fold(str(name)) for name in names], np.int64)[codes]
    rows = np.flatnonzero(known[pairs.left] & known[pairs.right])
    if len(rows) > config.max_training_pairs:
        rows = np.sort(np.random.default_rng(seed).choice(rows, config.max_training_pairs, replace=False))
    left, right = pairs.left[rows], pairs.right[rows]
    return _Lessons(rows, codes[left] == codes[right], np.stack([fold[left], fold[right]]))


def _fold(name: str) -> int:
    return int(hashlib.md5(f"look {name}".encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


def _crossed_words(offers: Offers, blocked: Blocked, lessons: _Lessons) -> tuple[Words, Blocked]:
    """Words of all lessons, and the blocked pairs whose margin in the lessons is by words of other products."""
    pairs = blocked.pairs.where(lessons.rows)
    words = learn_words(offers, pairs, lessons.same)
    margins = []
    for fold in range(FOLDS):
        unseen = lessons.unseen_by(fold)
        margins.append(learn_words(offers, pairs.where(unseen), lessons.same[unseen]).margin(offers, pairs))
    told = np.zeros(len(blocked.pairs), np.float32)
    told[lessons.rows] = _own_folds(np.stack(margins), lessons)
    return words, _with_margin(blocked, told)


def _own_folds(by_fold: FloatArray, lessons: _Lessons) -> FloatArray:
    """Of values by fold's models (folds, lessons): the mean of those models that saw none of both products."""
    every = np.arange(len(lessons.rows))
    return np.asarray((by_fold[lessons.folds[0], every] + by_fold[lessons.folds[1], every]) / 2, np.float32)


def _crossed(features: pd.DataFrame, lessons: _Lessons, config: MatchingConfig, seed: int) -> FloatArray:
    """Probabilities of the lessons by models that saw neither product."""
    values = []
    for fold in range(FOLDS):
        unseen = lessons.unseen_by(fold)
        values.append(_learnt(features[unseen], lessons.same[unseen], config, seed, "crossed").probabilities(features))
    return _own_folds(np.stack(values), lessons)


def _learnt(features: pd.DataFrame, same: NDArray[np.bool_], config: MatchingConfig, seed: int, version: str) -> Learnt:
    booster = boosted(features, same, config, seed)
    return Learnt(version, booster, tuple(features.columns), NO_CALIBRATION, NO_CALIBRATION)


def _smooth(scores: FloatArray, same: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A calibration by two numbers (Platt 1999) as points: steps would make pairs equal that clustering must put in order."""
    points = np.linspace(0, 1, POINTS)
    model = LogisticRegression().fit(_log_odds(scores)[:, None], same)
    return points, model.predict_proba(_log_odds(points)[:, None])[:, 1]


def _log_odds(probability: NDArray[Any]) -> NDArray[np.float64]:
    bounded = np.clip(np.asarray(probability, np.float64), FLOOR, 1 - FLOOR)
    return np.asarray(np.log(bounded / (1 - bounded)), np.float64)


def _hollow(own: list[Traits], pairs: Pairs, judged: FloatArray, same: NDArray[np.bool_]) -> frozenset[str]:
    """Dimensions in which likely pairs contradict each other and yet are the same product: colours where they do not matter."""
    told, true = Counter[str](), Counter[str]()
    for place in np.flatnonzero(judged >= LIKELY):
        left, right = own[pairs.left[place]], own[pairs.right[place]]
        for name in left.keys() & right.keys():
            if contradict({name: left[name]}, {name: right[name]}):
                kind = name.partition("|")[0]
                told[kind] += 1
                true[kind] += bool(same[place])
    return frozenset(kind for kind, count in told.items() if count >= ENOUGH and true[kind] > LIES * count)


def _threshold(
    pairs: Pairs, judged: FloatArray, own: list[Traits], truth: NDArray[Any], config: MatchingConfig
) -> float:
    """The threshold with the best sum of pair and B-cubed F1 on the known offers; the configured one when they are few."""
    known = np.flatnonzero(truth != "")
    names = truth[known].tolist()
    sizes = np.array(list(Counter(names).values()))
    if (sizes * (sizes - 1) // 2).sum() < ENOUGH_PAIRS:
        return config.merge_threshold
    place = np.full(len(truth), -1, np.int64)
    place[known] = np.arange(len(known))
    among, mine = Pairs(place[pairs.left], place[pairs.right]), [own[position] for position in known]
    found = []
    for threshold in THRESHOLDS:
        labels = cluster(among, judged, mine, threshold=threshold, missing=config.missing_probability).tolist()
        found.append((cluster_pair_prf(names, labels).f1 + b_cubed(names, labels).f1, threshold))
    return max(found)[1]
