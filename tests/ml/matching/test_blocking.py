import numpy as np
import pytest

from ml.matching.blocking import candidates, candidates_around
from ml.matching.config import MatchingConfig
from ml.matching.offers import Offers, Pairs, prepare
from tests.ml.matching.conftest import market

CONFIG = MatchingConfig(top_k=4)
FRESH = np.array([3, 40, 41, 200])


@pytest.fixture(scope="module")
def offers() -> Offers:
    return prepare(market(products=120))


def holding_fresh(pairs: Pairs) -> set[tuple[int, int]]:
    return {(a, b) for a, b in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True) if a in FRESH or b in FRESH}


def test_around_a_few_offers_their_candidates_are_those_of_everybody(offers: Offers) -> None:
    whole, around = candidates(offers, CONFIG), candidates_around(offers, FRESH, CONFIG)
    assert len(around) < len(whole)
    assert holding_fresh(around) <= holding_fresh(whole)
    assert len(holding_fresh(around)) >= 0.97 * len(holding_fresh(whole))


def test_around_a_few_offers_every_mate_by_identifier_is_a_candidate(offers: Offers) -> None:
    mates = {
        (min(fresh, other), max(fresh, other))
        for fresh in FRESH.tolist() for other in range(len(offers))
        if other != fresh and offers.gtin[fresh] and offers.gtin[fresh] == offers.gtin[other]
    }
    assert mates
    assert mates <= holding_fresh(candidates_around(offers, FRESH, CONFIG))


def test_nothing_fresh_has_no_candidates(offers: Offers) -> None:
    assert len(candidates_around(offers, np.empty(0, np.int64), CONFIG)) == 0
