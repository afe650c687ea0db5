import pytest

from bazaar.errors import UnknownWorldError
from bazaar.sizes import SIZES, world_size


def test_the_default_world_is_as_large_as_promised() -> None:
    size = world_size("default")
    assert (size.merchants, size.offers, size.house_skus, size.customers, size.history_days) == (60, 30_000, 4_000, 20_000, 540)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_the_house_sells_a_part_of_what_exists(size: object) -> None:
    assert size.house_skus <= size.products  # type: ignore[attr-defined]


def test_an_unknown_world_names_the_known_ones() -> None:
    with pytest.raises(UnknownWorldError, match=r"huge.*tiny, small, default, market"):
        world_size("huge")


def test_a_market_is_as_large_as_asked() -> None:
    assert (world_size("market").merchants, world_size("market").offers) == (10_000, 2_000_000)
    asked = world_size("market-300-20000")
    assert (asked.name, asked.merchants, asked.offers, asked.is_market) == ("market-300-20000", 300, 20_000, True)
    with pytest.raises(UnknownWorldError):
        world_size("market-0-5")
