"""A pair beside what was first thought of its neighbours: two offers of one product resemble the same others."""

import numpy as np
import pandas as pd
from scipy import sparse

from ml.matching.context import context_features
from ml.matching.offers import FloatArray, Offers, Pairs
from ml.matching.vectors import Matrix

CHUNK = 200_000
LEAST = 0.05    # a fainter pair joins nobody


def neighbour_features(offers: Offers, pairs: Pairs, first: FloatArray) -> pd.DataFrame:
    """The first probability, its ranks and gaps among each offer's candidates, and what both offers' neighbours share."""
    context = context_features(offers, pairs, first, "first_")
    return pd.concat([pd.DataFrame({"first": first}), context, triangles(len(offers), pairs, first)], axis=1).astype(np.float32)


def triangles(size: int, pairs: Pairs, first: FloatArray) -> pd.DataFrame:
    """With w(i, k) the first probability, 1 of i itself, 0 of what was never proposed; sums over all third offers k.

    overlap: sum min(w_ik, w_jk) / sum max(w_ik, w_jk), the pair itself among them. through: sum w_ik w_jk; via: the best of
    these, as a mean of two. others_low, others_high: how many others each of the two resembles; through_low, through_high:
    the share of these that the other one resembles too.
    """
    kept = np.where(first >= LEAST, first, 0).astype(np.float32)
    links = _symmetric(size, pairs, kept)
    whole = (links + sparse.identity(size, format="csr", dtype=np.float32)).tocsr()
    total = np.asarray(whole.sum(axis=1), np.float32).ravel()
    least, through, via = (np.empty(len(pairs), np.float32) for _ in range(3))
    for start in range(0, len(pairs), CHUNK):
        part = slice(start, start + CHUNK)
        left, right = pairs.left[part], pairs.right[part]
        least[part] = np.asarray(whole[left].minimum(whole[right]).sum(axis=1)).ravel()
        both = links[left].multiply(links[right]).tocsr()
        through[part] = np.asarray(both.sum(axis=1)).ravel()
        via[part] = np.sqrt(both.max(axis=1).toarray().ravel())
    others = np.sort(np.stack([total[pairs.left], total[pairs.right]]) - 1 - kept, axis=0)
    return pd.DataFrame({
        "overlap": least / (total[pairs.left] + total[pairs.right] - least), "through": through, "via": via,
        "others_low": others[0], "others_high": others[1],
        "through_low": through / np.maximum(others[0], LEAST), "through_high": through / np.maximum(others[1], LEAST),
    })


def _symmetric(size: int, pairs: Pairs, weight: FloatArray) -> Matrix:
    strong = weight > 0
    ends, values = (pairs.left[strong], pairs.right[strong]), weight[strong]
    half = sparse.csr_matrix((values, ends), shape=(size, size))
    return (half + half.T).tocsr()
