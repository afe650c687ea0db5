"""What is new, matched against an index: only rows that changed are read, only products that they can touch are decided anew.

Those are whole: the products of every offer that a likely pair, its product or its merchant's group ties to something new, and
those that a strong pair ties to these. Within them nothing is taken as given, so a step ends where matching everything would; the
weights of words stay those of the last whole matching, and a fresh GTIN is trusted by the offers that came with it.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.matching.blocking import finder, identified, place_within, unique
from ml.matching.config import MatchingConfig
from ml.matching.context import context_features
from ml.matching.features import similarities
from ml.matching.index import Graph, Index
from ml.matching.model import Blocked, Scorer, with_identifiers
from ml.matching.offers import FloatArray, IntArray, Offers, Pairs, prepare, take
from ml.matching.rows import joined
from ml.matching.scoring import score


@dataclass(frozen=True)
class News:
    """How the offers differ from an index. fresh: ids that it does not know as they are; dead: its rows that no offer is now."""

    fresh: list[str]
    dead: IntArray

    def __len__(self) -> int:
        return len(self.fresh) + len(self.dead)


@dataclass(frozen=True)
class Piece:
    """Some rows of an index as offers of their own, with all pairs inside. numbers: of these pairs in the index's graph."""

    rows: IntArray
    offers: Offers
    blocked: Blocked
    numbers: IntArray


def news(index: Index, hashes: pd.DataFrame) -> News:
    """hashes: offer_id and features_hash of all offers as they are now."""
    places = index.places(hashes["offer_id"].tolist())
    before = index.offers.frame["features_hash"].to_numpy(object)
    known = places >= 0
    known[known] = before[places[known]] == hashes["features_hash"].to_numpy(object)[known]
    dead = index.alive.copy()
    dead[places[known]] = False
    return News(hashes["offer_id"][~known].tolist(), np.flatnonzero(dead))


def grown(index: Index, frame: pd.DataFrame, dead: IntArray, config: MatchingConfig) -> Index:
    """The index with the rows of new offers and their candidate pairs (of probability 0 as yet), without what is dead."""
    size = len(index.offers)
    offers = joined([index.offers, prepare(frame, index.offers.knowledge)])
    alive = np.concatenate([index.alive, np.ones(len(offers) - size, bool)])
    alive[dead] = False
    pairs, reach = _candidates(offers, alive, np.arange(size, len(offers)), index.reach, config)
    word, char = similarities(offers, pairs)
    graph = index.graph.plus(Graph(pairs, word, char, np.zeros(len(pairs), np.float32)))
    return Index(offers, alive, reach, graph, index.trace)


def _candidates(
    offers: Offers, alive: NDArray[np.bool_], fresh: IntArray, before: FloatArray, config: MatchingConfig
) -> tuple[Pairs, FloatArray]:
    """Pairs of a fresh offer and a living one: near enough for the list of either, or of one identifier."""
    reach = np.concatenate([before, np.full((len(fresh), 2), config.min_similarity, np.float32)])
    found = []
    for near in finder(offers, config, np.flatnonzero(alive)).near(fresh, config.deep):
        kept = near.best(config.top_k)
        kept |= (near.word >= reach[near.other, 0]) | (near.char >= reach[near.other, 1])
        found.append(np.stack([near.row[kept], near.other[kept]]))
        own = reach[fresh]
        near.note(own, fresh, config.top_k)
        reach[fresh] = own
    living = replace(offers, gtin=np.where(alive, offers.gtin, ""), mpn=np.where(alive, offers.mpn, ""))
    named = [pairs[:, (pairs >= len(before)).any(axis=0)] for pairs in identified(living, config, use_gtin=True)]
    return unique([*found, *named], len(offers)), reach


def piece(index: Index, rows: IntArray, frame: pd.DataFrame | None = None) -> Piece:
    """The offers of some rows (sorted) with their living pairs, each beside all rivals, those outside as well."""
    inside = np.zeros(len(index.offers), bool)
    inside[rows] = True
    every = index.graph.pairs
    living = index.alive[every.left] & index.alive[every.right]
    near = np.flatnonzero(living & (inside[every.left] | inside[every.right]))
    graph = index.graph.where(near)
    context = context_features(index.offers, graph.pairs, ((graph.word + graph.char) / 2).astype(np.float32), among=inside)
    both = np.flatnonzero(inside[graph.pairs.left] & inside[graph.pairs.right])
    place = np.cumsum(inside) - 1
    pairs = Pairs(place[graph.pairs.left[both]], place[graph.pairs.right[both]])
    blocked = Blocked(pairs, graph.word[both], graph.char[both], context.iloc[both].reset_index(drop=True))
    bare = index.offers.frame.iloc[rows].reset_index(drop=True)
    return Piece(rows, take(index.offers, rows, bare if frame is None else frame), blocked, near[both])


def first_look(index: Index, since: int, scorer: Scorer, config: MatchingConfig) -> Index:
    """The index with a probability for each pair from number `since` on."""
    new = index.graph.pairs.where(np.arange(since, len(index.graph)))
    seen = piece(index, np.unique(np.concatenate([new.left, new.right])))
    chosen = np.flatnonzero(seen.numbers >= since)
    text = score(scorer, seen.offers, seen.blocked, chosen)
    return judged(index, seen.numbers[chosen], with_identifiers(seen.offers, seen.blocked.pairs.where(chosen), text, config))


def judged(index: Index, numbers: IntArray, probability: FloatArray) -> Index:
    """The index with other probabilities of the pairs of these numbers."""
    new = index.graph.probability.copy()
    new[numbers] = probability
    return replace(index, graph=replace(index.graph, probability=new))


def standing(index: Index, numbers: IntArray, first: tuple[int, int], dead: IntArray) -> FloatArray:
    """What was thought of pairs by their numbers, NaN where they must be looked at again.

    A pair looks as before unless one of its offers has won or lost a rival; new pairs have just been looked at. What people said
    of an offer is part of its hash, so it comes as a new row. first: as in `seeds`.
    """
    pairs, changed = index.graph.pairs, np.zeros(len(index.offers), bool)
    changed[first[0] :] = changed[dead] = True
    rivals = changed[pairs.left] | changed[pairs.right]
    changed[pairs.left[rivals]] = changed[pairs.right[rivals]] = True
    own = pairs.where(numbers)
    doubtful = (changed[own.left] | changed[own.right]) & (numbers < first[1])
    return np.where(doubtful, np.float32(np.nan), index.graph.probability[numbers])


def concerned(index: Index, seeds: IntArray, products: IntArray, config: MatchingConfig) -> IntArray:
    """The living rows, sorted, that a decision on `seeds` must look at. products: a number per row, -1 for no product.

    Those are the seeds' products and the ones that a strong pair ties to these. What is tied to the latter in turn is left as it
    is: it was decided beside them before, and nothing of theirs is new.
    """
    pairs, near = index.graph.pairs, np.zeros(len(index.offers), bool)
    near[seeds] = True
    near = _with_mates(near, products)
    living = index.alive[pairs.left] & index.alive[pairs.right]
    strong = np.flatnonzero(living & (index.graph.probability >= config.merge_threshold) & (near[pairs.left] | near[pairs.right]))
    near[pairs.left[strong]] = near[pairs.right[strong]] = True
    return np.flatnonzero(_with_mates(near, products) & index.alive)


def _with_mates(rows: NDArray[np.bool_], products: IntArray) -> NDArray[np.bool_]:
    """The rows (a mask), and all of the same product as one of them."""
    touched = np.zeros(int(products.max(initial=-1)) + 2, bool)
    touched[products[rows]] = True
    touched[-1] = False  # where rows of no product are counted
    return np.asarray(rows | touched[products])


def seeds(index: Index, first: tuple[int, int], dead: IntArray, touched: IntArray, config: MatchingConfig) -> IntArray:
    """What a step starts from: new rows, what is like them, mates of the dead, offers touched otherwise, a merchant's groups.

    first: the numbers of the first new row and of the first new pair.
    """
    pairs, probability = index.graph.pairs, index.graph.probability
    gone = np.zeros(len(index.offers), bool)
    gone[dead] = True
    lost = (probability >= config.merge_threshold) & (gone[pairs.left] | gone[pairs.right])
    likely = (np.arange(len(index.graph)) >= first[1]) & (probability >= 1 - config.auto_probability)
    near = np.concatenate([np.flatnonzero(lost | likely), _siblings(index, first, config)])
    fresh = np.arange(first[0], len(index.offers))
    groups = pd.Series(index.offers.group)
    named = np.flatnonzero(groups.isin(set(groups[fresh]) - {""}))
    every = np.concatenate([fresh, pairs.left[near], pairs.right[near], named, touched])
    return np.unique(every[index.alive[every]])


def _siblings(index: Index, first: tuple[int, int], config: MatchingConfig) -> IntArray:
    """Numbers of the nearest pair of each new row that is like nothing: a variant's item group is looked for there."""
    graph = index.graph.where(np.arange(first[1], len(index.graph)))
    row = np.maximum(graph.pairs.left, graph.pairs.right)  # new rows come last
    liked = np.zeros(len(index.offers), bool)
    liked[row[graph.probability >= config.merge_threshold]] = True
    unlike = np.flatnonzero(~liked[row])
    first_of = place_within(row[unlike], (graph.word + graph.char)[unlike]) == 0
    return np.asarray(first[1] + unlike[first_of], np.int64)
