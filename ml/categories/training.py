"""Learning without labels: merchants' paths and titles that name a category teach what the rest of their words means."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.categories.config import CategoriesConfig
from ml.categories.model import Classifier, Examples, fit
from ml.categories.split import Part, parts
from ml.categories.words import Said, Source


def learn(examples: Examples, config: CategoriesConfig, version: str, seed: int) -> Classifier | None:
    """Fit on what teaches, calibrate on what calibrates; None where too little teaches."""
    fitted = fit(examples, config, version, seed)
    return _trusting(fitted, examples.of(Part.CALIBRATE), config) if fitted else None


def gather(readings: Sequence[Said], config: CategoriesConfig, seed: int, known: Sequence[str] = ()) -> Examples:
    """The named readings, each text once, rare classes first where there are too many. known: `split.identities`, or none."""
    told = known or [""] * len(readings)
    naming = [(reading, product) for reading, product in zip(readings, told, strict=True) if reading.node and reading.rest]
    part = parts([reading.rest for reading, _ in naming], [product for _, product in naming], config)
    named = {(reading.rest, _node(reading)): reading for reading, _ in naming if reading.rest in part}
    every = [named[key] for key in sorted(named)]
    chosen = [every[place] for place in _kept([_node(reading) for reading in every], config.max_examples, seed)]
    return Examples(
        [reading.rest for reading in chosen],
        np.array([reading.node.parent if reading.node else "" for reading in chosen], object),
        np.array([reading.node.name if reading.node and not reading.node.is_category else "" for reading in chosen], object),
        np.array([reading.source for reading in chosen], np.int64),
        np.array([part[reading.rest] for reading in chosen], np.int64),
    )


def _kept(names: Sequence[str], most: int, seed: int) -> list[int]:
    """At most so many places, drawn evenly: a class's second comes after every class's first."""
    order = np.random.default_rng(seed).permutation(len(names))
    rank, seen = np.zeros(len(names), np.int64), dict[str, int]()
    for place in order.tolist():
        rank[place] = seen[names[place]] = seen.get(names[place], 0) + 1
    return sorted(np.lexsort((order, rank))[:most].tolist())


def _node(reading: Said) -> str:
    return reading.node.name if reading.node else ""


def _trusting(fitted: Classifier, unseen: Examples, config: CategoriesConfig) -> Classifier:
    """How far each source of names is right, by unseen texts that are sure: their share that agrees, beside the prior trust."""
    if not unseen:
        return fitted
    p, _ = fitted.probabilities(unseen.texts)
    classes = np.array(fitted.categories.classes, object)
    sure = fitted.categories.confidence(p.max(axis=1)) >= config.witness
    agrees = classes[p.argmax(axis=1)] == unseen.category
    return replace(fitted, trust={
        name: _shrunk(agrees[sure & (unseen.source == Source[name])], prior, config) for name, prior in config.trust.items()
    })


def _shrunk(agrees: NDArray[Any], prior: float, config: CategoriesConfig) -> float:
    """A share beside a prior that counts as `trust_weight` observations."""
    share = (agrees.sum() + prior * config.trust_weight) / (len(agrees) + config.trust_weight)
    return float(min(share, config.most_trust))
