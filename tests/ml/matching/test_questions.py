"""The questions: uncertain, worth an answer, one for two products, never twice."""

import numpy as np
import pandas as pd

from ml.matching.config import MatchingConfig
from ml.matching.offers import Offers, Pairs, prepare
from ml.matching.questions import Judged, choose, spoken, table
from ml.matching.reviews import Answers


def market(prices: list[float | None]) -> Offers:
    names = [f"{place}" for place in range(len(prices))]
    return prepare(pd.DataFrame({"offer_id": names, "merchant_id": names, "title": "thing", "price_reporting": prices}))


def judged(rows: list[tuple[int, int, float]], labels: list[int], weak: tuple[int, ...] = ()) -> Judged:
    left, right, probability = zip(*rows, strict=True)
    marks = np.isin(np.arange(len(labels)), weak)
    return Judged(Pairs(np.array(left), np.array(right)), np.array(probability, np.float32), np.array(labels), marks)


def asked(offers: Offers, scored: Judged, answers: Answers | None = None, **config: int) -> list[int]:
    return [int(row) for row in choose(offers, scored, answers or Answers(), MatchingConfig().model_copy(update=config))[0]]


def test_what_is_clear_is_not_asked() -> None:
    assert asked(market([10, 10, 10]), judged([(0, 1, 0.97), (0, 2, 0.02), (1, 2, 0.5)], [0, 1, 2])) == [2]


def test_the_dearer_and_the_less_certain_come_first_and_the_queue_is_capped() -> None:
    offers, rows = market([10, 10, 900, 900, 10, None]), [(0, 1, 0.5), (2, 3, 0.5), (4, 5, 0.7)]
    assert asked(offers, judged(rows, [0, 1, 2, 3, 4, 5])) == [1, 0, 2]
    assert asked(offers, judged(rows, [0, 1, 2, 3, 4, 5]), max_questions=1) == [1]


def test_two_products_are_asked_about_once() -> None:
    assert asked(market([10, 10, 10, 10]), judged([(0, 2, 0.4), (0, 3, 0.45), (1, 2, 0.3)], [0, 0, 1, 1])) == [1]


def test_inside_a_product_only_its_weak_offers_are_asked_about() -> None:
    rows = [(0, 1, 0.6)]
    assert asked(market([10, 10]), judged(rows, [0, 0])) == []
    assert asked(market([10, 10]), judged(rows, [0, 0], weak=(1,))) == [0]


def test_an_answered_pair_is_not_asked_again_not_even_an_unsure_one() -> None:
    rows = [(0, 1, 0.5), (1, 2, 0.5), (0, 2, 0.5)]
    said = Answers(different=((0, 1),), unsure=((1, 2),))
    assert asked(market([10, 10, 10]), judged(rows, [0, 1, 2]), said) == [2]


def test_the_features_that_spoke_loudest_are_told_with_value_and_weight() -> None:
    features = pd.DataFrame({"word": [0.5], "char": [0.25], "price_ratio": [np.nan], "mutual": [1.0]})
    parts = pd.DataFrame({"word": [-1.0], "char": [0.0], "price_ratio": [2.0], "mutual": [0.5]})
    assert spoken(features, parts, 2) == [[
        {"feature": "price_ratio", "value": None, "weight": 2.0}, {"feature": "word", "value": 0.5, "weight": -1.0},
    ]]
    assert len(spoken(features, parts, 9)[0]) == 3, "what added nothing did not speak"


def test_a_question_is_kept_by_its_smaller_offer_first() -> None:
    offers, pairs = market([10, 10]), Pairs(np.array([0]), np.array([1]))
    offers.frame["offer_id"] = ["f", "a"]
    row = table(offers, pairs, np.array([0.5], np.float32), np.array([1.0], np.float32), [[]]).iloc[0]
    assert (row["offer_a"], row["offer_b"], row["probability"]) == ("a", "f", 0.5)
