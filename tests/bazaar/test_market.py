import numpy as np
import pytest

from bazaar.market import GENUINE, INFLATED, NONE, PERMANENT, RAISED, charm
from bazaar.world import World

FIRST, LAST = -180, -1


def test_a_day_is_known_without_the_day_before(small: World) -> None:
    block, alone = small.market.days(FIRST, LAST), small.market.days(-40, -40)
    for name in ("price", "reference", "in_stock", "listed", "kind", "changed"):
        assert (getattr(block.column(FIRST * -1 - 40), name) == getattr(alone, name)).all(), name


def test_what_changes_says_so(small: World) -> None:
    days = small.market.days(FIRST, LAST)
    today = np.arange(FIRST + 1, LAST + 1)[None, :]
    moved = (np.diff(days.price) != 0) | (np.diff(days.reference) != 0) | np.diff(days.in_stock)
    appeared = ~days.listed[:, :-1] & days.listed[:, 1:]
    news = (moved & days.listed[:, 1:]) | appeared
    assert news.any()
    assert (days.changed[:, 1:][news] == np.broadcast_to(today, news.shape)[news]).all()
    assert (days.changed <= np.arange(FIRST, LAST + 1)[None, :])[days.listed].all()


@pytest.mark.parametrize("kind", [GENUINE, INFLATED, RAISED])
def test_sales_keep_the_promise_of_their_kind(small: World, kind: int) -> None:
    days = small.market.days(FIRST, LAST)
    starts = np.argwhere((days.kind[:, 1:] == kind) & (days.sale_first[:, 1:] == np.arange(FIRST + 1, LAST + 1)[None, :]))
    starts = starts[starts[:, 1] >= 35]
    assert len(starts) > 5
    for number, place in starts:
        at = place + 1
        before, price, reference = days.price[number, at - 30 : at], days.price[number, at], days.reference[number, at]
        assert reference > price
        if kind == GENUINE:
            assert (before == reference).all()
        elif kind == INFLATED:
            assert before.max() < reference
        else:
            assert before[-1] == reference
            assert before[0] < reference


def test_permanent_sales_never_end(small: World) -> None:
    days = small.market.days(FIRST, LAST)
    always = (days.kind == PERMANENT).any(axis=1)
    assert always.any()
    assert (days.kind[always] == PERMANENT).all()
    assert (days.reference[always] > days.price[always]).all()


def test_no_reference_without_a_sale(small: World) -> None:
    days = small.market.days(-60, -1)
    assert (days.reference[days.kind == NONE] == 0).all()
    assert (days.price > 0).all()


def test_followers_undercut_their_leader(small: World) -> None:
    traits = small.market.traits
    followers = np.flatnonzero(traits.leader[:, 0] >= 0)
    days = small.market.days(-60, -1)
    assert len(followers) > 20
    leaders = traits.leader[followers, 0]
    shops = np.array([item.merchant for item in small.listings])
    assert (shops[followers] != shops[leaders]).all()
    own = days.price[followers, 1:] / 100 / traits.rate_to_leader[followers]
    theirs = days.price[leaders, :-1] / 100
    assert (own <= theirs).mean() > 0.5


def test_listings_appear_vanish_and_sell_out(small: World) -> None:
    days = small.market.days(FIRST, LAST)
    assert (~days.listed[:, 0] & days.listed[:, -1]).any()
    assert (days.listed[:, 0] & ~days.listed[:, -1]).any()
    assert 0.01 < 1 - days.in_stock[days.listed].mean() < 0.15


def test_charming_prices() -> None:
    ending = np.array([99, 99, 0, 95])
    assert charm(np.array([12.37, 4.42, 129.4, 0.01]), ending).tolist() == [1299, 439, 12900, 19]
