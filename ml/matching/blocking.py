"""Candidate pairs: shared identifiers and the nearest texts in two views; never all pairs.

Up to `exact_offers` the nearest are looked for among all. Beyond, an offer asks by its rarest terms only, as many as
`postings` offers hold together: the part of the catalogue that shares its model, a brand's line, a rare word. So an offer's work
is bounded whatever the catalogue's size; what is found is put in order by the whole texts and the price.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from ml.matching.config import MatchingConfig
from ml.matching.dots import dots
from ml.matching.offers import FloatArray, IntArray, Offers, Pairs
from ml.matching.ranks import falling
from ml.matching.vectors import Matrix

THREADS = 2
CHUNK = 20_000      # rows asked at once


@dataclass(frozen=True)
class Near:
    """Rows and others near them, each once and none with itself: arrays of one length.

    word, char: how near in each view; -1 where the cosine there is below the least.
    """

    row: IntArray
    other: IntArray
    word: FloatArray
    char: FloatArray

    def best(self, most: int) -> NDArray[np.bool_]:
        """Which others are among their row's `most` nearest in a view."""
        firsts = [(place_within(self.row, view) < most) & (view >= 0) for view in (self.word, self.char)]
        return np.asarray(firsts[0] | firsts[1])

    def note(self, reach: FloatArray, rows: IntArray, most: int) -> None:
        """Raise `reach` (of the sorted `rows`, by view) to the last of each row's `most` nearest, where there are as many."""
        for view, nearness in enumerate((self.word, self.char)):
            last = place_within(self.row, nearness) == most - 1
            place = np.searchsorted(rows, self.row[last])
            reach[place, view] = np.maximum(reach[place, view], nearness[last])


@dataclass(frozen=True)
class Finder:
    """Looks up offers among those at `among`. turned: terms x among, one a view, or one of rare words for both.

    held: how many offers hold each word; None where all of them are asked for.
    """

    offers: Offers
    among: IntArray
    turned: tuple[Matrix, ...]
    held: NDArray[np.int64] | None
    config: MatchingConfig

    def near(self, rows: IntArray, depth: int) -> Iterator[Near]:
        """What is near `rows`, some thousands of them at a time: at least `depth` a row and view."""
        size = len(self.offers)
        for start in range(0, len(rows), CHUNK):
            asked = rows[start : start + CHUNK]
            found = [(asked[best.row], self.among[best.col]) for best in self._nearest(asked, depth)]
            row, other = (np.concatenate(side).astype(np.int64) for side in zip(*found, strict=True))
            keys = np.unique((row * size + other)[row != other])
            yield self._seen(keys // size, keys % size)

    def _seen(self, row: IntArray, other: IntArray) -> Near:
        """Beyond `exact_offers` a price alike brings nearer: among a line's many siblings words alone leave ties."""
        more = np.float32(0) if self.held is None else alike_price(self.offers, row, other, self.config)
        cosines = (dots(view, row, other) for view in (self.offers.word, self.offers.char))
        word, char = (np.where(cosine >= self.config.min_similarity, cosine + more, np.float32(-1)) for cosine in cosines)
        return Near(row, other, word, char)

    def _nearest(self, rows: IntArray, depth: int) -> list[Matrix]:
        word, char = self.offers.word[rows], self.offers.char[rows]
        if self.held is None:
            views, least = [word, char], self.config.min_similarity
        else:
            views, least, depth = [rarest(word, self.held, self.config.postings)], 0.0, max(depth, self.config.deep)
        return [
            sp_matmul_topn(view, turned, top_n=depth + 1, threshold=least, n_threads=THREADS, sort=False).tocoo()
            for view, turned in zip(views, self.turned, strict=True)
        ]


def alike_price(offers: Offers, left: IntArray, right: IntArray, config: MatchingConfig) -> FloatArray:
    """Up to `price_nearness` for the same price, half of it where one is unknown. Shape (pairs,)."""
    price = np.log(offers.price)
    alike = np.exp(-np.abs(price[left] - price[right]) / np.float32(config.price_spread))
    return np.asarray(np.float32(config.price_nearness) * np.where(np.isnan(alike), np.float32(0.5), alike))


def finder(offers: Offers, config: MatchingConfig, among: IntArray | None = None) -> Finder:
    """Turn rows into what they are looked up by. among: positions that may be found; None: all."""
    places = np.arange(len(offers)) if among is None else among
    word = offers.word if among is None else offers.word[places]
    if len(places) <= config.exact_offers:
        return Finder(offers, places, (word.T.tocsr(), offers.char[places].T.tocsr()), None, config)
    held = np.bincount(word.indices, minlength=word.shape[1])
    return Finder(offers, places, (_only(word, held <= config.postings).T.tocsr(),), held, config)


def _only(matrix: Matrix, columns: NDArray[np.bool_]) -> Matrix:
    """The matrix without the entries of other columns."""
    kept = columns[matrix.indices]
    ends = np.concatenate([[0], np.cumsum(kept)])[matrix.indptr]
    return sparse.csr_matrix((matrix.data[kept], matrix.indices[kept], ends), shape=matrix.shape)


def rarest(matrix: Matrix, held: NDArray[np.int64], postings: int) -> Matrix:
    """Each row's rarest terms, as many as `postings` offers hold together: what a look-up costs."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    cost = held[matrix.indices]
    order = np.lexsort((cost, rows))
    total = np.cumsum(cost[order])
    before = np.concatenate([[0], total])[matrix.indptr[:-1]]
    order = order[total - before[rows[order]] <= postings]
    return sparse.csr_matrix((matrix.data[order], (rows[order], matrix.indices[order])), shape=matrix.shape)


def candidates(offers: Offers, config: MatchingConfig, *, use_gtin: bool = True) -> Pairs:
    """The union of identifier groups and of word and character top-k, each pair once."""
    return explore(offers, config, use_gtin=use_gtin)[0]


def explore(offers: Offers, config: MatchingConfig, *, use_gtin: bool = True) -> tuple[Pairs, FloatArray]:
    """All candidates, and what each offer's lists reach down to: the least cosines in them, shape (offers, 2 views)."""
    lists, reach = _lists(finder(offers, config), np.arange(len(offers)), config)
    return unique([*lists, *identified(offers, config, use_gtin=use_gtin)], len(offers)), reach


def candidates_between(offers: Offers, left: NDArray[np.bool_], config: MatchingConfig, *, use_gtin: bool = True) -> Pairs:
    """Like `candidates`, of two tables: pairs of one in `left` (a mask) with one that is not, nearest on the other side."""
    sides = np.flatnonzero(left), np.flatnonzero(~left)
    found = identified(offers, config, use_gtin=use_gtin)
    named = [pairs[:, left[pairs[0]] != left[pairs[1]]] for pairs in found]
    lists = [
        pairs for rows, among in (sides, sides[::-1]) if len(rows) and len(among)
        for pairs in _lists(finder(offers, config, among), rows, config)[0]
    ]
    return unique([*lists, *named], len(offers))


def _lists(found: Finder, rows: IntArray, config: MatchingConfig) -> tuple[list[NDArray[np.int64]], FloatArray]:
    lists, reach = [], np.full((len(rows), 2), config.min_similarity, np.float32)
    for near in found.near(rows, config.top_k):
        kept = near.best(config.top_k)
        lists.append(np.stack([near.row[kept], near.other[kept]]))
        near.note(reach, rows, config.top_k)
    return lists, reach


def identified(offers: Offers, config: MatchingConfig, *, use_gtin: bool) -> list[NDArray[np.int64]]:
    """Pairs of one brand and part number, and of one GTIN, as arrays of shape (2, pairs)."""
    brand_mpn = np.where((offers.brand != "") & (offers.mpn != ""), offers.brand + "|" + offers.mpn, "")
    keys = [brand_mpn, offers.gtin] if use_gtin else [brand_mpn]
    return [same(key, config.max_identifier_group) for key in keys]


def same(keys: NDArray[Any], limit: int) -> NDArray[np.int64]:
    """All pairs within groups of an equal, non-empty key; a larger group than `limit` is no identifier."""
    places = np.flatnonzero(keys != "")
    codes = pd.factorize(keys[places])[0]
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes)
    members = places[order]
    starts = np.cumsum(sizes) - sizes
    found = [np.empty((2, 0), np.int64)]
    for size in np.unique(sizes[(sizes > 1) & (sizes <= limit)]):
        groups = members[starts[sizes == size][:, None] + np.arange(size)]
        a, b = np.triu_indices(size, 1)
        found.append(np.stack([groups[:, a].ravel(), groups[:, b].ravel()]))
    return np.concatenate(found, axis=1)


def place_within(group: IntArray, value: FloatArray) -> IntArray:
    """Each entry's place from 0 within its group by falling value."""
    order = falling(group, value)
    ordered = group[order]
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(order) else np.empty(0, np.int64)
    out = np.empty(len(order), np.int64)
    out[order] = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
    return out


def unique(found: Iterable[NDArray[np.int64]], size: int) -> Pairs:
    """Unordered pairs, each once, in order; none with itself."""
    both = np.concatenate([np.empty((2, 0), np.int64), *found], axis=1)
    low, high = both.min(axis=0), both.max(axis=0)
    keys = np.unique(low[low != high] * size + high[low != high])
    return Pairs(keys // max(size, 1), keys % max(size, 1))
