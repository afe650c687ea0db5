"""Which pairs of offers people are asked about: the most uncertain and most valuable, one a pair of products."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.matching.config import MatchingConfig
from ml.matching.offers import FloatArray, IntArray, Offers, Pairs
from ml.matching.reviews import Answers, rows_of

Spoken = list[dict[str, str | float | None]]


@dataclass(frozen=True)
class Judged:
    """Scored candidate pairs with what was made of them: a label per offer; weak: offers of band `review`, by position."""

    pairs: Pairs
    probability: FloatArray
    labels: IntArray
    weak: NDArray[np.bool_]


def choose(offers: Offers, judged: Judged, answers: Answers, config: MatchingConfig) -> tuple[IntArray, FloatArray]:
    """Rows of `judged.pairs` to ask about, the first first, with their priority.

    Uncertain: neither likely nor unlikely enough for a band of its own. Inside a product only its weak offers are asked about.
    Priority: uncertainty times the logarithms of the price and of how many listings the answer concerns. One question for two
    products; the answer leads to the next.
    """
    pairs, sizes = judged.pairs, np.bincount(judged.labels)
    left, right = judged.labels[pairs.left], judged.labels[pairs.right]
    doubt = 1 - np.abs(2 * judged.probability - 1)
    open_ = doubt >= 2 * (1 - config.auto_probability)
    open_ &= (left != right) | judged.weak[pairs.left] | judged.weak[pairs.right]
    open_[list(rows_of(pairs, answers.every).values())] = False
    rows = np.flatnonzero(open_)
    priority = doubt[rows] * _price(offers, pairs.where(rows)) * np.log2(1 + sizes[left[rows]] * sizes[right[rows]])
    order = np.lexsort((rows, -priority))
    rows, priority = rows[order], priority[order]
    low, high = np.minimum(left[rows], right[rows]), np.maximum(left[rows], right[rows])
    first = np.unique(low * (len(sizes) + 1) + high, return_index=True)[1]
    kept = np.sort(first)[: config.max_questions]
    return rows[kept], priority[kept].astype(np.float32)


def _price(offers: Offers, pairs: Pairs) -> FloatArray:
    """log(1 + the dearer price); that of a tenner where no price is known."""
    price = np.fmax(offers.price[pairs.left], offers.price[pairs.right])
    return np.asarray(np.log1p(np.where(np.isnan(price), 10.0, price)), np.float32)


def spoken(features: pd.DataFrame, parts: pd.DataFrame, most: int) -> list[Spoken]:
    """Per pair the features that spoke loudest: name, value, and weight in log odds."""
    weights = parts.to_numpy(np.float64)
    values = features[list(parts.columns)].to_numpy(np.float64)
    out = []
    for row, loudest in enumerate(np.argsort(-np.abs(weights), axis=1)[:, :most]):
        out.append([
            {"feature": str(parts.columns[k]), "value": _number(values[row, k]), "weight": _number(weights[row, k])}
            for k in loudest if weights[row, k]
        ])
    return out


def _number(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None


def table(
    offers: Offers, pairs: Pairs, probability: FloatArray, priority: FloatArray, spoke: list[Spoken]
) -> pd.DataFrame:
    """The questions as predictions.match_candidates holds them."""
    ids = offers.frame["offer_id"].to_numpy(object)
    a, b = ids[pairs.left], ids[pairs.right]
    return pd.DataFrame({
        "offer_a": np.minimum(a, b), "offer_b": np.maximum(a, b), "probability": probability.astype(float).round(6),
        "priority": priority.astype(float).round(6), "spoke": spoke,
    })
