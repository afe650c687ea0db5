"""The moving half of the shop: prices, stock, what is due. Saved at the end of every day beside that day's feeds."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from bazaar.rng import BoolArray, FloatArray, IntArray
from bazaar.shop.world import Shop

NEVER = 1_000_000


@dataclass
class ShopState:
    """Arrays over the K skus and N customers, and two numbers; mutated in place as days pass."""

    list_price: FloatArray
    percent: FloatArray  # promotion now
    promotion_end: IntArray  # last business day of it
    cost: FloatArray
    stock: IntArray
    arriving: IntArray  # quantity on its way
    arrival_day: IntArray  # NEVER = nothing on its way
    sales_rate: FloatArray  # units a day, exponentially weighted
    opened: BoolArray  # whether the first stock arrived
    review_count: IntArray
    review_sum: IntArray
    orders_of: IntArray  # orders per customer
    due_day: IntArray  # repeat purchases to come: day, customer, sku
    due_customer: IntArray
    due_sku: IntArray
    next_order: int

    def save(self, path: Path) -> None:
        with path.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **{field.name: getattr(self, field.name) for field in fields(self)})


def load_state(path: Path) -> ShopState:
    with np.load(path, allow_pickle=False) as saved:
        values = {field.name: saved[field.name] for field in fields(ShopState)}
    return ShopState(**{**values, "next_order": int(values["next_order"])})


def first_state(shop: Shop) -> ShopState:
    """The shop before its first day: no stock, nothing sold."""
    count, people = len(shop.assortment), len(shop.customers)
    none = np.empty(0, dtype=np.int64)
    zeros = np.zeros(count, dtype=np.int64)
    expected = 0.6 * shop.daily_orders * 1.7 * shop.demand.popularity
    return ShopState(
        list_price=shop.assortment.list_price.copy(), percent=np.zeros(count), promotion_end=zeros.copy(),
        cost=shop.assortment.cost.copy(), stock=zeros.copy(), arriving=zeros.copy(), arrival_day=np.full(count, NEVER),
        sales_rate=expected, opened=np.zeros(count, dtype=bool), review_count=zeros.copy(), review_sum=zeros.copy(),
        orders_of=np.zeros(people, dtype=np.int64), due_day=none, due_customer=none.copy(), due_sku=none.copy(),
        next_order=100_001,
    )
