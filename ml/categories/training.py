"""Learning without labels: merchants' paths and titles that name a category teach what the rest of their words means."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.categories.config import CategoriesConfig
from ml.categories.model import Classifier, Examples, fit
from ml.categories.words import Said, Source

SURE = 0.97


def learn(readings: Sequence[Said], config: CategoriesConfig, version: str, seed: int) -> Classifier | None:
    """Fit on what the words name; None where they name too little."""
    chosen, examples = gather(readings, config, seed)
    fitted = fit(examples, config, version, seed) if len(chosen) >= config.min_examples else None
    return _trusting(fitted, chosen, examples, config) if fitted else None


def gather(readings: Sequence[Said], config: CategoriesConfig, seed: int) -> tuple[list[Said], Examples]:
    """The named readings, each text once, rare classes first where there are too many."""
    named = {(reading.rest, reading.node.name): reading for reading in readings if reading.node and reading.rest}
    every = [named[key] for key in sorted(named)]
    order = np.random.default_rng(seed).permutation(len(every))
    rank, seen = np.zeros(len(every), np.int64), dict[str, int]()
    for place in order.tolist():
        name = _node(every[place])
        rank[place] = seen[name] = seen.get(name, 0) + 1
    kept = sorted(np.lexsort((order, rank))[: config.max_examples].tolist())
    chosen = [every[place] for place in kept]
    return chosen, Examples(
        [reading.rest for reading in chosen],
        np.array([reading.node.parent if reading.node else "" for reading in chosen], object),
        np.array([reading.node.name if reading.node and not reading.node.is_category else "" for reading in chosen], object),
        np.array([_group(reading.rest) % config.held_out_share == 0 for reading in chosen], bool),
    )


def _node(reading: Said) -> str:
    return reading.node.name if reading.node else ""


def _group(text: str) -> int:
    """Titles that begin alike (brand and line) stay on one side: what calibrates was not learnt by heart."""
    return int.from_bytes(hashlib.md5(" ".join(text.split()[:2]).encode(), usedforsecurity=False).digest()[:4], "big")


def _trusting(fitted: Classifier, chosen: Sequence[Said], examples: Examples, config: CategoriesConfig) -> Classifier:
    """How far each source of names is right, by held-out texts that are sure: their share that agrees, beside the prior trust."""
    held = np.flatnonzero(examples.held_out).tolist()
    if not held:
        return fitted
    p, _ = fitted.probabilities([examples.texts[place] for place in held])
    classes = np.array(fitted.categories.classes, object)
    sure = fitted.categories.confidence(p.max(axis=1)) >= SURE
    agrees = classes[p.argmax(axis=1)] == examples.category[held]
    source = np.array([chosen[place].source for place in held], np.int64)
    return replace(fitted, trust={
        name: _shrunk(agrees[sure & (source == Source[name])], prior, config) for name, prior in fitted.trust.items()
    })


def _shrunk(agrees: NDArray[Any], prior: float, config: CategoriesConfig) -> float:
    """A share beside a prior that counts as `trust_weight` observations; never quite sure."""
    return float(min((agrees.sum() + prior * config.trust_weight) / (len(agrees) + config.trust_weight), 0.995))
