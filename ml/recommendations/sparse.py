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


def distinct(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sorted keys without repetitions; sorting is several times faster here than numpy's hashing."""
    ordered = np.sort(keys)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def top_k_rows(matrix: Csr, k: int) -> Csr:
    """The k largest positive values of each row; ties go to the lower column."""
    csr = sparse.csr_matrix(matrix)
    kept = csr.data > 0
    for row in np.flatnonzero(np.diff(csr.indptr) > k):
        part = slice(csr.indptr[row], csr.indptr[row + 1])
        kept[part] &= _best(csr.data[part], csr.indices[part], k)
    row = np.repeat(np.arange(csr.shape[0]), np.diff(csr.indptr))[kept]
    return sparse.csr_matrix((csr.data[kept], (row, csr.indices[kept])), shape=csr.shape)


def _best(values: NDArray[np.float64], columns: NDArray[np.int64], k: int) -> NDArray[np.bool_]:
    """A mask of the k largest values; of those equal to the smallest kept, the ones in the lowest columns."""
    last = np.partition(values, len(values) - k)[len(values) - k]
    chosen = values > last
    ties = np.flatnonzero(values == last)
    chosen[ties[np.argsort(columns[ties], kind="stable")[: k - int(chosen.sum())]]] = True
    return np.asarray(chosen)


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
        found = distinct(keys)
        return PairTable(found, np.bincount(np.searchsorted(found, keys), values, len(found)).astype(np.float64))

    def get(self, keys: NDArray[np.int64]) -> NDArray[np.float64]:
        """The values of keys; 0 where absent."""
        if not len(self.keys):
            return np.zeros(len(keys))
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.values[place], 0.0)
