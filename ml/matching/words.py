"""What words tell two products apart: learnt from labelled pairs, by the words that one title has and the other lacks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from ml.matching.offers import FloatArray, Offers, Pairs
from ml.matching.vectors import Hashes, Matrix

CHUNK = 200_000
RARE = 3            # a word of fewer offers teaches nothing about the next catalogue
STRENGTH = 0.1      # of the logistic regression: inverse of the L2 penalty


@dataclass(frozen=True)
class Words:
    """Weights (log odds of the same product) of words by their hash: when one title alone has it, and when both have it.

    `pro`, `plus` or `64gb` on one side says another product; `unlocked` or `new` says nothing. Unknown words weigh nothing.
    """

    hashes: Hashes
    apart: FloatArray
    common: FloatArray
    bias: float

    def margin(self, offers: Offers, pairs: Pairs) -> FloatArray:
        """Log odds by words alone, shape (pairs,)."""
        columns = offers.knowledge.lexicon.columns(self.hashes)
        known = columns >= 0
        weights = np.zeros((2, offers.idf.shape[1]), np.float32)
        weights[:, columns[known]] = self.apart[known], self.common[known]
        held = _held(offers)
        own = held @ weights[0]
        out = np.empty(len(pairs), np.float32)
        for start in range(0, len(pairs), CHUNK):
            part = slice(start, start + CHUNK)
            left, right = pairs.left[part], pairs.right[part]
            both = held[left].multiply(held[right]) @ (weights[1] - 2 * weights[0])
            out[part] = self.bias + own[left] + own[right] + both
        return out


def _held(offers: Offers) -> Matrix:
    """0/1 rows of single words."""
    held = offers.idf.copy()
    held.data = np.ones_like(held.data)
    return held


def learn_words(offers: Offers, pairs: Pairs, same: NDArray[np.bool_]) -> Words:
    """Weigh words by labelled pairs of both kinds; deterministic."""
    held = _held(offers)
    columns = np.flatnonzero(np.bincount(held.indices, minlength=held.shape[1]) >= RARE)
    few = held.tocsc()[:, columns].tocsr()
    left, right = few[pairs.left], few[pairs.right]
    common = left.multiply(right)
    model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0)
    model.fit(sparse.hstack([left + right - 2 * common, common], format="csr"), same)
    apart, both = np.split(model.coef_[0].astype(np.float32), 2)
    return Words(offers.knowledge.lexicon.words[columns], apart, both, float(model.intercept_[0]))
