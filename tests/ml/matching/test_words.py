import numpy as np
import pandas as pd

from ml.matching.offers import Pairs, prepare
from ml.matching.words import learn_words

LEFT, RIGHT = np.triu_indices(24, 1)
PAIRS = Pairs(LEFT.astype(np.int64), RIGHT.astype(np.int64))


def test_words_that_tell_products_apart_weigh_and_others_do_not() -> None:
    numbers = range(4)
    titles = [f"lamp {n} {pro} {fluff}".strip() for n in numbers for pro in ("", "pro") for fluff in ("", "new", "sale")]
    truth = np.array([f"{n} {pro}" for n in numbers for pro in ("", "pro") for _ in range(3)])
    offers = prepare(pd.DataFrame({"title": titles}))
    words = learn_words(offers, PAIRS, truth[PAIRS.left] == truth[PAIRS.right])
    unseen = prepare(pd.DataFrame({"title": ["chair 9", "chair 9 pro", "chair 9 new"]}))
    apart, alike = words.margin(unseen, Pairs(np.array([0, 0]), np.array([1, 2])))
    assert alike > apart + 1


def test_unknown_words_weigh_nothing() -> None:
    offers = prepare(pd.DataFrame({"title": [f"lamp {n % 6}" for n in range(24)]}))
    words = learn_words(offers, PAIRS, PAIRS.left % 6 == PAIRS.right % 6)
    unseen = prepare(pd.DataFrame({"title": ["zebra", "giraffe"]}))
    assert words.margin(unseen, Pairs(np.array([0]), np.array([1]))).tolist() == [np.float32(words.bias)]
