"""The classifier: a yes-or-no logistic per category and subcategory on a text's words and letters, calibrated on other products'.

One against all, not one of all: a text that speaks of nothing known gets a low probability everywhere, and stays `other`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from ml.categories.config import CAPABILITY, CategoriesConfig
from ml.categories.split import Part
from ml.categories.text import Matrix, Reader, features, reader
from ml.core.artifacts import load, save

Floats = NDArray[np.float32]
CHUNK = 100_000
SURE = 0.999


@dataclass(frozen=True)
class Head:
    """The classes of one level. weights: (features + 1, classes), the last row the intercepts.

    raw, calibrated: isotonic points from the best class's probability to how often it is right; threshold: the least calibrated
    confidence at which what the text alone names is right often enough.
    """

    classes: tuple[str, ...]
    weights: Floats
    raw: NDArray[np.float64]
    calibrated: NDArray[np.float64]
    threshold: float

    def confidence(self, best: NDArray[Any]) -> NDArray[np.float64]:
        return np.asarray(np.interp(best, self.raw, self.calibrated), np.float64)


@dataclass(frozen=True)
class Classifier:
    """What was learnt. trust: how often a path's clear word, a title and a path's broad word are right."""

    version: str
    reader: Reader
    categories: Head
    subcategories: Head
    trust: Mapping[str, float]

    def probabilities(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """(texts x categories), (texts x subcategories): each class's own probability; rows need not sum to one."""
        both = [self._chunk(texts[start : start + CHUNK]) for start in range(0, len(texts), CHUNK)]
        if not both:
            heads = (self.categories, self.subcategories)
            return tuple(np.zeros((0, len(head.classes)), np.float32) for head in heads)  # type: ignore[return-value]
        return np.vstack([first for first, _ in both]), np.vstack([second for _, second in both])

    def _chunk(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        words, (shares, grams) = self.reader.words(texts), self.reader.spelt(texts)
        return (
            _probabilities(words, shares, grams, self.categories.weights),
            _probabilities(words, shares, grams, self.subcategories.weights),
        )

    def store(self) -> str:
        """Save as `categories/<version>`; returns that uri."""
        heads = {"categories": self.categories, "subcategories": self.subcategories}
        return save(CAPABILITY, self.version, {
            "words.skops": self.reader.vectoriser,
            "weights.npz": {name: head.weights for name, head in heads.items()},
            "calibration.npz": {
                f"{name}_{part}": getattr(head, part) for name, head in heads.items() for part in ("raw", "calibrated")
            },
            "model.json": {
                "letters": self.reader.letters, "trust": dict(self.trust),
                **{name: {"classes": list(head.classes), "threshold": head.threshold} for name, head in heads.items()},
            },
        })


def restore(version: str, uri: str) -> Classifier:
    """Read a stored classifier. Raises ArtifactError when it is missing or altered."""
    parts = load(uri)
    told, points = parts["model.json"], parts["calibration.npz"]
    heads = [
        Head(
            tuple(told[name]["classes"]), parts["weights.npz"][name], points[f"{name}_raw"], points[f"{name}_calibrated"],
            told[name]["threshold"],
        )
        for name in ("categories", "subcategories")
    ]
    return Classifier(version, Reader(parts["words.skops"], told["letters"]), heads[0], heads[1], told["trust"])


def _probabilities(words: Matrix, shares: Matrix, grams: Matrix, weights: Floats) -> Floats:
    split = words.shape[1]
    scores = words @ weights[:split] + shares @ (grams @ weights[split:-1]) + weights[-1]
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), np.float32)


@dataclass(frozen=True)
class Examples:
    """Labelled texts. category, subcategory: labels, the latter empty where only the category is known; source: who labelled.

    part: `split.Part` of each.
    """

    texts: Sequence[str]
    category: NDArray[Any]
    subcategory: NDArray[Any]
    source: NDArray[np.int64]
    part: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.texts)

    def of(self, part: Part) -> "Examples":
        """Those of one part."""
        rows = np.flatnonzero(self.part == part)
        texts = [self.texts[row] for row in rows.tolist()]
        return Examples(texts, self.category[rows], self.subcategory[rows], self.source[rows], self.part[rows])


def fit(examples: Examples, config: CategoriesConfig, version: str, seed: int) -> Classifier | None:
    """Fit on what teaches, calibrate on what calibrates; None when few teach, or less than two categories enough."""
    taught, unseen = examples.of(Part.TEACH), examples.of(Part.CALIBRATE)
    known, fine = _classes(taught.category, config), _classes(taught.subcategory, config)
    if len(taught) < config.min_examples or len(known) < 2:
        return None
    read = reader(taught.texts, config.letters)
    matrix = features(read, taught.texts)
    rough = Classifier(
        version, read, _uncalibrated(known, _weights(matrix, taught.category, known, config, seed), config),
        _uncalibrated(fine, _weights(matrix, taught.subcategory, fine, config, seed), config), config.trust,
    )
    if not unseen:
        return rough
    p, q = rough.probabilities(unseen.texts)
    told = unseen.subcategory != ""
    return replace(
        rough, categories=_calibrated(rough.categories, p, unseen.category, config),
        subcategories=_calibrated(rough.subcategories, q[told], unseen.subcategory[told], config),
    )


def _classes(labels: NDArray[Any], config: CategoriesConfig) -> tuple[str, ...]:
    names, counts = np.unique(labels[labels != ""].astype(str), return_counts=True)
    return tuple(str(name) for name in names[counts >= config.min_class_examples])


def _weights(matrix: Matrix, labels: NDArray[Any], classes: Sequence[str], config: CategoriesConfig, seed: int) -> Floats:
    found = np.zeros((matrix.shape[1] + 1, len(classes)), np.float32)
    told = labels != ""  # whose subcategory is unknown says nothing about any
    for column, name in enumerate(classes):
        model = LogisticRegression(C=config.strength, solver="liblinear", dual=True, tol=1e-2, random_state=seed)
        model.fit(matrix[told], labels[told] == name)
        found[:-1, column], found[-1, column] = model.coef_[0], model.intercept_[0]
    return found


def _uncalibrated(classes: Sequence[str], weights: Floats, config: CategoriesConfig) -> Head:
    """Probabilities taken at their word: those of the wanted precision name."""
    line = np.array([0.0, 1.0])
    return Head(tuple(classes), weights, line, line, config.precision)


def _calibrated(head: Head, probabilities: Floats, labels: NDArray[Any], config: CategoriesConfig) -> Head:
    if not len(labels) or not head.classes:
        return head
    best = probabilities.max(axis=1).astype(np.float64)
    right = np.array(head.classes, object)[probabilities.argmax(axis=1)] == labels
    fitted = IsotonicRegression(y_min=0.0, y_max=SURE, out_of_bounds="clip").fit(best, right)
    raw, calibrated = np.asarray(fitted.X_thresholds_, np.float64), np.asarray(fitted.y_thresholds_, np.float64)
    threshold = least_precise(np.interp(best, raw, calibrated), right, config.precision)
    return Head(head.classes, head.weights, raw, calibrated, threshold)


def least_precise(confidence: NDArray[np.float64], right: NDArray[np.bool_], precision: float) -> float:
    """The least confidence from which on at least `precision` of the named are right; 1 where none is."""
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    last_of_tie = np.append(ranked[1:] != ranked[:-1], True)
    good = np.flatnonzero((share >= precision) & last_of_tie)
    return float(ranked[good[-1]]) if len(good) else 1.0
