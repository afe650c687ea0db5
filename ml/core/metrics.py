"""The figures that models are judged by. Pure functions on arrays."""

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class PRF:
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float
    f1: float


def prf(true_positives: float, predicted: float, actual: float) -> PRF:
    """P/R/F1 from counts; an empty denominator gives 0."""
    precision = true_positives / predicted if predicted else 0.0
    recall = true_positives / actual if actual else 0.0
    return PRF(precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0)


def pair_prf(labels: ArrayLike, predicted: ArrayLike) -> PRF:
    """P/R/F1 of yes/no decisions on pairs (both shape (n,))."""
    actual, decided = np.asarray(labels, bool), np.asarray(predicted, bool)
    return prf(float((actual & decided).sum()), float(decided.sum()), float(actual.sum()))


def best_threshold(labels: ArrayLike, scores: ArrayLike) -> tuple[float, float]:
    """The threshold (decide `score >= t`) with the highest F1, and that F1. Source: the PR curve, read at each score."""
    actual, values = np.asarray(labels, bool), np.asarray(scores, float)
    order = np.argsort(-values, kind="stable")
    hits, ranked = np.cumsum(actual[order]), values[order]
    f1 = 2 * hits / (np.arange(1, len(ranked) + 1) + max(int(actual.sum()), 1))
    last_of_tie = np.append(ranked[1:] != ranked[:-1], True)
    best = int(np.argmax(np.where(last_of_tie, f1, -1)))
    return float(ranked[best]), float(f1[best])


def _pairs(counts: Collection[int]) -> float:
    return float(sum(n * (n - 1) // 2 for n in counts))


def cluster_pair_prf(truth: Sequence[Hashable], clusters: Sequence[Hashable]) -> PRF:
    """Pair P/R/F1 of a clustering against the true one, over all pairs of items, without making the pairs."""
    both = Counter(zip(truth, clusters, strict=True))
    return prf(_pairs(both.values()), _pairs(Counter(clusters).values()), _pairs(Counter(truth).values()))


def b_cubed(truth: Sequence[Hashable], clusters: Sequence[Hashable]) -> PRF:
    """B-cubed P/R/F1 (Bagga & Baldwin 1998): each item's precision and recall within its cluster, averaged."""
    both, true_sizes, sizes = Counter(zip(truth, clusters, strict=True)), Counter(truth), Counter(clusters)
    total = len(truth) or 1
    precision = sum(n * n / sizes[c] for (_, c), n in both.items()) / total
    recall = sum(n * n / true_sizes[t] for (t, _), n in both.items()) / total
    return PRF(precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0)


def ndcg_at_k(relevant: Collection[Hashable], ranked: Sequence[Hashable], k: int) -> float:
    """nDCG@k with gain 1 for a relevant item and discount 1 / log2(position + 1)."""
    wanted = set(relevant)
    if not wanted:
        return 0.0
    gain = sum(1 / np.log2(place + 2) for place, item in enumerate(ranked[:k]) if item in wanted)
    return float(gain / sum(1 / np.log2(place + 2) for place in range(min(k, len(wanted)))))


def _two(actual: ArrayLike, forecast: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.asarray(actual, np.float64), np.asarray(forecast, np.float64)


def wape(actual: ArrayLike, forecast: ArrayLike) -> float:
    """sum |actual - forecast| / sum |actual|; NaN when nothing was sold."""
    a, f = _two(actual, forecast)
    total = np.abs(a).sum()
    return float(np.abs(a - f).sum() / total) if total else float("nan")


def bias(actual: ArrayLike, forecast: ArrayLike) -> float:
    """sum (forecast - actual) / sum actual: above 0 is too much; NaN when nothing was sold."""
    a, f = _two(actual, forecast)
    return float((f - a).sum() / a.sum()) if a.sum() else float("nan")


def pinball(actual: ArrayLike, forecast: ArrayLike, quantile: float) -> float:
    """Mean pinball loss of a quantile forecast."""
    a, f = _two(actual, forecast)
    return float(np.maximum(quantile * (a - f), (quantile - 1) * (a - f)).mean())


def auc(labels: ArrayLike, scores: ArrayLike) -> float:
    """Probability that a positive scores above a negative, ties half (Mann-Whitney); NaN without both kinds."""
    from scipy.stats import rankdata

    actual, values = np.asarray(labels, bool), np.asarray(scores, float)
    positives, negatives = int(actual.sum()), int((~actual).sum())
    if not positives or not negatives:
        return float("nan")
    ranks = rankdata(values)
    return float((ranks[actual].sum() - positives * (positives + 1) / 2) / (positives * negatives))
