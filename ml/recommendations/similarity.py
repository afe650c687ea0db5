"""Which items go together: item-item cosine over baskets, customers and visits, with the support that a reason needs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.recommendations.config import Config
from ml.recommendations.features import CLICK, PURCHASE, VIEW, History
from ml.recommendations.sparse import Csr, matrix, top_k_rows

KINDS = ("together", "also_bought", "also_viewed")
BLOCK = 512
LARGEST_SET = 200


@dataclass(frozen=True)
class Similarity:
    """Three matrices (items x items), the best neighbours of each row.

    together: in one basket (customer and day) at least `min_support` times · also_bought: by at least `min_support` customers ·
    also_viewed: in at least `min_support` visits (customer and day).
    """

    together: Csr
    also_bought: Csr
    also_viewed: Csr

    def get(self, kind: str) -> Csr:
        return {"together": self.together, "also_bought": self.also_bought, "also_viewed": self.also_viewed}[kind]


def fit(history: History, items: int, config: Config) -> Similarity:
    """Learn from a history; `items` = how many item codes there are."""
    bought = history.known().of_kinds(PURCHASE)
    looked = history.known().of_kinds(VIEW, CLICK)
    return Similarity(
        together=cosine(_sets(_visit(bought), bought.item, items), config),
        also_bought=cosine(_sets(bought.customer, bought.item, items), config),
        also_viewed=cosine(_sets(_visit(looked), looked.item, items), config),
    )


def _visit(history: History) -> NDArray[np.int64]:
    """One number per customer and day (UTC)."""
    return history.customer * 100_000 + np.floor(history.at).astype(np.int64)


def _sets(group: NDArray[np.int64], item: NDArray[np.int64], items: int) -> Csr:
    """Which items each group holds, 0/1; of a very large group only its last items, which bounds the pairs."""
    names, row = np.unique(group, return_inverse=True)
    found = matrix(row.astype(np.int64), item, np.arange(1.0, len(item) + 1), (len(names), items))
    if len(item) and np.diff(found.indptr).max() > LARGEST_SET:
        found = top_k_rows(found, LARGEST_SET)
    found.data = np.ones_like(found.data)
    return found


def cosine(sets: Csr, config: Config) -> Csr:
    """count(i, j) / (sqrt(count(i) count(j)) + shrink) of pairs seen `min_support` times or more; each item's best neighbours."""
    from scipy import sparse

    counts = np.asarray(sets.sum(axis=0)).ravel()
    transposed, blocks = sets.T.tocsr(), []
    for start in range(0, sets.shape[1], BLOCK):
        both = (transposed[start : start + BLOCK] @ sets).tocoo()
        row, col, count = both.row.astype(np.int64), both.col.astype(np.int64), both.data
        kept = (count >= config.min_support) & (row + start != col)
        row, col, count = row[kept], col[kept], count[kept]
        value = count / (np.sqrt(counts[row + start] * counts[col]) + config.shrink)
        blocks.append(top_k_rows(matrix(row, col, value, both.shape), config.neighbours))
    return sparse.vstack(blocks, format="csr")
