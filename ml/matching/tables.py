"""Two tables put together: their records as offers, the candidate pairs between them, and all features of these."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from ml.matching.blocking import candidates_between, unique
from ml.matching.config import MatchingConfig
from ml.matching.context import context_features
from ml.matching.model import block
from ml.matching.offers import FloatArray, Offers, Pairs, prepare
from ml.matching.vectors import Matrix
from ml.matching.views import Views, view_features, views

NEAREST = 10     # candidates a record and view, from either side
LEAST = 0.05     # cosine
RARE = 2         # a word of fewer records teaches nothing


@dataclass(frozen=True)
class Tables:
    """lefts: how many of the offers are of the left table, which come first. words: of each pair those that the left title has
    alone, the right one has alone, and both have (pairs x 3 vocabularies)."""

    offers: Offers
    lefts: int
    pairs: Pairs
    features: pd.DataFrame
    words: Matrix

    def rows_of(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
        """The row of each pair (right: position in the right table); -1 where blocking did not propose it."""
        keys = self.pairs.left * len(self.offers) + self.pairs.right
        asked = left * len(self.offers) + right + self.lefts
        place = np.minimum(np.searchsorted(keys, asked), max(len(keys) - 1, 0))
        return np.where(keys[place] == asked, place, -1) if len(keys) else np.full(len(asked), -1)


def together(
    left: pd.DataFrame, right: pd.DataFrame, config: MatchingConfig, given: NDArray[np.int64] | None = None
) -> tuple[Tables, Pairs]:
    """Block two tables (columns as `attributes.mapped` gives them) and describe the candidate pairs between them.

    given: pairs (positions in either table, shape (2, pairs)) that are looked at beside the blocked ones. Returns the blocked
    pairs too.
    """
    both = pd.concat([left.assign(merchant_id="l"), right.assign(merchant_id="r")], ignore_index=True)
    offers = prepare(both.fillna({name: "" for name in both.columns if name != "price_reporting"}))
    seen = views(offers)
    blocked = _blocked(offers, seen, len(left), config)
    pairs = blocked
    if given is not None:
        asked = np.stack([given[0], given[1] + len(left)])
        pairs = unique([asked, np.stack([blocked.left, blocked.right])], len(offers))
    return Tables(offers, len(left), pairs, _features(offers, seen, pairs, config), _words(seen.title, pairs)), blocked


def _blocked(offers: Offers, seen: Views, lefts: int, config: MatchingConfig) -> Pairs:
    """The nearest by title (words, characters) and by the whole text, from either side, and equal identifiers."""
    is_left = np.arange(len(offers)) < lefts
    found = candidates_between(offers, is_left, config.model_copy(update={"top_k": NEAREST}))
    sides = np.flatnonzero(is_left), np.flatnonzero(~is_left)
    near = [_nearest(seen.near, *sides), _nearest(seen.near, *sides[::-1])]
    return unique([np.stack([found.left, found.right]), *near], len(offers))


def _nearest(near: Matrix, rows: NDArray[np.int64], among: NDArray[np.int64]) -> NDArray[np.int64]:
    if not len(rows) or not len(among):
        return np.empty((2, 0), np.int64)
    best = sp_matmul_topn(near[rows], near[among].T.tocsr(), top_n=NEAREST, threshold=LEAST, n_threads=1, sort=False).tocoo()
    return np.stack([rows[best.row], among[best.col]])


def _features(offers: Offers, seen: Views, pairs: Pairs, config: MatchingConfig) -> pd.DataFrame:
    found = block(offers, config, pairs=pairs)
    own = found.features(offers)
    beside = view_features(seen, offers, pairs)
    contexts = [
        context_features(offers, pairs, score.to_numpy(np.float32), f"{name}_").filter(regex="_all$|mutual$")
        for name, score in (("whole", beside["whole"]), ("joined", own["joined_ratio"] / 100))
    ]
    return pd.concat([own.drop(columns=own.filter(regex="_shop$").columns), beside, *contexts], axis=1)


def _words(title: Matrix, pairs: Pairs) -> Matrix:
    held = title[:, np.bincount(title.indices, minlength=title.shape[1]) >= RARE]
    left, right = held[pairs.left], held[pairs.right]
    common = left.multiply(right)
    return sparse.hstack([left - common, right - common, common], format="csr")


def share_of_odds(tables: Tables, probability: FloatArray) -> pd.DataFrame:
    """A pair's odds over those of its rivals on the left, on the right and on both sides, and the rivals' sums."""
    odds = probability / (1.001 - probability)
    pairs, size = tables.pairs, len(tables.offers)
    left, right = (np.bincount(side, odds, size)[side] for side in (pairs.left, pairs.right))
    return pd.DataFrame({
        "share_left": odds / (1 + left), "share_right": odds / (1 + right), "share": odds / (1 + left + right - odds),
        "rivals_left": left - odds, "rivals_right": right - odds,
    }).astype(np.float32)


def one_to_one(pairs: Pairs, probability: FloatArray) -> NDArray[np.int64]:
    """The rows of pairs, the likeliest first, of which no record is in a likelier one."""
    taken: set[int] = set()
    rows = []
    order = np.argsort(-probability, kind="stable")
    for row, left, right in zip(order.tolist(), pairs.left[order].tolist(), pairs.right[order].tolist(), strict=True):
        if left not in taken and right not in taken:
            taken.update((left, right))
            rows.append(row)
    return np.array(rows, np.int64)
