import numpy as np
import pytest

from ml.matching.neighbours import triangles
from ml.matching.offers import Pairs

PAIRS = Pairs(np.array([0, 0, 1, 2]), np.array([1, 2, 2, 3]))
FIRST = np.array([0.5, 0.8, 0.6, 0.01], np.float32)


def test_common_neighbours_by_hand() -> None:
    found = triangles(4, PAIRS, FIRST)
    assert found["through"].tolist() == pytest.approx([0.48, 0.3, 0.4, 0])          # 0-1 by 2: .8 x .6
    assert found["via"][0] == pytest.approx(0.48**0.5)
    assert found["overlap"][0] == pytest.approx((0.5 + 0.5 + 0.6) / (1 + 1 + 0.8))  # self, each other, and the third
    assert (found["others_low"][0], found["others_high"][0]) == pytest.approx((0.6, 0.8))


def test_a_faint_pair_is_nobodys_neighbour() -> None:
    found = triangles(4, PAIRS, FIRST)
    assert found["overlap"][3] == 0
    assert found["others_low"][3] == pytest.approx(0, abs=1e-6)
