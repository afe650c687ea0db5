"""Products of the rows of a sparse matrix, pair by pair: machine code, for scipy makes a matrix of every handful of them."""

import numba
import numpy as np
from numpy.typing import NDArray

from ml.matching.vectors import Matrix


def dots(matrix: Matrix, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float32]:
    """Row-wise products of rows `left` and `right`: cosines of normed rows, common counts of 0/1 rows. Shape (pairs,)."""
    if not matrix.has_sorted_indices:
        matrix.sort_indices()
    out = np.empty(len(left), np.float32)
    _fill(matrix.indptr, matrix.indices, matrix.data, left, right, out)
    return out


@numba.njit(cache=True)
def _fill(indptr, indices, data, left, right, out):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202, PLR0917
    for pair in range(len(left)):
        a, last_a = indptr[left[pair]], indptr[left[pair] + 1]
        b, last_b = indptr[right[pair]], indptr[right[pair] + 1]
        total = 0.0
        while a < last_a and b < last_b:
            if indices[a] == indices[b]:
                total += data[a] * data[b]
                a += 1
                b += 1
            elif indices[a] < indices[b]:
                a += 1
            else:
                b += 1
        out[pair] = total
