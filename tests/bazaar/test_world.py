from dataclasses import replace

import pytest

from bazaar.errors import UnknownWorldError
from bazaar.settings import BazaarSettings
from bazaar.world import World, open_world


def test_a_world_is_named_by_its_settings(bazaar_settings: BazaarSettings, tiny: World) -> None:
    assert (tiny.day, tiny.first_day, len(tiny.merchants)) == (0, -40, 3)
    with pytest.raises(UnknownWorldError):
        open_world(replace(bazaar_settings, world="huge"))


def test_about_as_many_offers_are_live_as_promised(small: World) -> None:
    live = int(small.market.days(0, 0).listed.sum())
    assert 0.85 * small.size.offers < live < 1.15 * small.size.offers
