"""Sparse helpers: the best k of each row, and values by (customer, item) pair."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Csr = Any  # scipy ships no types


def place_in_group(group: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, 2, ... within each run of equal neighbours of a sorted array."""
    if not len(group):
        return np.zeros(0, np.int64)
    starts = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    return np.arange(len(group)) - np.repeat(starts, np.diff(np.append(starts, len(group))))


def top_k_rows(matrix: Csr, k: int) -> Csr:
    """The k largest positive values of each row; ties go to the lower column."""
    coo = matrix.tocoo()
    kept = coo.data > 0
    row, col, data = coo.row[kept].astype(np.int64), coo.col[kept].astype(np.int64), coo.data[kept]
    order = np.lexsort((col, -data, row))
    row, col, data = row[order], col[order], data[order]
    best = place_in_group(row) < k
    return sparse.csr_matrix((data[best], (row[best], col[best])), shape=matrix.shape)


def matrix(row: NDArray[np.int64], col: NDArray[np.int64], data: NDArray[np.float64], shape: tuple[int, int]) -> Csr:
    """A CSR matrix; repeated cells add up."""
    return sparse.csr_matrix((data, (row, col)), shape=shape)


@dataclass(frozen=True)
class PairTable:
    """A value by integer key (customer x items + item); keys sorted and distinct."""

    keys: NDArray[np.int64]
    values: NDArray[np.float64]

    @staticmethod
    def summed(keys: NDArray[np.int64], values: NDArray[np.float64]) -> "PairTable":
        distinct, inverse = np.unique(keys, return_inverse=True)
        return PairTable(distinct, np.bincount(inverse, values, len(distinct)).astype(np.float64))

    def get(self, keys: NDArray[np.int64]) -> NDArray[np.float64]:
        """The values of keys; 0 where absent."""
        if not len(self.keys):
            return np.zeros(len(keys))
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.values[place], 0.0)
