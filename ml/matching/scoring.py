"""Scoring millions of pairs in bounded room: features are made some pairs at a time, only probabilities are kept."""

import numpy as np

from ml.matching.model import Blocked, Scorer
from ml.matching.offers import FloatArray, IntArray, Offers

CHUNK = 500_000  # pairs whose features stand in memory together: about 100 MB


def score(scorer: Scorer, offers: Offers, blocked: Blocked, chosen: IntArray | None = None) -> FloatArray:
    """Probabilities of all blocked pairs or of those at the `chosen` positions, shape (pairs,)."""
    pick = np.arange(len(blocked.pairs)) if chosen is None else chosen
    out = np.empty(len(pick), np.float32)
    for start in range(0, len(pick), CHUNK):
        part = slice(start, start + CHUNK)
        out[part] = scorer.probabilities(blocked.features(offers, pick[part]))
    return out
