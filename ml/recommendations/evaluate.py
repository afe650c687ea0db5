"""The figure: nDCG@10 over the purchases of a held-out fortnight, split by time, and the choice of weights on the one before."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.recommendations.candidates import Candidates, candidates, signals
from ml.recommendations.config import COMPONENTS, PERSONAL_FREQUENCY, POPULARITY, Config, Weights
from ml.recommendations.features import PURCHASE, Dataset, Floats, Ints
from ml.recommendations.model import rank
from ml.recommendations.similarity import Similarity
from ml.recommendations.sparse import place_in_group


@dataclass(frozen=True)
class Trial:
    """Customers with purchases in a held-out period, and their candidates from what was known before it."""

    customers: Ints
    found: Candidates
    truth: Ints
    relevant: Ints
    items: int


def trial(
    dataset: Dataset, similarity: Similarity, start: float, config: Config, *, rng: np.random.Generator, end: float = np.inf
) -> Trial:
    """Hold out [start, min(end, start + holdout_days)); at most `evaluated_customers` of its buyers, drawn by `rng`.

    truth: distinct customer x items + item, sorted; relevant: how many each customer bought.
    """
    items = len(dataset.items)
    later = dataset.history.known().of_kinds(PURCHASE).between(start, min(end, start + config.holdout_days))
    buyers = np.unique(later.customer)
    if len(buyers) > config.evaluated_customers:
        buyers = np.sort(rng.choice(buyers, config.evaluated_customers, replace=False))
    kept = np.isin(later.customer, buyers)
    truth = np.unique(later.customer[kept] * items + later.item[kept])
    known = signals(dataset, dataset.history.before(start), similarity, start, config)
    nothing = Candidates(buyers, buyers, np.zeros((0, len(COMPONENTS))))
    found = candidates(dataset, known, buyers, config) if len(buyers) else nothing
    _, relevant = np.unique(truth // items, return_counts=True)
    return Trial(buyers, found, truth, relevant.astype(np.int64), items)


def ndcg(test: Trial, weights: Weights, config: Config, dataset: Dataset | None = None) -> float:
    """Mean nDCG@`at` over the trial's customers (as `ml.core.metrics.ndcg_at_k`); with `dataset`, under the diversity caps.

    NaN when fewer than `min_evaluated_customers` bought anything.
    """
    if len(test.customers) < config.min_evaluated_customers:
        return float("nan")
    ranking = rank(test.found, weights, config.at, dataset.items if dataset else None, config if dataset else None)
    hit = np.isin(ranking.customer * test.items + ranking.item, test.truth)
    discount = 1 / np.log2(place_in_group(ranking.customer) + 2)
    gain = np.bincount(np.searchsorted(test.customers, ranking.customer), hit * discount, len(test.customers))
    return float((gain / _ideal(test.relevant, config.at)).mean())


def _ideal(relevant: Ints, at: int) -> Floats:
    return np.asarray(np.cumsum(1 / np.log2(np.arange(at) + 2))[np.minimum(relevant, at) - 1])


def choose_weights(tests: Sequence[Trial], config: Config) -> Weights:
    """Coordinate search from each start: a weight times each step, kept when the mean nDCG of the validation trials grows.

    The single strategies are among the starts: on validation the blend is never worse than one of them.
    """
    starts = [config.start, PERSONAL_FREQUENCY, POPULARITY]
    values = [_mean(tests, start, config) for start in starts]
    if not np.isfinite(values).all():
        return config.start
    best, best_value = max(zip(starts, values, strict=True), key=lambda found: found[1])
    for _ in range(config.rounds):
        before = best_value
        for name in COMPONENTS:
            for other in _steps(best, name, config):
                value = _mean(tests, other, config)
                if value > best_value:
                    best, best_value = other, value
        if best_value <= before:
            break
    return best


def _mean(tests: Sequence[Trial], weights: Weights, config: Config) -> float:
    return float(np.mean([ndcg(test, weights, config) for test in tests]))


def _steps(weights: Weights, name: str, config: Config) -> list[Weights]:
    now = max(getattr(weights, name), 0.1 * getattr(config.start, name))
    return [weights.model_copy(update={name: now * step}) for step in config.steps]
