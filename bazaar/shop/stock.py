"""Stock: first deliveries, replenishment with lead times, what a day's wishes leave, corrections."""

from dataclasses import dataclass

import numpy as np

from bazaar.rng import BoolArray, IntArray, stream
from bazaar.shop.purchases import Lines
from bazaar.shop.state import NEVER, ShopState
from bazaar.shop.world import Shop

MEMORY = 0.97  # of the exponentially weighted sales rate
COVER_DAYS = 40
CORRECTION_CHANCE = 0.0015
LATE_CHANCE = 0.12
LATE_DAYS = 16


@dataclass(frozen=True)
class Movements:
    """Signed changes of stock of one kind: `receipt`, `sale`, `return` or `correction`."""

    kind: str
    sku: IntArray
    quantity: IntArray


def _order_quantity(state: ShopState) -> IntArray:
    return np.maximum(np.ceil(state.sales_rate * COVER_DAYS), 3).astype(np.int64)


def receive(shop: Shop, state: ShopState, day: int) -> Movements:
    """What arrives in the morning: ordered goods that are due, and the first stock of newly launched skus."""
    due = state.arrival_day <= day
    new = ~state.opened & (shop.assortment.launch_day <= day)
    quantity = np.where(due, state.arriving, 0) + np.where(new, 2 * _order_quantity(state), 0)
    state.stock += quantity
    state.arriving[due], state.arrival_day[due] = 0, NEVER
    state.opened |= new
    skus = np.flatnonzero(quantity)
    return Movements("receipt", skus, quantity[skus])


def within_stock(state: ShopState, wished: Lines) -> BoolArray:
    """Which wishes are met: first come, first served, per sku."""
    order = np.lexsort((wished.at, wished.sku))
    sku, quantity = wished.sku[order], wished.quantity[order]
    running = np.cumsum(quantity)
    first = np.flatnonzero(np.r_[True, sku[1:] != sku[:-1]]) if len(sku) else np.empty(0, dtype=np.int64)
    before = np.repeat(running[first] - quantity[first], np.diff(np.r_[first, len(sku)]))
    met = np.zeros(len(sku), dtype=bool)
    met[order] = running - before <= state.stock[sku]
    return met


def sell(state: ShopState, sold: Lines) -> None:
    np.subtract.at(state.stock, sold.sku, sold.quantity)


def learn_sales(state: ShopState, sold: Lines, end_of_day: bool) -> None:
    """Add what was sold to the sales rate, and fade it at the end of a day; it never falls so low that nothing is ordered."""
    units = np.bincount(sold.sku, weights=sold.quantity, minlength=len(state.stock))
    state.sales_rate = state.sales_rate + (1 - MEMORY) * units
    if end_of_day:
        state.sales_rate = np.maximum(MEMORY * state.sales_rate, 0.01)


def reorder(shop: Shop, state: ShopState, day: int) -> None:
    """Order from the supplier what will not last through the lead time; a supplier is late now and then."""
    rng = stream(shop.seed, "shop", "reorder", day)
    lead = shop.assortment.lead_time
    replenished = np.array([policy == "replenish" for policy in shop.assortment.policy])
    low = state.stock <= state.sales_rate * lead * 1.3 + 0.6
    wanted = low & replenished & state.opened & (state.arrival_day == NEVER)
    late = np.where(rng.random(len(lead)) < LATE_CHANCE, rng.integers(4, LATE_DAYS, len(lead)), 0)
    state.arriving[wanted] = _order_quantity(state)[wanted]
    state.arrival_day[wanted] = (day + lead + late)[wanted]


def correct(shop: Shop, state: ShopState, day: int) -> Movements:
    """What a stocktaking finds missing."""
    rng = stream(shop.seed, "shop", "corrections", day)
    found = (rng.random(len(state.stock)) < CORRECTION_CHANCE) & (state.stock > 0)
    missing = np.minimum(rng.integers(1, 3, len(state.stock)), state.stock)
    skus = np.flatnonzero(found)
    state.stock[skus] -= missing[skus]
    return Movements("correction", skus, -missing[skus])
