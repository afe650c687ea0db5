"""Labels from identifiers, the naive baseline, and both on held-out offers whose identifiers are hidden."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer

from ml.core.metrics import PRF, b_cubed, cluster_pair_prf
from ml.matching.clusters import cluster, traits
from ml.matching.config import MatchingConfig
from ml.matching.model import Blocked, Labelled, Scorer, block
from ml.matching.offers import Offers, prepare

FOLDS = 10
NAIVE_ROWS = 500    # compared with all others at once
EPS = 0.3


@dataclass(frozen=True)
class Figures:
    """One method on one set of offers."""

    method: str
    pairs: PRF
    b_cubed: PRF
    offers: int
    clusters: int
    largest: int


def fold_of(gtin: str) -> int:
    """0-9 by the identifier's hash: all offers of a product fall together."""
    return int(hashlib.md5(gtin.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


def folds(offers: Offers) -> NDArray[np.int64]:
    """Each offer's fold; -1 without a trusted identifier."""
    return np.array([fold_of(gtin) if gtin else -1 for gtin in offers.gtin], np.int64)


def labelled_pairs(offers: Offers, blocked: Blocked, config: MatchingConfig, rng: np.random.Generator) -> Labelled | None:
    """Candidate pairs of two identified offers: equal identifiers are the same product, different ones are not.

    Both offers of a pair lie on the same side of the split; the test folds are left out. None when positives are too few.
    """
    side = folds(offers)
    left, right = side[blocked.pairs.left], side[blocked.pairs.right]
    same = offers.gtin[blocked.pairs.left] == offers.gtin[blocked.pairs.right]
    held = [*config.validation_folds, *config.test_folds]
    learning = (left >= 0) & (right >= 0) & ~np.isin(left, held) & ~np.isin(right, held)
    checking = np.isin(left, config.validation_folds) & np.isin(right, config.validation_folds)
    train, valid = (_sample(mask, config.max_training_pairs, rng) for mask in (learning, checking))
    if min(same[train].sum(), 3 * same[valid].sum()) < config.min_positive_labels:
        return None
    return Labelled(blocked.features(offers, train), same[train], blocked.features(offers, valid), same[valid])


def _sample(mask: NDArray[np.bool_], most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    chosen = np.flatnonzero(mask)
    return chosen if len(chosen) <= most else np.sort(rng.choice(chosen, most, replace=False))


def held_out(offers: Offers, config: MatchingConfig) -> pd.DataFrame:
    """Rows of `offers.frame` in the test folds, whole products, at most max_evaluation_offers; column gtin holds the truth."""
    keys = pd.Series(offers.gtin, offers.frame.index)
    wanted = keys[np.isin(folds(offers), config.test_folds)]
    sizes = wanted.groupby(wanted).size()
    order = sorted(sizes.index, key=lambda gtin: hashlib.md5(f"held out {gtin}".encode(), usedforsecurity=False).hexdigest())
    total = sizes.reindex(order).cumsum()
    return offers.frame.assign(gtin=keys)[keys.isin(total.index[total <= config.max_evaluation_offers])]


def group(offers: Offers, scorer: Scorer, config: MatchingConfig) -> NDArray[np.int64]:
    """The whole matcher on offers without identifiers: block, score, cluster. A label per offer."""
    blocked = block(offers, config, use_gtin=False)
    if not len(blocked.pairs):
        return np.arange(len(offers))
    probability = scorer.probabilities(blocked.features(offers))
    own = traits(offers, use_gtin=False)
    return cluster(blocked.pairs, probability, own, threshold=config.merge_threshold, missing=config.missing_probability)


def naive_clusters(titles: Sequence[str], prices: NDArray[np.float32]) -> NDArray[np.int64]:
    """The baseline of the inputs: TF-IDF(1000, 1-2 grams, English stop words) x 0.7 + price similarity x 0.3, DBSCAN(.3, 2).

    Price similarity: 1 - |a - b| / max(a, b), 1 where a price is unknown. With min 2 whoever has a neighbour is a core point, so
    DBSCAN's clusters are the connected components. All pairs are looked at, some rows at a time.
    """
    labels = np.arange(len(titles))
    if len(titles) < 2:
        return labels
    try:
        text = TfidfVectorizer(max_features=1000, ngram_range=(1, 2), stop_words="english").fit_transform(titles).tocsr()
    except ValueError:  # scikit-learn's word for "no title holds a word"
        text = sparse.identity(len(titles), format="csr")
    known = np.where(np.isnan(prices), -1.0, prices)
    for start in range(0, len(titles), NAIVE_ROWS):
        part = slice(start, start + NAIVE_ROWS)
        most = np.maximum(np.maximum(known[part, None], known[None, :]), 1e-9)
        apart = np.abs(known[part, None] - known[None, :]) / most
        apart[(known[part, None] < 0) | (known[None, :] < 0)] = 0
        near = 1 - 0.7 * (text[part] @ text.T).toarray() - 0.3 * (1 - apart) <= EPS
        row, other = np.nonzero(near)
        labels = _joined(labels, row + start, other)
    return labels


def _joined(labels: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Labels after the clusters of each left and right are one."""
    size = int(labels.max()) + 1
    edges = np.unique(labels[left] * size + labels[right])
    graph = sparse.coo_matrix((np.ones(len(edges)), (edges // size, edges % size)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1][labels], np.int64)


def figures(method: str, truth: Sequence[str], labels: NDArray[np.int64]) -> Figures:
    """Pair and B-cubed P/R/F1 of a clustering."""
    found = labels.tolist()
    counts = np.unique(labels, return_counts=True)[1]
    return Figures(
        method, cluster_pair_prf(truth, found), b_cubed(truth, found), len(found), len(counts), int(counts.max(initial=0))
    )


def compare(frame: pd.DataFrame, scorers: Sequence[Scorer], config: MatchingConfig) -> list[Figures]:
    """The naive and each scorer on the same offers; `gtin` is the truth and hidden from all of them."""
    truth = frame["gtin"].tolist()
    offers = prepare(frame.drop(columns="gtin"))
    titles = frame["title"].fillna("").astype(str).tolist()
    naive = figures("naive-tfidf-dbscan", truth, naive_clusters(titles, offers.price))
    return [naive, *(figures(scorer.version, truth, group(offers, scorer, config)) for scorer in scorers)]
