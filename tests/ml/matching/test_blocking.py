import numpy as np
import pandas as pd
import pytest

from ml.matching.blocking import alike_price, candidates, candidates_between, finder, rarest, same
from ml.matching.config import MatchingConfig
from ml.matching.offers import Offers, Pairs, prepare
from tests.ml.matching.conftest import market

CONFIG = MatchingConfig(top_k=4)
BOUNDED = MatchingConfig(top_k=4, exact_offers=10, postings=150, deep=20)


@pytest.fixture(scope="module")
def offers() -> Offers:
    return prepare(market(products=120))


def recall(offers: Offers, pairs: Pairs) -> float:
    truth = offers.frame["truth"].to_numpy(object)
    sizes = np.unique(truth.astype(str), return_counts=True)[1]
    return float((truth[pairs.left] == truth[pairs.right]).sum() / (sizes * (sizes - 1) // 2).sum())


def test_candidates_are_the_nearest_of_each_offer_in_either_view(offers: Offers) -> None:
    word, char = (offers.word @ offers.word.T).toarray(), (offers.char @ offers.char.T).toarray()
    pairs = candidates(offers, CONFIG, use_gtin=False)
    found = set(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))
    for view in (word, char):
        np.fill_diagonal(view, -1)
        nearest = view.argmax(axis=1)
        assert {(min(a, int(b)), max(a, int(b))) for a, b in enumerate(nearest) if view[a, b] > view[a].mean()} <= found
    assert (pairs.left < pairs.right).all()
    assert len(found) == len(pairs)


def test_beyond_the_exact_size_rare_terms_find_nearly_as_much(offers: Offers) -> None:
    exact, bounded = candidates(offers, CONFIG, use_gtin=False), candidates(offers, BOUNDED, use_gtin=False)
    assert recall(offers, bounded) >= recall(offers, exact) - 0.03
    assert len(bounded) <= 1.1 * len(exact)


def test_an_offer_asks_no_more_postings_than_allowed_and_its_rarest_terms_first(offers: Offers) -> None:
    held = np.bincount(offers.word.indices, minlength=offers.word.shape[1])
    asked = rarest(offers.word, held, 50)
    for row in range(len(offers)):
        kept = np.sort(held[asked[row].indices])
        every = np.sort(held[offers.word[row].indices])
        assert kept.sum() <= 50
        assert (kept == every[: len(kept)]).all()
        assert len(kept) == len(every) or kept.sum() + every[len(kept)] > 50


def test_what_is_near_some_offers_is_what_is_near_them_among_all(offers: Offers) -> None:
    rows = np.array([3, 40, 41, 200])
    look_up = finder(offers, CONFIG)
    few, all_ = next(look_up.near(rows, 4)), next(look_up.near(np.arange(len(offers)), 4))
    mine = np.isin(all_.row, rows)
    np.testing.assert_array_equal(few.other, all_.other[mine])
    np.testing.assert_allclose(few.word, all_.word[mine], rtol=1e-5)


def test_only_those_asked_for_are_found(offers: Offers) -> None:
    among = np.arange(0, len(offers), 2)
    for config in (CONFIG, BOUNDED):
        near = next(finder(offers, config, among).near(np.array([1, 2, 3]), 4))
        assert len(near.other)
        assert np.isin(near.other, among).all()


def test_between_two_tables_no_pair_stays_on_one_side(offers: Offers) -> None:
    left = np.arange(len(offers)) < len(offers) // 2
    pairs = candidates_between(offers, left, CONFIG)
    assert len(pairs)
    assert (left[pairs.left] != left[pairs.right]).all()


def test_every_mate_by_identifier_is_a_candidate_unless_too_many_share_it() -> None:
    keys = np.array(["a", "", "b", "a", "", "c", "a", "b", *["many"] * 5], object)
    assert {tuple(pair) for pair in same(keys, 4).T.tolist()} == {(0, 3), (0, 6), (3, 6), (2, 7)}


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_offers_for_a_pair_have_no_candidates(count: int) -> None:
    assert len(candidates(prepare(market(products=1).iloc[:count]), CONFIG)) == 0


def test_beyond_the_exact_size_a_like_price_chooses_among_siblings_of_one_text() -> None:
    titles = [f"norvik falcon {number} stand mixer" for number in range(40)]
    line = pd.DataFrame({"title": [*titles, "norvik stand mixer"], "price_reporting": [*(10.0 + 5 * np.arange(40)), 101.0]})
    shop = prepare(line.assign(merchant_id="shop"))
    near = next(finder(shop, BOUNDED.model_copy(update={"postings": 1000, "deep": 40})).near(np.array([40]), 4))
    assert {17, 18, 19} <= set(near.other[near.best(4)].tolist())


def test_an_unknown_price_is_neither_near_nor_far() -> None:
    shop = prepare(pd.DataFrame({"title": ["a", "b", "c"], "price_reporting": [10.0, 10.0, None]}))
    same_price, unknown = alike_price(shop, np.array([0, 0]), np.array([1, 2]), CONFIG)
    assert same_price == pytest.approx(CONFIG.price_nearness)
    assert unknown == pytest.approx(CONFIG.price_nearness / 2)
