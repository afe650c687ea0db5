from dataclasses import replace

import numpy as np
import pytest

from bazaar.shop.customers import SENSITIVITIES
from bazaar.shop.demand import is_holiday, price_weight, season_factor
from bazaar.shop.purchases import choose, day_weights, taste
from bazaar.shop.state import first_state
from bazaar.shop.world import Shop


def test_elasticity_is_the_exponent_of_the_price(shop: Shop) -> None:
    market = shop.assortment.market_price
    ratio = price_weight(shop.demand, market, market * 1.01) / price_weight(shop.demand, market, market)
    learned = -np.log(ratio) / np.log(1.01)
    assert learned == pytest.approx(np.outer(SENSITIVITIES, shop.demand.elasticity))


def test_a_reduced_sku_weighs_more_and_an_unlaunched_one_nothing(shop: Shop) -> None:
    state = first_state(shop)
    before = day_weights(shop, state, 0)
    state.percent[0] = 30
    after = day_weights(shop, state, 0)
    assert (after[:, 0] > before[:, 0]).all()
    assert (after[:, 1:] == before[:, 1:]).all()
    later = replace(shop, assortment=replace(shop.assortment, launch_day=np.ones(len(shop.assortment), dtype=np.int64)))
    assert (day_weights(later, state, 0) == 0).all()


def test_shoppers_choose_by_taste(shop: Shop) -> None:
    rng = np.random.default_rng(3)
    weights = np.ones((len(SENSITIVITIES), len(shop.assortment)))
    people = np.repeat(np.arange(40), 20)
    chosen = choose(shop, weights, people, 1, rng)[:, 0]
    by_chance = rng.integers(0, len(shop.assortment), len(people))
    assert taste(shop, people, chosen).mean() > taste(shop, people, by_chance).mean() + 1


def test_a_public_holiday_is_quiet(shop: Shop) -> None:
    first_of_may, week_before = -4, -11
    assert is_holiday(first_of_may)
    assert not is_holiday(week_before)
    quiet, usual = (season_factor(shop.demand, shop.weather, day) for day in (first_of_may, week_before))
    assert (quiet < 0.85 * usual).all()
