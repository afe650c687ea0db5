import numpy as np
import pytest

from ml.matching.ranks import MOST_GROUPS, falling


@pytest.mark.parametrize("groups", [1, 40, 3 * MOST_GROUPS])
def test_groups_rise_values_fall_and_equals_keep_their_order(groups: int) -> None:
    rng = np.random.default_rng(4)
    group = rng.integers(0, groups, 3000)
    value = rng.choice(np.array([-1, -0.25, -0.0, 0.0, 1e-30, 0.3, 0.30000001, 1, 2.5], np.float32), 3000)
    np.testing.assert_array_equal(falling(group, value), np.lexsort((-value, group)))


def test_nothing_has_no_order() -> None:
    assert len(falling(np.empty(0, np.int64), np.empty(0, np.float32))) == 0
