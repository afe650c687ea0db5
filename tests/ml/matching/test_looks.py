import numpy as np
import pandas as pd
import pytest

from ml.matching.attributes import mapped
from ml.matching.config import MatchingConfig
from ml.matching.looks import FOLDS, _crossed, lessons, look_and_cut, look_twice
from ml.matching.tables import Tables, together


@pytest.fixture(scope="module")
def tables() -> Tables:
    """Twenty articles in both tables, each like the next but for its number."""
    names = [f"{brand} {line} {n}" for n, brand in enumerate(["norvik", "altera"] * 10) for line in [("falcon", "orbit")[n % 2]]]
    left, right = (mapped(pd.DataFrame({"title": [f"{name} {word}" for name in names]}))[0] for word in ("phone", "smartphone"))
    return together(left, right, MatchingConfig())[0]


def test_no_pair_is_judged_by_who_learnt_from_its_fold() -> None:
    told = lessons(np.arange(3, 33), np.arange(30) % 3 == 0, np.arange(30), seed=1)
    asked = []

    def judge(rows: np.ndarray, same: np.ndarray) -> np.ndarray:
        asked.append(set(rows.tolist()))
        assert len(rows) == len(same)
        return np.full(40, float(len(asked)), np.float32)

    said = _crossed(told, judge)
    assert len(asked) == FOLDS
    assert all(row not in asked[int(said[row]) - 1] for row in told.rows)
    assert said[:3].tolist() == pytest.approx([np.mean(range(1, FOLDS + 1))] * 3)


def test_pairs_of_a_group_share_a_fold_and_each_pair_comes_once() -> None:
    rows, groups = np.array([5, 1, 5, 2]), np.array([0, 1, 0, 0])
    told = lessons(rows, np.array([True, False, False, True]), groups, seed=2)
    assert told.rows.tolist() == [1, 2, 5]
    assert told.same.tolist() == [False, True, True]
    assert told.fold[1] == told.fold[2]


def test_the_second_look_learns_and_is_the_same_again(tables: Tables) -> None:
    same = tables.pairs.right - tables.pairs.left == tables.lefts
    rows = np.flatnonzero(tables.pairs.left % 4 != 0)
    told = lessons(rows, same[rows], tables.pairs.left[rows], seed=1)
    probability = look_twice(tables, told, seed=1)
    np.testing.assert_array_equal(probability, look_twice(tables, told, seed=1))
    unseen = tables.pairs.left % 4 == 0
    assert probability[unseen & same].mean() > probability[unseen & ~same].mean()


def test_without_positives_to_check_the_cut_is_a_half(tables: Tables) -> None:
    rows = np.arange(12)
    told = lessons(rows, np.arange(12) % 2 == 0, rows, seed=1)
    assert look_and_cut(tables, told, np.zeros(12, bool), seed=1)[1] == 0.5
