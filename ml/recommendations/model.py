"""The blend: weights over component scores, item-item neighbours, diversity caps; stored as JSON and npz."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from ml.recommendations.candidates import Candidates
from ml.recommendations.config import NAIVE_VERSION, POPULARITY, Config, Weights
from ml.recommendations.features import Floats, Ints, Items
from ml.recommendations.similarity import KINDS, Similarity
from ml.recommendations.sparse import matrix, place_in_group


@dataclass(frozen=True)
class Model:
    """A recommender. trained_day: the end of its similarity's history, days since 1970."""

    version: str
    weights: Weights
    similarity: Similarity
    trained_day: float

    def parts(self, items: Items) -> dict[str, Any]:
        """What `artifacts.save` stores: weights, item ids and the three neighbour matrices."""
        arrays: dict[str, NDArray[Any]] = {"ids": items.ids}
        for kind in KINDS:
            csr = self.similarity.get(kind)
            arrays |= {f"{kind}_data": csr.data, f"{kind}_indices": csr.indices, f"{kind}_indptr": csr.indptr}
        card = {"version": self.version, "weights": self.weights.model_dump(), "trained_day": self.trained_day}
        return {"model.json": card, "neighbours.npz": arrays}


def from_parts(parts: Mapping[str, Any], items: Items) -> Model:
    """A stored model on today's item codes: neighbours that are gone drop out, new items have none yet."""
    card, arrays = parts["model.json"], parts["neighbours.npz"]
    place = pd.Index(items.ids).get_indexer(arrays["ids"]).astype(np.int64)
    found = {kind: _moved(arrays, kind, place, len(items)) for kind in KINDS}
    return Model(card["version"], Weights(**card["weights"]), Similarity(**found), card["trained_day"])


def _moved(arrays: Mapping[str, NDArray[Any]], kind: str, place: Ints, items: int) -> Any:  # noqa: ANN401
    indptr = arrays[f"{kind}_indptr"]
    row, col = place[np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))], place[arrays[f"{kind}_indices"]]
    kept = (row >= 0) & (col >= 0)
    return matrix(row[kept], col[kept], arrays[f"{kind}_data"][kept], (items, items))


def naive(items: int) -> Model:
    """Popularity: what serves until something beats it."""
    empty = sparse.csr_matrix((items, items))
    return Model(NAIVE_VERSION, POPULARITY, Similarity(empty, empty, empty), 0.0)


@dataclass(frozen=True)
class Ranking:
    """The chosen rows, best first within each customer (sorted). main: the component that adds most to each score."""

    customer: Ints
    item: Ints
    score: Floats
    main: Ints


def rank(found: Candidates, weights: Weights, k: int, items: Items | None = None, config: Config | None = None) -> Ranking:
    """The best k of each customer.

    With `items` and `config`: at most `group_cap` variants of one item group, and what is over `category_cap` of a category only
    fills up when nothing else is left.
    """
    worth = found.parts * np.array(weights.vector())
    score = worth.sum(axis=1)
    kept = _shortlist(found.customer, score, 4 * k)
    if items is not None and config is not None:
        kept = kept[~_over(found, score, kept, items.group, config.group_cap)]
        over = _over(found, score, kept, items.category, config.category_cap)
    else:
        over = np.zeros(len(kept), bool)
    order = kept[np.lexsort((found.item[kept], -score[kept], over, found.customer[kept]))]
    order = order[place_in_group(found.customer[order]) < k]
    return Ranking(found.customer[order], found.item[order], score[order], worth[order].argmax(axis=1))


def _shortlist(customer: Ints, score: Floats, length: int) -> Ints:
    """The rows of each customer's best scores, above 0: what the caps then choose from."""
    order = np.lexsort((-score, customer))
    kept = order[place_in_group(customer[order]) < length]
    return kept[score[kept] > 0]


def _over(found: Candidates, score: Floats, kept: Ints, group_of_item: Ints, cap: int) -> NDArray[np.bool_]:
    """Which of the kept rows come after the first `cap` of their customer and group."""
    customer, group = found.customer[kept], group_of_item[found.item[kept]]
    order = np.lexsort((found.item[kept], -score[kept], group, customer))
    pair = customer[order] * (int(group_of_item.max(initial=0)) + 1) + group[order]
    over = np.zeros(len(kept), bool)
    over[order] = place_in_group(pair) >= cap
    return over
