"""What a matching leaves for the next one: every offer's row, every candidate pair and what was thought of it.

An index is a chain of segments in the artifact store (`matching-index/<number>-<instant>`): a first one that holds everything,
then what each run added. It is believed only where it was made by the same code, configuration and model; which offers it knows
is told by their hashes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.artifacts import load, remove, save
from ml.core.as_of import format_as_of
from ml.core.errors import ArtifactError
from ml.matching.config import MatchingConfig
from ml.matching.offers import FloatArray, IntArray, Offers, Pairs, take
from ml.matching.rows import from_arrays, joined, knowledge_of, lexicon_arrays, to_arrays

NAME = "matching-index"
SEGMENTS = 12       # a longer chain is written anew as one
GROWN = 1.25        # and one whose rows are a quarter dead


@dataclass(frozen=True)
class Graph:
    """Candidate pairs of rows with both cosines and the probability that the last decision saw."""

    pairs: Pairs
    word: FloatArray
    char: FloatArray
    probability: FloatArray

    def __len__(self) -> int:
        return len(self.pairs)

    def where(self, chosen: NDArray[Any]) -> "Graph":
        return Graph(self.pairs.where(chosen), self.word[chosen], self.char[chosen], self.probability[chosen])

    def plus(self, more: "Graph") -> "Graph":
        pairs = Pairs(*(np.concatenate([a, b]) for a, b in (
            (self.pairs.left, more.pairs.left), (self.pairs.right, more.pairs.right))))
        word, char, probability = (
            np.concatenate([getattr(self, name), getattr(more, name)]) for name in ("word", "char", "probability")
        )
        return Graph(pairs, word, char, probability)

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {
            "left": self.pairs.left.astype(np.int32), "right": self.pairs.right.astype(np.int32),
            "word": self.word, "char": self.char, "probability": self.probability,
        }


@dataclass(frozen=True)
class Trace:
    """What the last index says of itself. chain, older: its segments and those of the one before it."""

    made_by: str = ""
    chain: tuple[str, ...] = ()
    older: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True)
class Index:
    """offers: a row each that ever was, the frame with offer_id and features_hash. alive: rows that still stand for an offer.

    reach: the least cosines that get into each row's lists, shape (rows, 2). trace: where it, or what it replaces, is stored.
    """

    offers: Offers
    alive: NDArray[np.bool_]
    reach: FloatArray
    graph: Graph
    trace: Trace

    def places(self, ids: Sequence[str]) -> IntArray:
        """The living row of each offer, -1 where there is none."""
        living = np.flatnonzero(self.alive)
        found = pd.Index(self.offers.frame["offer_id"].iloc[living]).get_indexer(pd.Index(list(ids)))
        return np.where(found >= 0, living[found] if len(living) else -1, -1)


def signature(config: MatchingConfig, model: str) -> str:
    """What an index must have been made by to be of use: this code, these numbers, this model."""
    said = json.dumps([_code(), config.model_dump(mode="json"), model], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


@cache
def _code() -> str:
    files = sorted(path for path in Path(__file__).parent.iterdir() if path.suffix in (".py", ".yml"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def trace(uri: str | None) -> Trace:
    """An empty one where there is no index, or it is lost."""
    try:
        about = load(uri, only="index.json")["index.json"] if uri else None
    except ArtifactError:
        about = None
    return Trace(about["made_by"], tuple(about["chain"]), tuple(about["older"]), about["number"]) if about else Trace()


def restore(found: Trace, made_by: str) -> Index | None:
    """The index; None where there is none, where it is lost or damaged, or where something else made it."""
    try:
        return _restore(found) if found.made_by == made_by else None
    except ArtifactError:
        return None


def _restore(found: Trace) -> Index:
    segments = [load(uri) for uri in found.chain]
    learnt = [segment["lexicon.npz"] for segment in segments]
    parts = [from_arrays(segment["rows.npz"], knowledge_of(learnt[: place + 1])) for place, segment in enumerate(segments)]
    offers = joined(parts) if len(parts) > 1 else parts[0]
    alive, reach = np.ones(len(offers), bool), np.concatenate([segment["pairs.npz"]["reach"] for segment in segments])
    graph = _graph([segment["pairs.npz"] for segment in segments])
    for segment in segments:
        alive[segment["pairs.npz"]["dead"]] = False
        graph.probability[segment["pairs.npz"]["judged"]] = segment["pairs.npz"]["judged_probability"]
    return Index(offers, alive, reach, graph, found)


def _graph(segments: Sequence[Mapping[str, NDArray[Any]]]) -> Graph:
    left, right, word, char, probability = (
        np.concatenate([segment[name] for segment in segments]) for name in ("left", "right", "word", "char", "probability")
    )
    return Graph(Pairs(left.astype(np.int64), right.astype(np.int64)), word, char, probability)


def store_whole(index: Index, made_by: str, as_of: datetime) -> dict[str, Any]:
    """Store an index as one segment, and remove those before the one that it takes the place of. Returns what a run notes."""
    for uri in index.trace.older:
        remove(uri)
    whole = Trace(made_by, (_uri(index.trace, as_of),), index.trace.chain, index.trace.number + 1)
    pairs = {**index.graph.arrays(), "reach": index.reach, **_changes(np.flatnonzero(~index.alive), np.empty(0, np.int64), index)}
    return _save(whole, index.offers, lexicon_arrays(index.offers.knowledge, None), pairs)


@dataclass(frozen=True)
class Step:
    """What a run made of an index. dead: rows that no longer stand for an offer; judged: pairs of before thought of anew."""

    before: Index
    after: Index
    dead: IntArray
    judged: IntArray


def store_step(step: Step, made_by: str, as_of: datetime) -> dict[str, Any]:
    """Store what a run added; the whole index, without what died, once the chain is long or much of it dead."""
    before, after, old = step.before, step.after, step.before.trace
    if len(old.chain) >= SEGMENTS or len(after.offers) > GROWN * after.alive.sum():
        return store_whole(compacted(after), made_by, as_of)
    longer = Trace(made_by, (*old.chain, _uri(old, as_of)), old.older, old.number + 1)
    fresh = np.arange(len(before.offers), len(after.offers))
    added = after.graph.where(np.arange(len(before.graph), len(after.graph)))
    rows = take(after.offers, fresh, after.offers.frame.iloc[fresh].reset_index(drop=True))
    pairs = {**added.arrays(), "reach": after.reach[fresh], **_changes(step.dead, step.judged, after)}
    return _save(longer, rows, lexicon_arrays(after.offers.knowledge, before.offers.knowledge), pairs)


def _uri(before: Trace, as_of: datetime) -> str:
    return f"{NAME}/{before.number + 1:08d}-{format_as_of(as_of).replace(':', '')}"


def _changes(dead: IntArray, judged: IntArray, index: Index) -> dict[str, NDArray[Any]]:
    return {"dead": dead, "judged": judged, "judged_probability": index.graph.probability[judged]}


def _save(about: Trace, rows: Offers, lexicon: dict[str, Any], pairs: dict[str, Any]) -> dict[str, Any]:
    parts = {"index.json": asdict(about), "rows.npz": to_arrays(rows), "lexicon.npz": lexicon, "pairs.npz": pairs}
    return {"uri": save(NAME, about.chain[-1].partition("/")[2], parts), "number": about.number}


def compacted(index: Index) -> Index:
    """The index without rows that died and their pairs."""
    living = np.flatnonzero(index.alive)
    place = np.cumsum(index.alive) - 1
    kept = index.graph.where(index.alive[index.graph.pairs.left] & index.alive[index.graph.pairs.right])
    pairs = Pairs(place[kept.pairs.left], place[kept.pairs.right])
    offers = take(index.offers, living, index.offers.frame.iloc[living].reset_index(drop=True))
    graph = Graph(pairs, kept.word, kept.char, kept.probability)
    return Index(offers, np.ones(len(living), bool), index.reach[living], graph, index.trace)
