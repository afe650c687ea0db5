"""What a pair looks like beside its rivals: the other candidates of the same two offers."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.matching.offers import FloatArray, IntArray, Offers, Pairs
from ml.matching.ranks import falling


def context_features(
    offers: Offers, pairs: Pairs, score: FloatArray, prefix: str = "", among: NDArray[np.bool_] | None = None
) -> pd.DataFrame:
    """Ranks and gaps of `score` among each offer's candidates, and among those of the other's merchant.

    A merchant lists a thing once, so a better candidate in the same shop tells against a pair.
    rank_*: places from 0; gap_*: score less the best rival's (0 for none); mutual: each is the other's first.
    among: a mask of the offers whose rivals are looked at; what is said of pairs with another one means nothing.
    """
    merchant = pd.factorize(offers.merchant)[0].astype(np.int64)
    merchants = int(merchant.max(initial=0)) + 1
    owner, other = np.concatenate([pairs.left, pairs.right]), np.concatenate([pairs.right, pairs.left])
    twice = np.concatenate([score, score])
    asked = np.arange(len(twice)) if among is None else np.flatnonzero(among[owner])
    columns: dict[str, NDArray[Any]] = {}
    for name, group in (("all", owner), ("shop", owner * merchants + merchant[other])):
        rank, gap = np.zeros(len(twice), np.int64), np.zeros(len(twice), np.float32)
        rank[asked], gap[asked] = _among(group[asked], twice[asked])
        sides = rank.reshape(2, -1), gap.reshape(2, -1)
        columns[f"{prefix}rank_low_{name}"], columns[f"{prefix}rank_high_{name}"] = sides[0].min(axis=0), sides[0].max(axis=0)
        columns[f"{prefix}gap_low_{name}"], columns[f"{prefix}gap_high_{name}"] = sides[1].min(axis=0), sides[1].max(axis=0)
    columns[f"{prefix}mutual"] = columns[f"{prefix}rank_high_all"] == 0
    return pd.DataFrame(columns).astype(np.float32)


def _among(group: IntArray, score: FloatArray) -> tuple[IntArray, FloatArray]:
    """Each entry's place within its group by falling score, and its lead over the group's best other."""
    order = falling(group, score)
    sorted_group, sorted_score = group[order], score[order]
    starts = np.flatnonzero(np.append(True, sorted_group[1:] != sorted_group[:-1]))
    sizes = np.diff(np.append(starts, len(order)))
    first = np.repeat(starts, sizes)
    rank = np.arange(len(order)) - first
    second = np.minimum(first + 1, len(order) - 1)
    alone = np.repeat(sizes, sizes) == 1
    rival = np.where(rank == 0, sorted_score[second], sorted_score[first])
    rival = np.where(alone, 0.0, rival)
    ranks, gaps = np.empty(len(order), np.int64), np.empty(len(order), np.float32)
    ranks[order], gaps[order] = rank, sorted_score - rival
    return ranks, gaps
