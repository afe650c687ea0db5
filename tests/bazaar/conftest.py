"""Small worlds, built once for all tests of this folder."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bazaar.rows import Window, window
from bazaar.settings import BazaarSettings, from_env
from bazaar.world import World, open_world

SEED = 7


@pytest.fixture(scope="session")
def bazaar_settings(tmp_path_factory: pytest.TempPathFactory) -> BazaarSettings:
    return replace(from_env({}), world="tiny", seed=SEED, home=tmp_path_factory.mktemp("bazaar-home"))


@pytest.fixture(scope="session")
def tiny(bazaar_settings: BazaarSettings) -> World:
    """Three merchants, one of each platform. Nobody moves its clock."""
    return open_world(bazaar_settings)


@pytest.fixture(scope="session")
def small(bazaar_settings: BazaarSettings) -> World:
    """Twelve merchants. Nobody moves its clock."""
    return open_world(replace(bazaar_settings, world="small"))


@pytest.fixture(scope="session")
def windows(small: World) -> Callable[[str, int], list[Window]]:
    """The small world's shop windows of a platform on a day."""

    def of(platform: str, day: int = 0) -> list[Window]:
        days = small.market.days(day, day)
        return [window(small, days, merchant.number, day) for merchant in small.merchants if merchant.platform == platform]

    return of


@pytest.fixture
def own_home(bazaar_settings: BazaarSettings, tmp_path: Path) -> BazaarSettings:
    """Settings with a home of one's own."""
    return replace(bazaar_settings, home=tmp_path / "bazaar")
