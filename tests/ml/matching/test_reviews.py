"""Answers are made consistent, obeyed, and learnt from."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from ml.core.rng import generator
from ml.matching.clusters import cluster, traits
from ml.matching.config import MatchingConfig
from ml.matching.evaluate import folds, labelled_pairs
from ml.matching.model import block
from ml.matching.offers import Offers, Pairs, prepare
from ml.matching.reviews import Answers, rows_of, settle, teach, unite, veto, weigh

Market = Callable[..., pd.DataFrame]
NAMES = list("abcdef")


def offers_of(names: list[str], **columns: list[str | None]) -> Offers:
    base: dict[str, list[str | None]] = {"offer_id": [*names], "merchant_id": ["m"] * len(names), "title": ["thing"] * len(names)}
    return prepare(pd.DataFrame({**base, **columns}))


def said(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Answers, the latest first."""
    return pd.DataFrame(rows, columns=["offer_a", "offer_b", "answer"])


def groups(labels: np.ndarray) -> set[str]:
    """`ab` for offers a and b under one label."""
    return {"".join(np.array(NAMES[: len(labels)])[labels == label]) for label in np.unique(labels)}


def test_a_chain_of_same_never_ends_at_a_different() -> None:
    out = settle(said(("a", "b", "same"), ("b", "c", "same"), ("a", "c", "different"), ("d", "e", "unsure")), offers_of(NAMES))
    assert out.same == ((0, 1),)
    assert out.refused == ((1, 2),)
    assert out.different == ((0, 2),)
    assert out.every == {(0, 1), (1, 2), (0, 2), (3, 4)}


def test_two_skus_of_ours_are_two_products_whatever_anybody_says() -> None:
    offers = offers_of(["a", "b", "c"], merchant_id=["house", "shop", "house"], sku=["1", None, "2"])
    out = settle(said(("b", "c", "same"), ("a", "b", "same")), offers)
    assert (out.same, out.refused) == (((1, 2),), ((0, 1),))


def test_answers_about_offers_that_are_not_there_say_nothing() -> None:
    assert settle(said(("a", "z", "same")), offers_of(["a", "b"])) == Answers()
    assert settle(said(), offers_of(["a", "b"])) == Answers()


@pytest.mark.parametrize(
    ("labels", "answers", "expected"),
    [
        ([0, 0, 1, 1, 2, 2], Answers(same=((1, 2),)), {"abcd", "ef"}),                      # whole products follow
        ([0, 0, 1, 1, 2, 2], Answers(same=((1, 2), (3, 4))), {"abcdef"}),
        ([0, 0, 1, 1, 2, 2], Answers(same=((1, 2),), different=((0, 3),)), {"abc", "d", "ef"}),   # the rest stays
        ([0, 0, 0, 1, 1, 1], Answers(same=((2, 3),), different=((0, 3), (2, 4))), {"ab", "cd", "ef"}),
        ([0, 0, 1, 1, 2, 2], Answers(), {"ab", "cd", "ef"}),
        ([0, 0, 0, 0, 0, 0], Answers(same=((2, 3),)), {"abcdef"}),
    ],
)
def test_same_offers_bring_their_products_along_where_nothing_speaks_against_it(
    labels: list[int], answers: Answers, expected: set[str]
) -> None:
    assert groups(unite(np.array(labels), answers, offers_of(NAMES))) == expected


def test_a_different_keeps_apart_what_looks_alike() -> None:
    offers = offers_of(["a", "b", "c"])
    pairs = Pairs(np.array([0, 0, 1]), np.array([1, 2, 2]))
    probability = np.array([0.99, 0.9, 0.8], np.float32)
    answers = Answers(different=((0, 1),))
    own = traits(offers)
    veto(own, answers)
    labels = cluster(pairs, weigh(pairs, probability, answers), own, threshold=0.5, missing=0.1)
    assert labels[0] != labels[1]
    assert probability[0] == np.float32(0.99), "what was given stays as it was"


def test_rows_of_pairs_are_found_in_any_order() -> None:
    pairs = Pairs(np.array([3, 0, 1]), np.array([4, 2, 2]))
    assert rows_of(pairs, [(1, 2), (3, 4), (0, 4)]) == {(1, 2): 2, (3, 4): 0}
    assert rows_of(pairs, []) == {}


def test_answers_are_learnt_from_but_not_those_that_would_judge(make_market: Market) -> None:
    config = MatchingConfig(min_positive_labels=10)
    offers = prepare(make_market(products=60))
    blocked = block(offers, config)
    labelled = labelled_pairs(offers, blocked, config, generator("matching", datetime(2026, 5, 5, tzinfo=UTC), "sample"))
    assert labelled is not None
    held = np.isin(folds(offers), [*config.validation_folds, *config.test_folds])
    judging = held[blocked.pairs.left] | held[blocked.pairs.right]
    free, kept = (int(np.flatnonzero(mask)[0]) for mask in (~judging, judging))
    answers = Answers(
        same=((int(blocked.pairs.left[free]), int(blocked.pairs.right[free])),),
        different=((int(blocked.pairs.left[kept]), int(blocked.pairs.right[kept])),),
    )
    out = teach(labelled, offers, blocked, answers, config)
    assert out is not None
    assert len(out.train) == len(out.train_labels) == len(labelled.train) + config.review_weight
    assert out.train_labels[-config.review_weight :].all()
    assert out.valid is labelled.valid
    assert teach(None, offers, blocked, answers, config) is None
