"""Which category an offer has, and its product: what the words say and what the text says, weighed; `other` where unsure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.categories.config import CategoriesConfig
from ml.categories.model import Classifier, Head
from ml.categories.taxonomy import NODE_OF, OTHER
from ml.categories.words import Said, Source, said

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sorted:
    """Of n offers: category (`other` where unsure) with its confidence, subcategory (empty where unsure) with its own."""

    category: NDArray[Any]
    confidence: Floats
    subcategory: NDArray[Any]
    fine_confidence: Floats

    def __len__(self) -> int:
        return len(self.category)


@dataclass(frozen=True)
class Verdict:
    """A product's category. google: the id of the finest node that is sure, None for `other`."""

    category: str
    confidence: float
    subcategory: str | None
    google: int | None


def read_words(frame: pd.DataFrame, config: CategoriesConfig) -> list[Said]:
    """What the words of offers say; equal ones are read once. frame: title, where there are any category_path, description."""
    columns = [_column(frame, name) for name in ("title", "category_path", "description")]
    cache: dict[tuple[str, str, str], Said] = {}
    found = []
    for key in zip(*columns, strict=True):
        if key not in cache:
            title, path, description = key
            cache[key] = said(title, path, description, config.description_words)
        found.append(cache[key])
    return found


def _column(frame: pd.DataFrame, name: str) -> list[str]:
    return frame[name].fillna("").astype(str).tolist() if name in frame else [""] * len(frame)


def sort_offers(readings: Sequence[Said], classifier: Classifier | None, config: CategoriesConfig) -> Sorted:
    """Sort offers by what their words say and, where one was learnt, by the classifier."""
    top = np.array([reading.node.parent if reading.node else "" for reading in readings], object)
    fine = np.array([reading.node.name if reading.node and not reading.node.is_category else "" for reading in readings], object)
    sources = np.array([reading.source for reading in readings], np.int64)
    trust = _trust(sources, classifier, config)
    bar = np.full(len(readings), config.least_confidence)
    if classifier is None:
        return _kept(_Level(top, np.where(top != "", trust, 0.0), bar), _Level(fine, np.where(fine != "", trust, 0.0), bar))
    texts, back = np.unique(np.array([reading.rest for reading in readings], object).astype(str), return_inverse=True)
    p, q = (found[back] for found in classifier.probabilities(texts.tolist()))
    category, confidence = weigh(Spoken(top, trust), p, classifier.categories, config.least_yes, config.doubt)
    fine = np.where(top == category, fine, "")
    q = q * _children(classifier.subcategories.classes, category)
    subcategory, fine_confidence = weigh(Spoken(fine, trust), q, classifier.subcategories, config.least_fine_yes, config.doubt)
    return _kept(
        _Level(category, confidence, np.where(top == category, bar, classifier.categories.threshold)),
        _Level(subcategory, fine_confidence, np.where(fine == subcategory, bar, classifier.subcategories.threshold)),
    )


def _trust(sources: NDArray[np.int64], classifier: Classifier | None, config: CategoriesConfig) -> Floats:
    told = classifier.trust if classifier else config.trust
    return np.array([0.5, *(told[source.name] for source in (Source.PATH, Source.TITLE, Source.BROAD))])[sources]


def _children(subcategories: Sequence[str], category: NDArray[Any]) -> NDArray[np.bool_]:
    parents = np.array([NODE_OF[name].parent if name in NODE_OF else "" for name in subcategories], object)
    return np.asarray(parents[None, :] == category[:, None], bool)


@dataclass(frozen=True)
class Spoken:
    """What the words of n offers name (empty where nothing), and how far each is to be trusted."""

    names: NDArray[Any]
    trust: Floats


def weigh(spoken: Spoken, probabilities: NDArray[Any], head: Head, least: float, doubt: float) -> tuple[NDArray[Any], Floats]:
    """The likelier of what the words name and what the text says, with its confidence.

    The odds of the words (trust) are multiplied by the text's odds of their class against its best other one, smoothed by
    `doubt`: a text that says nothing leaves the trust as it is. least: below this own probability a text alone names nothing.
    """
    if not head.classes:
        return spoken.names, np.where(spoken.names != "", spoken.trust, 0.0)
    classes, best = np.array(head.classes, object), probabilities.argmax(axis=1)
    yes = probabilities.max(axis=1)
    text = np.where(yes >= least, head.confidence(yes), 0.0)
    odds = spoken.trust / (1 - spoken.trust) * _text_odds(spoken.names, probabilities, head, doubt)
    believed = odds / (1 + odds)
    alone = spoken.names == ""
    against = ~alone & (classes[best] != spoken.names) & (believed < 1 - believed)
    confidence = np.where(alone, text, np.where(against, np.minimum(text, 1 - believed), believed))
    return np.where(alone | against, classes[best], spoken.names), confidence


def _text_odds(names: NDArray[Any], probabilities: NDArray[Any], head: Head, doubt: float) -> Floats:
    """The odds that a text gives to what is named, against its best other class; 1 for what was never learnt."""
    place = {name: column for column, name in enumerate(head.classes)}
    column = np.array([place.get(name, -1) for name in names], np.int64)
    rows = np.flatnonzero(column >= 0)
    own, others = np.zeros(len(names)), probabilities.copy()
    own[rows] = probabilities[rows, column[rows]]
    others[rows, column[rows]] = 0.0
    return np.where(column >= 0, (own + doubt) / (others.max(axis=1) + doubt), 1.0)


@dataclass(frozen=True)
class _Level:
    """One level's answers: names with their confidences, and the least confidence that each must have."""

    names: NDArray[Any]
    confidence: Floats
    bar: Floats

    @property
    def sure(self) -> NDArray[np.bool_]:
        return np.asarray((self.names != "") & (self.confidence >= self.bar), bool)


def _kept(top: _Level, fine: _Level) -> Sorted:
    """What is sure enough; a subcategory never without its category."""
    sure = top.sure
    both = sure & fine.sure
    return Sorted(
        np.where(sure, top.names, OTHER), np.where(sure, top.confidence, 0.0),
        np.where(both, fine.names, ""), np.where(both, np.minimum(top.confidence, fine.confidence), 0.0),
    )


def vote(found: Sorted, members: Sequence[int], config: CategoriesConfig) -> Verdict:
    """A product's category: its offers' votes weighted by their confidence; confidence = the winner's share x its surest vote."""
    positions, least = np.asarray(members), config.least_confidence * (1 - config.dissent)
    category, confidence = _winner(found.category[positions], found.confidence[positions], OTHER)
    if category is None or confidence < least:
        return Verdict(OTHER, 0.0, None, None)
    of_it = positions[found.category[positions] == category]
    subcategory, fine = _winner(found.subcategory[of_it], found.fine_confidence[of_it], "")
    if subcategory is None or fine < least:
        return Verdict(category, confidence, None, NODE_OF[category].google)
    return Verdict(category, confidence, subcategory, NODE_OF[subcategory].google)


def _winner(names: NDArray[Any], weights: Floats, nothing: str) -> tuple[str | None, float]:
    votes: dict[str, float] = {}
    for name, weight in zip(names, weights, strict=True):
        if name != nothing and weight > 0:
            votes[name] = votes.get(name, 0.0) + float(weight)
    if not votes:
        return None, 0.0
    first = min(votes, key=lambda name: (-votes[name], name))
    surest = float(weights[names == first].max())
    return first, votes[first] / sum(votes.values()) * surest
