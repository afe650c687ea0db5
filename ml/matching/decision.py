"""From probabilities to products: cluster what is new among what stands, and say which product each offer is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.matching import groups, questions, reviews
from ml.matching.clusters import cluster, support, traits
from ml.matching.config import MatchingConfig
from ml.matching.model import Blocked, Scorer, with_identifiers
from ml.matching.offers import Offers, Pairs
from ml.matching.products import Alignment, align
from ml.matching.scoring import score
from ml.matching.store import Known


@dataclass(frozen=True)
class Task:
    """All that a decision stands on."""

    offers: Offers
    blocked: Blocked
    scorer: Scorer
    known: Known
    as_of: datetime
    config: MatchingConfig
    answers: reviews.Answers = field(default_factory=reviews.Answers)


@dataclass(frozen=True)
class Decision:
    """What was decided. assigned: offer_id, product_id, band, probability, features_hash of the offers to write.

    family_of: product -> number of its item group. questions: the pairs to ask people about, as predictions.match_candidates.
    scored: the offers whose pairs were looked at. probability: of these pairs, in the order of the blocked ones.
    """

    offers: Offers
    alignment: Alignment
    assigned: pd.DataFrame
    family_of: Mapping[str, int]
    questions: pd.DataFrame
    scored: "pd.Series[str]"
    probability: NDArray[np.float32]


def decide(task: Task, touched: set[str]) -> Decision:
    """Cluster the touched offers among all (the others keep together as they are) and give every cluster its product."""
    ids = task.offers.frame["offer_id"].to_numpy(object)
    fresh = marked(task.offers, touched)
    chosen, pairs, probability = _scored(task, fresh)
    before = dict(zip(task.known.open_rows["offer_id"], task.known.open_rows["product_id"], strict=True))
    own = traits(task.offers)
    reviews.veto(own, task.answers)
    found = cluster(
        pairs, probability, own, threshold=task.config.merge_threshold,
        missing=task.config.missing_probability, start=_standing(ids, fresh, before),
    )
    labels = reviews.unite(found, task.answers, task.offers)
    members = pd.Series(ids).groupby(labels).agg(list).tolist()
    products = task.known.products
    age = dict(zip(products["product_id"], products["as_of"].astype(str), strict=True))
    alignment = align(members, before, age, task.as_of)
    assigned = _assigned(task, alignment, labels, fresh, (pairs, probability))
    asked = _questions(task, chosen, (pairs, probability), labels)
    family_of = _families(task, alignment, groups.Made(task.offers, labels, own), chosen)
    return Decision(task.offers, alignment, assigned, family_of, asked, task.offers.frame["offer_id"][fresh], probability)


def marked(offers: Offers, touched: set[str]) -> NDArray[np.bool_]:
    """Which offers, by position, are touched."""
    return np.fromiter((offer in touched for offer in offers.frame["offer_id"]), bool, len(offers))  # isin on objects sorts both


def _scored(task: Task, fresh: NDArray[np.bool_]) -> tuple[NDArray[np.int64], Pairs, NDArray[np.float32]]:
    """The candidate pairs that hold a fresh offer, with their probabilities; what people said of a pair is certain."""
    every = task.blocked.pairs
    chosen = np.flatnonzero(fresh[every.left] | fresh[every.right])
    pairs = every.where(chosen)
    if not len(chosen):
        return chosen, pairs, np.empty(0, np.float32)
    text = score(task.scorer, task.offers, task.blocked, chosen)
    return chosen, pairs, reviews.weigh(pairs, with_identifiers(task.offers, pairs, text, task.config), task.answers)


def _families(task: Task, alignment: Alignment, made: groups.Made, chosen: NDArray[np.int64]) -> dict[str, int]:
    """Product -> item group, where there are new products to ask it for."""
    if not alignment.minted:
        return {}
    found = groups.families(made, task.scorer, task.blocked, chosen, task.config)
    return groups.by_product(alignment.product_of, task.offers.frame["offer_id"].tolist(), found)


def _questions(
    task: Task, chosen: NDArray[np.int64], scored: tuple[Pairs, NDArray[np.float32]], labels: NDArray[np.int64]
) -> pd.DataFrame:
    """The pairs to ask about, with the features that spoke."""
    pairs, probability = scored
    inside, _ = support(labels, pairs, probability, task.config.missing_probability)
    weak = (inside > 0) & (inside < task.config.auto_probability)
    rows, priority = questions.choose(task.offers, questions.Judged(pairs, probability, labels, weak), task.answers, task.config)
    spoke: list[questions.Spoken] = []
    if len(rows):
        features = task.blocked.features(task.offers, chosen[rows])
        spoke = questions.spoken(features, task.scorer.contributions(features), task.config.spoken_features)
    return questions.table(task.offers, pairs.where(rows), probability[rows], priority, spoke)


def _standing(ids: NDArray[Any], fresh: NDArray[np.bool_], before: Mapping[str, str]) -> list[list[int]]:
    standing: dict[str, list[int]] = {}
    for position in np.flatnonzero(~fresh):
        standing.setdefault(before[ids[position]], []).append(int(position))
    return list(standing.values())


def _assigned(
    task: Task, alignment: Alignment, labels: NDArray[np.int64], fresh: NDArray[np.bool_],
    scored: tuple[Pairs, NDArray[np.float32]],
) -> pd.DataFrame:
    """The touched offers, and untouched ones that lost their product or found or lost their company."""
    inside, outside = support(labels, *scored, task.config.missing_probability)
    alone = np.bincount(labels)[labels] == 1
    offers, rows = task.offers.frame, task.known.open_rows.set_index("offer_id").reindex(task.offers.frame["offer_id"])
    frame = pd.DataFrame({
        "offer_id": offers["offer_id"],
        "product_id": offers["offer_id"].map(alignment.product_of),
        "band": np.where(alone, "apart", np.where(inside >= task.config.auto_probability, "auto", "review")),
        "probability": np.where(alone, 1 - outside, inside).round(6),
        "features_hash": offers["features_hash"],
    })
    moved = frame["product_id"].to_numpy(object) != rows["product_id"].to_numpy(object)
    lonelier = alone != (rows["band"] == "apart").to_numpy(bool)
    chosen: pd.DataFrame = frame[fresh | moved | lonelier]
    return chosen
