"""Candidate pairs: shared identifiers and the nearest texts in two views; never all pairs."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sparse_dot_topn import sp_matmul_topn

from ml.matching.config import MatchingConfig
from ml.matching.offers import IntArray, Offers, Pairs
from ml.matching.vectors import Matrix

THREADS = 2
DEEPER = 4


def candidates(offers: Offers, config: MatchingConfig, *, use_gtin: bool = True) -> Pairs:
    """The union of identifier groups and of word and character top-k, each pair once."""
    everyone = np.arange(len(offers))
    found = [_nearest(matrix, everyone, config.top_k, config) for matrix in (offers.word, offers.char)]
    return unique([*found, *_identified(offers, config, use_gtin=use_gtin)], len(offers))


def candidates_around(offers: Offers, fresh: IntArray, config: MatchingConfig) -> Pairs:
    """The candidates of `fresh` offers (positions) and of the offers near them: what a decision on the fresh ones looks at.

    Top-k lists are computed for these offers only, and nearness is asked DEEPER times as deep as a list is long: an offer that
    has a fresh one in its list is left out only when so many others are nearer to the fresh one (about 1 % of the likely pairs
    at 4).
    """
    depth = DEEPER * config.top_k
    named = _identified(offers, config, use_gtin=True)
    is_fresh = np.isin(np.arange(len(offers)), fresh)
    mates = [pairs[:, is_fresh[pairs].any(axis=0)] for pairs in named]
    near = [_nearest(matrix, fresh, depth, config) for matrix in (offers.word, offers.char)]
    around = np.unique(np.concatenate([fresh, *(pairs.ravel() for pairs in (*mates, *near))]))
    is_around = np.isin(np.arange(len(offers)), around)
    lists = [_nearest(matrix, around, config.top_k, config) for matrix in (offers.word, offers.char)]
    return unique([*lists, *(pairs[:, is_around[pairs].any(axis=0)] for pairs in named)], len(offers))


def _identified(offers: Offers, config: MatchingConfig, *, use_gtin: bool) -> list[NDArray[np.int64]]:
    brand_mpn = np.where((offers.brand != "") & (offers.mpn != ""), offers.brand + "|" + offers.mpn, "")
    keys = [brand_mpn, offers.gtin] if use_gtin else [brand_mpn]
    return [_same(key, config.max_identifier_group) for key in keys]


def _nearest(matrix: Matrix, rows: IntArray, depth: int, config: MatchingConfig) -> NDArray[np.int64]:
    """(row, its nearest) for the given rows among all, at most `depth` each beside itself."""
    if not len(rows):
        return np.empty((2, 0), np.int64)
    best = sp_matmul_topn(
        matrix[rows], matrix.T.tocsr(), top_n=depth + 1, threshold=config.min_similarity, n_threads=THREADS, sort=False
    ).tocoo()
    return np.stack([rows[best.row].astype(np.int64), best.col.astype(np.int64)])


def _same(keys: NDArray[Any], limit: int) -> NDArray[np.int64]:
    """All pairs within groups of an equal, non-empty key; a larger group than `limit` is no identifier."""
    grouped = pd.Series(np.arange(len(keys))).groupby(pd.Series(keys, dtype=object)).agg(list)
    groups = [members for key, members in grouped.items() if key and 1 < len(members) <= limit]
    found = [np.stack(np.triu_indices(len(members), 1)) for members in groups]
    if not found:
        return np.empty((2, 0), np.int64)
    return np.concatenate([np.asarray(members)[inner] for members, inner in zip(groups, found, strict=True)], axis=1)


def unique(found: Iterable[NDArray[np.int64]], size: int) -> Pairs:
    """Unordered pairs, each once, in order; none with itself."""
    both = np.concatenate(list(found), axis=1)
    low, high = both.min(axis=0), both.max(axis=0)
    keys = np.unique(low[low != high] * size + high[low != high])
    return Pairs(keys // max(size, 1), keys % max(size, 1))
