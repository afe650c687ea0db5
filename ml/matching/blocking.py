"""Candidate pairs: shared identifiers and the nearest texts in two views; never all pairs."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sparse_dot_topn import sp_matmul_topn

from ml.matching.config import MatchingConfig
from ml.matching.features import Matrix, Offers, Pairs

THREADS = 2


def candidates(offers: Offers, config: MatchingConfig, *, use_gtin: bool = True) -> Pairs:
    """The union of identifier groups and of word and character top-k, each pair once."""
    found = [_nearest(offers.word, config), _nearest(offers.char, config)]
    brand_mpn = np.where((offers.brand != "") & (offers.mpn != ""), offers.brand + "|" + offers.mpn, "")
    found.append(_same(brand_mpn, config.max_identifier_group))
    if use_gtin:
        found.append(_same(offers.gtin, config.max_identifier_group))
    return unique(found, len(offers))


def _nearest(matrix: Matrix, config: MatchingConfig) -> NDArray[np.int64]:
    if not matrix.shape[0]:
        return np.empty((2, 0), np.int64)
    best = sp_matmul_topn(
        matrix, matrix.T.tocsr(), top_n=config.top_k + 1, threshold=config.min_similarity, n_threads=THREADS, sort=False
    ).tocoo()
    return np.stack([best.row.astype(np.int64), best.col.astype(np.int64)])


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
