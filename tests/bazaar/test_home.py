from dataclasses import replace

import pytest

from bazaar import home
from bazaar.errors import WorldMismatchError
from bazaar.settings import BazaarSettings


def test_a_new_home_stands_at_day_zero_and_remembers(own_home: BazaarSettings) -> None:
    assert home.read_day(own_home) == 0
    home.write_day(own_home, 3)
    assert home.read_day(own_home) == 3


def test_another_world_is_refused(own_home: BazaarSettings) -> None:
    home.write_day(own_home, 3)
    with pytest.raises(WorldMismatchError, match="belongs to world tiny with seed 7"):
        home.read_day(replace(own_home, seed=8))
