"""From probabilities to products: cluster what is new among what stands, and say which product each offer is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.matching import groups, questions, reviews
from ml.matching.clusters import cluster, support, traits
from ml.matching.config import MatchingConfig
from ml.matching.model import Blocked, Scorer, with_identifiers
from ml.matching.offers import Offers
from ml.matching.products import Alignment, align
from ml.matching.scoring import score
from ml.matching.store import Known, by_first


@dataclass(frozen=True)
class Task:
    """All that a decision stands on. stands: what is known of each blocked pair, NaN (or None) where it is to be scored."""

    offers: Offers
    blocked: Blocked
    scorer: Scorer
    known: Known
    as_of: datetime
    config: MatchingConfig
    answers: reviews.Answers = field(default_factory=reviews.Answers)
    stands: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Decision:
    """What was decided. assigned: offer_id, product_id, band, probability, features_hash of the offers to write.

    family_of: product -> number of its item group. questions: the pairs to ask people about, as predictions.match_candidates.
    probability: of the pairs, in the order of the blocked ones.
    """

    offers: Offers
    alignment: Alignment
    assigned: pd.DataFrame
    family_of: Mapping[str, int]
    questions: pd.DataFrame
    probability: NDArray[np.float32]


def decide(task: Task) -> Decision:
    """Cluster the offers from nothing and give every cluster its product."""
    ids = task.offers.frame["offer_id"].to_numpy(object)
    probability = _scored(task)
    before = by_first(task.known.open_rows[["offer_id", "product_id"]])
    own = traits(task.offers)
    reviews.veto(own, task.answers)
    found = cluster(
        task.blocked.pairs, probability, own, threshold=task.config.merge_threshold, missing=task.config.missing_probability
    )
    labels = reviews.unite(found, task.answers, task.offers)
    members = pd.Series(ids).groupby(labels).agg(list).tolist()
    age = by_first(task.known.products[["product_id", "as_of"]].astype(str))
    alignment = align(members, before, age, task.as_of)
    family_of = _families(task, alignment, groups.Made(task.offers, labels, own))
    assigned, asked = _assigned(task, alignment, labels, probability), _questions(task, probability, labels)
    return Decision(task.offers, alignment, assigned, family_of, asked, probability)


def _scored(task: Task) -> NDArray[np.float32]:
    """A probability for each candidate pair; what people said of a pair is certain."""
    pairs = task.blocked.pairs
    out = np.full(len(pairs), np.nan, np.float32) if task.stands is None else task.stands.copy()
    rows = np.flatnonzero(np.isnan(out))
    if len(rows):
        text = score(task.scorer, task.offers, task.blocked, rows)
        out[rows] = with_identifiers(task.offers, pairs.where(rows), text, task.config)
    return reviews.weigh(pairs, out, task.answers)


def _families(task: Task, alignment: Alignment, made: groups.Made) -> dict[str, int]:
    """Product -> item group, where there are new products to ask it for."""
    if not alignment.minted:
        return {}
    found = groups.families(made, task.scorer, task.blocked, task.config)
    return groups.by_product(alignment.product_of, task.offers.frame["offer_id"].tolist(), found)


def _questions(task: Task, probability: NDArray[np.float32], labels: NDArray[np.int64]) -> pd.DataFrame:
    """The pairs to ask about, with the features that spoke."""
    pairs = task.blocked.pairs
    inside, _ = support(labels, pairs, probability, task.config.missing_probability)
    weak = (inside > 0) & (inside < task.config.auto_probability)
    rows, priority = questions.choose(task.offers, questions.Judged(pairs, probability, labels, weak), task.answers, task.config)
    spoke: list[questions.Spoken] = []
    if len(rows):
        features = task.blocked.features(task.offers, rows)
        spoke = questions.spoken(features, task.scorer.contributions(features), task.config.spoken_features)
    return questions.table(task.offers, pairs.where(rows), probability[rows], priority, spoke)


def _assigned(
    task: Task, alignment: Alignment, labels: NDArray[np.int64], probability: NDArray[np.float32]
) -> pd.DataFrame:
    """A row an offer, as predictions.offer_product has them."""
    inside, outside = support(labels, task.blocked.pairs, probability, task.config.missing_probability)
    alone = np.bincount(labels)[labels] == 1
    offers = task.offers.frame
    return pd.DataFrame({
        "offer_id": offers["offer_id"],
        "product_id": offers["offer_id"].map(alignment.product_of),
        "band": np.where(alone, "apart", np.where(inside >= task.config.auto_probability, "auto", "review")),
        "probability": np.where(alone, 1 - outside, inside).round(6),
        "features_hash": offers["features_hash"],
    })
