import numpy as np

from bazaar.shop.purchases import lines_of
from bazaar.shop.state import NEVER, first_state
from bazaar.shop.stock import receive, reorder, sell, within_stock
from bazaar.shop.world import Shop


def test_first_come_first_served(shop: Shop) -> None:
    state = first_state(shop)
    state.stock[3] = 2
    wished = lines_of([(1, 300, 3, 1), (2, 100, 3, 1), (3, 200, 3, 1), (4, 50, 5, 1)])
    assert within_stock(state, wished).tolist() == [False, True, True, False]


def test_what_runs_low_is_ordered_and_arrives_after_its_lead_time(shop: Shop) -> None:
    state = first_state(shop)
    receive(shop, state, 0)
    number = next(n for n, policy in enumerate(shop.assortment.policy) if policy == "replenish" and state.opened[n])
    sell(state, lines_of([(1, 0, number, int(state.stock[number]))]))
    assert state.stock[number] == 0
    reorder(shop, state, 0)
    due = int(state.arrival_day[number])
    assert due >= shop.assortment.lead_time[number]
    assert number not in receive(shop, state, due - 1).sku
    arrived = receive(shop, state, due)
    assert number in arrived.sku
    assert state.stock[number] > 0
    assert state.arrival_day[number] == NEVER


def test_run_down_goods_are_not_ordered_again(shop: Shop) -> None:
    state = first_state(shop)
    state.opened[:] = True
    reorder(shop, state, 0)
    replenished = np.array([policy == "replenish" for policy in shop.assortment.policy])
    assert (state.arrival_day[~replenished] == NEVER).all()
    assert (state.arrival_day[replenished] < NEVER).all()
