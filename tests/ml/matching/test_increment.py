"""Matching in arrivals ends where matching everything would; an index is the same after it was stored."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from ml.core.settings import settings
from ml.matching import index as store
from ml.matching.blocking import explore
from ml.matching.config import MatchingConfig
from ml.matching.decision import Decision, Task, decide
from ml.matching.ground import Arrivals, Ground, Whole, from_index, from_whole
from ml.matching.increment import news
from ml.matching.index import Index, Trace, compacted, restore, trace
from ml.matching.job import touched_since
from ml.matching.model import Rules, Scorer, block
from ml.matching.offers import FloatArray, prepare
from ml.matching.store import Known
from tests.ml.matching.conftest import market

CONFIG = MatchingConfig(top_k=6)
AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


@pytest.fixture
def artifacts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("DEALHOUSE_STORE", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


class ByRivals(Rules):
    """Judges by rivals as much as by texts: whatever a pair's rivals do to its features shows."""

    def probabilities(self, features: pd.DataFrame) -> FloatArray:
        places = features.filter(regex="^(rank|gap)_").to_numpy(np.float32)
        turned = 1 / (1 + np.exp(0.3 * places @ np.linspace(1, 2, places.shape[1], dtype=np.float32)))
        return ((super().probabilities(features) + turned) / 2).astype(np.float32)


class House:
    """Runs one after the other, without a database: offers, assignments and the index's place are kept here."""

    def __init__(self, scorer: Scorer | None = None) -> None:
        self.scorer = scorer or Rules()
        self.note: dict[str, object] = {}
        self.known = Known(
            pd.DataFrame({"offer_id": [], "product_id": [], "band": [], "features_hash": []}, dtype=str),
            pd.DataFrame({"product_id": [], "item_group_id": [], "as_of": []}, dtype=str),
        )

    def run(self, frame: pd.DataFrame, *, full: bool = False) -> Ground:
        def read(ids: Sequence[str] | None) -> pd.DataFrame:
            return frame if ids is None else frame[frame["offer_id"].isin(set(ids))]

        found = trace(str(self.note["uri"])) if self.note else Trace()
        index = None if full else restore(found, "test")
        hashes = frame[["offer_id", "features_hash"]]
        arrived = Arrivals(hashes, touched_since(hashes, self.known), self.known, read=read)
        ground = (from_index(index, arrived, self.scorer, CONFIG) if index else None) or self._whole(frame, found)
        decision = decide(Task(ground.offers, ground.blocked, self.scorer, self.known, AS_OF, CONFIG, stands=ground.stands))
        self.note = ground.leave(decision.probability, "test", AS_OF)
        self._learn(frame, decision)
        return ground

    @staticmethod
    def _whole(frame: pd.DataFrame, found: Trace) -> Ground:
        offers = prepare(frame)
        pairs, reach = explore(offers, CONFIG)
        return from_whole(Whole(offers, block(offers, CONFIG, pairs=pairs), reach), found)

    def _learn(self, frame: pd.DataFrame, decision: Decision) -> None:
        rows = pd.concat([self.known.open_rows, decision.assigned]).drop_duplicates("offer_id", keep="last")
        rows = rows[rows["offer_id"].isin(frame["offer_id"])]
        products = pd.DataFrame({"product_id": sorted(set(rows["product_id"]) | set(self.known.products["product_id"]))})
        self.known = Known(rows, products.assign(item_group_id="", as_of=str(AS_OF)))

    def labels(self, frame: pd.DataFrame) -> list[str]:
        return list(self.known.open_rows.set_index("offer_id")["product_id"].reindex(frame["offer_id"]))


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return market(products=90)


def test_three_arrivals_end_where_one_would(frame: pd.DataFrame, artifacts: Path) -> None:
    order = np.random.default_rng(3).permutation(len(frame))
    gradual, at_once = House(), House()
    kinds = [
        gradual.run(frame.iloc[np.sort(order[: int(share * len(frame))])]).before is None for share in (0.7, 0.85, 1.0)
    ]
    at_once.run(frame)
    assert kinds == [True, False, False]
    assert adjusted_rand_score(at_once.labels(frame), gradual.labels(frame)) >= 0.995


def test_changed_and_vanished_offers_end_where_they_would_from_nothing(frame: pd.DataFrame, artifacts: Path) -> None:
    house, anew = House(), House()
    house.run(frame)
    later = frame.drop(index=range(0, len(frame), 40)).reset_index(drop=True)
    moved = later.index[5::60]
    other = later.loc[(moved + 17) % len(later)]
    later.loc[moved, ["title", "brand", "gtin"]] = other[["title", "brand", "gtin"]].to_numpy()
    later.loc[moved, "features_hash"] = "changed"
    ground = house.run(later)
    anew.run(later)
    assert ground.before is not None
    assert len(ground.offers) < len(later) / 2
    assert adjusted_rand_score(anew.labels(later), house.labels(later)) >= 0.995


def test_what_is_not_concerned_keeps_its_product_and_a_rebuild_renumbers_nothing(frame: pd.DataFrame, artifacts: Path) -> None:
    house = House()
    house.run(frame)
    before = dict(zip(frame["offer_id"], house.labels(frame), strict=True))
    one = frame.iloc[[0]].assign(offer_id=str(uuid.uuid4()), features_hash="new", merchant_id="shop-9")
    more = pd.concat([frame, one], ignore_index=True)
    ground = house.run(more)
    assert len(ground.offers) < 30
    assert dict(zip(frame["offer_id"], house.labels(frame), strict=True)) == before
    house.run(more, full=True)
    assert dict(zip(frame["offer_id"], house.labels(frame), strict=True)) == before
    assert house.labels(one)[0] in set(before.values())


def test_what_is_known_of_a_pair_is_what_a_new_look_would_say(frame: pd.DataFrame, artifacts: Path) -> None:
    house = House(ByRivals())
    house.run(frame.iloc[:-15])
    before = house.known
    ground = house.run(frame.iloc[5:])
    task = Task(ground.offers, ground.blocked, house.scorer, before, AS_OF, CONFIG)
    known, anew = decide(replace(task, stands=ground.stands)).probability, decide(task).probability
    assert 0 < np.isnan(ground.stands).sum() < len(ground.stands)
    np.testing.assert_allclose(known, anew, atol=1e-6)


def stored(frame: pd.DataFrame) -> tuple[House, Index]:
    house = House()
    house.run(frame.iloc[:-20])
    house.run(frame)
    index = restore(trace(str(house.note["uri"])), "test")
    assert index is not None
    return house, index


def test_a_stored_index_is_the_one_that_was_left(frame: pd.DataFrame, artifacts: Path) -> None:
    _, index = stored(frame)
    whole = prepare(frame, index.offers.knowledge)
    places = index.places(frame["offer_id"].tolist())
    assert len(index.trace.chain) == 2
    assert list(index.offers.readings.take(places.tolist())) == list(whole.readings)
    for name in ("word", "char", "idf", "code", "value"):
        assert abs(getattr(index.offers, name)[places] - getattr(whole, name)).max() < 1e-6
    assert (index.offers.gtin[places] == whole.gtin).all()
    assert len(news(index, frame[["offer_id", "features_hash"]])) == 0
    assert index.graph.probability.max() > 0.5


def test_an_index_without_its_dead_rows_says_the_same_of_the_living(frame: pd.DataFrame, artifacts: Path) -> None:
    _, index = stored(frame)
    dead = index.alive.copy()
    dead[::3] = False
    small = compacted(replace(index, alive=dead))
    assert len(small.offers) == dead.sum()
    kept = index.graph.where(dead[index.graph.pairs.left] & dead[index.graph.pairs.right])
    ids = index.offers.frame["offer_id"].to_numpy(object)
    mine = small.offers.frame["offer_id"].to_numpy(object)
    assert (mine[small.graph.pairs.left] == ids[kept.pairs.left]).all()
    assert (mine[small.graph.pairs.right] == ids[kept.pairs.right]).all()


def test_an_index_of_other_making_or_damaged_is_not_believed_and_old_ones_go(frame: pd.DataFrame, artifacts: Path) -> None:
    house, index = stored(frame)
    found = index.trace
    assert restore(found, "other code") is None
    house.run(frame, full=True)
    house.run(frame, full=True)
    left = {path.parent.name for path in artifacts.rglob("manifest.json")}
    assert left == {uri.partition("/")[2] for uri in (*trace(str(house.note["uri"])).chain, *trace(str(house.note["uri"])).older)}
    assert len(left) == 2
    next(artifacts.rglob("*-pairs.npz")).write_bytes(b"")
    assert sum(restore(trace(f"{store.NAME}/{name}"), "test") is None for name in left) == 1
