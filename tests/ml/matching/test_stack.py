from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ml.core.metrics import cluster_pair_prf
from ml.matching.clusters import cluster
from ml.matching.config import MatchingConfig
from ml.matching.evaluate import group
from ml.matching.model import Rules, block
from ml.matching.offers import prepare
from ml.matching.stack import Stack, fit_stack

Market = Callable[..., pd.DataFrame]
CONFIG = MatchingConfig(trees=20, second_trees=20)


def taught(frame: pd.DataFrame, truth: str = "truth") -> Stack | None:
    offers = prepare(frame[["title", "merchant_id"]])
    return fit_stack(offers, block(offers, CONFIG), frame[truth].to_numpy(object), CONFIG, version="v1", seed=3)


@pytest.fixture(scope="module")
def stack() -> Stack:
    from tests.ml.matching.conftest import market

    found = taught(market(products=60))
    assert found is not None
    return found


def test_what_is_learnt_on_some_products_groups_unseen_ones_better_than_rules(stack: Stack, make_market: Market) -> None:
    fresh = make_market(products=140, seed=11).iloc[400:]
    offers = prepare(fresh[["title", "merchant_id"]])
    blocked = block(offers, CONFIG)
    ruled = group(offers, Rules(), CONFIG)
    grouped = cluster(
        blocked.pairs, stack.probabilities(offers, blocked), stack.traits(offers, use_gtin=False),
        threshold=stack.threshold, missing=CONFIG.missing_probability,
    )
    truth = fresh["truth"].tolist()
    mine, rules = (cluster_pair_prf(truth, labels.tolist()).f1 for labels in (grouped, ruled))
    assert mine > max(0.8, rules)


def test_learning_again_gives_the_same(make_market: Market) -> None:
    frame = make_market(products=30)
    offers = prepare(frame[["title", "merchant_id"]])
    once, again = taught(frame), taught(frame)
    assert once is not None
    assert again is not None
    blocked = block(offers, CONFIG)
    assert np.array_equal(once.probabilities(offers, blocked), again.probabilities(offers, blocked))
    assert once.threshold == again.threshold


def test_nothing_is_learnt_from_a_few_or_from_nobody(make_market: Market) -> None:
    frame = make_market(products=20).assign(nobody="")
    assert taught(frame, "nobody") is None
    assert taught(frame.assign(truth=frame["truth"].where(frame.index < 10, ""))) is None


def test_a_colour_that_tells_nothing_apart_is_no_veto(make_market: Market) -> None:
    frame = make_market(products=40)
    colours = np.random.default_rng(1).choice(["black", "white", "blue"], len(frame))
    plain = frame["title"].str.replace("black|schwarz|noir|white|weiß|blanc|blue|blau|bleu", "", regex=True)
    found = taught(frame.assign(title=plain + " " + colours))
    assert found is not None
    assert found.hollow == {"colour"}
    assert not any("colour" in own for own in found.traits(prepare(frame[["title"]])))
