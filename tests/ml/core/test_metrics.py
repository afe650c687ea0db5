import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.core import metrics as m


def test_pairs_by_hand() -> None:
    assert m.pair_prf([1, 1, 0, 0], [1, 0, 1, 0]) == m.PRF(0.5, 0.5, 0.5)
    assert m.pair_prf([0], [0]) == m.PRF(0.0, 0.0, 0.0)


def test_the_best_threshold_is_the_one_that_a_search_finds() -> None:
    labels, scores = [0, 1, 0, 1, 1], [0.1, 0.4, 0.4, 0.8, 0.9]
    threshold, f1 = m.best_threshold(labels, scores)
    tried = {t: m.pair_prf(labels, np.array(scores) >= t).f1 for t in scores}
    assert f1 == pytest.approx(max(tried.values()))
    assert tried[threshold] == pytest.approx(f1)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30))
def test_cluster_figures_equal_counting_the_pairs(items: list[tuple[int, int]]) -> None:
    truth, found = [a for a, _ in items], [b for _, b in items]
    pairs = [(i, j) for i in range(len(items)) for j in range(i)]
    expected = m.pair_prf([truth[i] == truth[j] for i, j in pairs] or [0], [found[i] == found[j] for i, j in pairs] or [0])
    assert m.cluster_pair_prf(truth, found) == expected
    assert m.b_cubed(truth, truth).f1 == pytest.approx(1)
    assert 0 < m.b_cubed(truth, found).f1 <= 1 + 1e-9


def test_b_cubed_by_hand() -> None:
    figure = m.b_cubed(["a", "a", "b"], [1, 1, 1])
    assert figure.precision == pytest.approx((4 / 3 + 1 / 3) / 3)
    assert figure.recall == pytest.approx(1)


def test_rankings_by_hand() -> None:
    assert m.ndcg_at_k({"b"}, ["a", "b"], 10) == pytest.approx(1 / math.log2(3))
    assert m.ndcg_at_k({"a", "b"}, ["b", "a"], 10) == pytest.approx(1)
    assert m.ndcg_at_k(set(), ["a"], 10) == 0


def test_forecast_figures_by_hand() -> None:
    assert m.wape([10, 10], [8, 14]) == pytest.approx(0.3)
    assert m.bias([10, 10], [8, 14]) == pytest.approx(0.1)
    assert m.pinball([10.0], [8.0], 0.9) == pytest.approx(1.8)
    assert m.pinball([8.0], [10.0], 0.9) == pytest.approx(0.2)
    assert math.isnan(m.wape([0], [1]))


def test_auc_counts_ties_half() -> None:
    assert m.auc([1, 0], [0.9, 0.1]) == 1
    assert m.auc([1, 0, 0], [0.5, 0.5, 0.1]) == pytest.approx(0.75)
    assert math.isnan(m.auc([1, 1], [0.1, 0.2]))
