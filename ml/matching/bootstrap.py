"""Learning without a label: what is surely the same and surely not teaches about the rest."""

import numpy as np

from ml.matching.looks import lessons, look_twice
from ml.matching.offers import FloatArray
from ml.matching.tables import Tables


def self_taught(tables: Tables, seed: int) -> FloatArray:
    """Probabilities of the candidates of two tables without any known link."""
    f = tables.features
    sure = (f["mutual"] > 0) & (f["whole_mutual"] > 0) & (f["gap_low_all"] > 0.1) & (f["numbers_apart"] == 0)
    never = (f["rank_low_all"] > 0) & (f["whole_rank_low_all"] > 0)
    rows = np.flatnonzero((sure | never).to_numpy(bool))
    return look_twice(tables, lessons(rows, sure.to_numpy(bool)[rows], rows, seed), seed)
