"""What a decision stands on: all offers, or what is new among an index of them; and the index that is left behind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from ml.matching import store
from ml.matching.blocking import explore
from ml.matching.config import MatchingConfig
from ml.matching.increment import News, concerned, first_look, grown, judged, news, piece, seeds, standing
from ml.matching.index import Graph, Index, Step, Trace, restore, signature, store_step, store_whole, trace
from ml.matching.model import Blocked, Scorer, block
from ml.matching.offers import FloatArray, IntArray, Offers, prepare
from ml.matching.rows import FRAME


@dataclass(frozen=True)
class Arrivals:
    """What there is to match: all offers' hashes, those touched since the last run, what runs before decided.

    due: whether to train. full: match everything anew whatever stands. read: all offers, or those of some ids.
    """

    hashes: pd.DataFrame
    touched: set[str]
    known: store.Known
    due: bool = False
    full: bool = False
    read: Callable[[Sequence[str] | None], pd.DataFrame] = store.read_offers


@dataclass(frozen=True)
class Whole:
    """All offers with their candidates. reach: how near the lists reach, shape (offers, 2)."""

    offers: Offers
    blocked: Blocked
    reach: FloatArray


@dataclass(frozen=True)
class Ground:
    """Offers to decide anew, all of them, with their pairs. before: the index that they are a step from; None: they are all.

    stands: what is known of each pair, NaN where nothing is.
    """

    offers: Offers
    blocked: Blocked
    after: Index
    before: Index | None
    numbers: IntArray
    dead: IntArray
    stands: FloatArray

    def leave(self, probability: FloatArray, made_by: str, as_of: datetime) -> dict[str, Any]:
        """Store the index with what was thought of the pairs; returns what the run notes of it."""
        after = judged(self.after, self.numbers, probability)
        if self.before is None:
            return store_whole(after, made_by, as_of)
        known = self.numbers[self.numbers < len(self.before.graph)]
        return store_step(Step(self.before, after, self.dead, known), made_by, as_of)


def whole(config: MatchingConfig) -> Whole:
    """Read, prepare and block all offers."""
    offers = prepare(store.read_offers())
    pairs, reach = explore(offers, config)
    return Whole(offers, block(offers, config, pairs=pairs), reach)


def last(config: MatchingConfig, scorer: Scorer) -> tuple[Trace, Index | None]:
    """The last index: what it says of itself, and it where it is of use to this scorer."""
    noted = store.latest_index()
    found = trace(noted["uri"] if noted else None)
    return found, restore(found, signature(config, scorer.version))


def from_whole(everything: Whole, before: Trace) -> Ground:
    """Everything is decided anew; the index is to take the place of an earlier one."""
    offers, blocked = everything.offers, everything.blocked
    graph = Graph(blocked.pairs, blocked.word, blocked.char, np.zeros(len(blocked.pairs), np.float32))
    bare = Offers(**{**vars(offers), "frame": offers.frame[list(FRAME)]})
    index = Index(bare, np.ones(len(offers), bool), everything.reach, graph, before)
    nothing = np.full(len(graph), np.nan, np.float32)
    return Ground(offers, blocked, index, None, np.arange(len(graph)), np.empty(0, np.int64), nothing)


def stand(arrived: Arrivals, scorer: Scorer, everything: Whole | None, config: MatchingConfig) -> Ground:
    """The little that news concern where an index of use stands, else everything."""
    before, index = last(config, scorer)
    found = None if arrived.full or index is None else from_index(index, arrived, scorer, config)
    return found or from_whole(everything or whole(config), before)


def from_index(before: Index, arrived: Arrivals, scorer: Scorer, config: MatchingConfig) -> Ground | None:
    """What new, changed and touched offers concern; None for nothing, and when so much is new that everything is as cheap."""
    changed = news(before, arrived.hashes)
    if len(changed) > config.max_incremental_share * len(arrived.hashes):
        return None
    after = _taken_in(before, changed, arrived, scorer, config)
    first, known = (len(before.offers), len(before.graph)), after.places(sorted(arrived.touched.difference(changed.fresh)))
    start = seeds(after, first, changed.dead, known[known >= 0], config)
    if not len(start):
        return None
    rows = concerned(after, start, _products(after, arrived.known), config)
    ids = after.offers.frame["offer_id"].iloc[rows].tolist()
    part = piece(after, rows, arrived.read(ids).set_index("offer_id").reindex(ids).reset_index())
    stands = standing(after, part.numbers, first, changed.dead)
    return Ground(part.offers, part.blocked, after, before, part.numbers, changed.dead, stands)


def _taken_in(before: Index, changed: News, arrived: Arrivals, scorer: Scorer, config: MatchingConfig) -> Index:
    after = grown(before, arrived.read(changed.fresh), changed.dead, config)
    return first_look(after, len(before.graph), scorer, config) if len(after.graph) > len(before.graph) else after


def _products(index: Index, known: store.Known) -> IntArray:
    """A number per row: of the product that its offer has so far, -1 for none."""
    out = np.full(len(index.offers), -1, np.int64)
    places = index.places(known.open_rows["offer_id"].tolist())
    numbers = pd.factorize(known.open_rows["product_id"])[0]
    out[places[places >= 0]] = numbers[places >= 0]
    return out
