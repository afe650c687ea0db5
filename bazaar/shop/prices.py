"""Prices of the past: list prices that drift with costs and by chance, promotions of single skus and whole campaigns.

The chance moves and the promotions are what lets elasticities be learned: they do not depend on demand.
"""

from dataclasses import dataclass

import numpy as np

from bazaar import clock
from bazaar.rng import FloatArray, IntArray, stream
from bazaar.shop.assortment import LEAST_MARGIN, Assortment, charm
from bazaar.shop.customers import FloatArray32
from bazaar.sizes import WorldSize

DAYS_BETWEEN_MOVES = 75
DAYS_BETWEEN_PROMOTIONS = 200
PROMOTION_STEPS = (10, 15, 20, 25, 30)
CAMPAIGNS = (  # name, month, day, length in days, share of the skus of its categories, deepest discount
    ("winter-sale", 1, 7, 14, 0.3, 25),
    ("spring-week", 4, 3, 8, 0.2, 20),
    ("summer-sale", 7, 1, 14, 0.3, 25),
    ("black-week", 11, 21, 9, 0.4, 30),
)


@dataclass(frozen=True)
class Promotions:
    """P promotions: sku by index, first and last business day (inclusive), percent off."""

    promotion_id: tuple[str, ...]
    kind: tuple[str, ...]
    sku: IntArray
    first: IntArray
    last: IntArray
    percent: IntArray


@dataclass(frozen=True)
class PricePath:
    """What each sku cost and was listed at on each business day from -history_days to 0: arrays (days, K), EUR."""

    first_day: int
    list_price: FloatArray32
    percent: FloatArray32
    cost: FloatArray32

    def shown(self, row: int) -> FloatArray:
        """(K,) the price that a shopper saw on that row's day."""
        return shown_price(self.list_price[row].astype(float), self.percent[row].astype(float))


def shown_price(list_price: FloatArray, percent: FloatArray) -> FloatArray:
    return np.asarray(np.round(list_price * (1 - percent / 100), 2))


def _single(rng: np.random.Generator, size: WorldSize, count: int) -> list[tuple[str, str, int, int, int, int]]:
    number = rng.poisson(count * size.history_days / DAYS_BETWEEN_PROMOTIONS)
    first = rng.integers(-size.history_days + 7, 1, number)
    length = rng.integers(5, 15, number)
    skus, steps = rng.integers(0, count, number), rng.choice(PROMOTION_STEPS, number)
    rows = zip(skus, first, first + length, steps, strict=True)
    return [(f"PR-{n:06d}", "sku", int(k), int(a), int(b), int(p)) for n, (k, a, b, p) in enumerate(rows)]


def _campaign_days(size: WorldSize) -> list[tuple[str, int, int, float, int]]:
    """(id, first day, last day, share, percent) of every campaign that starts within the history."""
    years = range(clock.calendar_day(-size.history_days).year, clock.START.year + 1)
    dated = [
        (f"{name}-{year}", clock.day_number(clock.START.date().replace(year=year, month=month, day=day)), length, share, percent)
        for year in years for name, month, day, length, share, percent in CAMPAIGNS
    ]
    return [(name, at, at + length - 1, share, p) for name, at, length, share, p in dated if -size.history_days < at <= 0]


def build_promotions(assortment: Assortment, size: WorldSize, seed: int) -> Promotions:
    """All promotions that started in the history."""
    rng = stream(seed, "shop", "promotions")
    rows = _single(rng, size, len(assortment))
    for name, first, last, share, percent in _campaign_days(size):
        categories = rng.choice(len(assortment.category_names), 7, replace=False)
        chosen = np.isin(assortment.category_index, categories) & (rng.random(len(assortment)) < share)
        steps = (percent, percent - 5, percent - 10)
        rows += [(name, "campaign", int(k), first, last, int(rng.choice(steps))) for k in np.flatnonzero(chosen)]
    columns = list(zip(*rows, strict=True)) or [(), (), (), (), (), ()]
    skus, first_day, last_day, percents = (np.array(column, dtype=np.int64) for column in columns[2:])
    return Promotions(tuple(columns[0]), tuple(columns[1]), skus, first_day, last_day, percents)


def _moves(rng: np.random.Generator, rows: int, count: int, every: float, spread: float) -> FloatArray:
    """(rows, count) cumulative log changes: every `every` days on average a step of `spread`."""
    steps = rng.normal(0, spread, (rows, count)) * (rng.random((rows, count)) < 1 / every)
    return np.asarray(np.cumsum(steps, axis=0))


def build_price_path(assortment: Assortment, promotions: Promotions, size: WorldSize, seed: int) -> PricePath:
    """Costs creep with their own steps, list prices follow at their next move and wander by chance around cost-plus."""
    rng = stream(seed, "shop", "prices")
    rows, count = size.history_days + 1, len(assortment)
    cost = np.round(assortment.cost * np.exp(_moves(rng, rows, count, 180, 0.04).clip(-0.2, 0.2)), 2)
    wander = rng.normal(0, 0.09, (rows, count))
    moved = rng.random((rows, count)) < 1 / DAYS_BETWEEN_MOVES
    moved[0] = True
    last_move = np.maximum.accumulate(np.where(moved, np.arange(rows)[:, None], 0), axis=0)
    ratio = assortment.list_price / assortment.cost
    wanted = charm(cost * ratio * np.exp(wander.clip(-0.2, 0.2)))
    held = np.take_along_axis(np.maximum(wanted, np.ceil(cost * LEAST_MARGIN * 100) / 100), last_move, axis=0)
    percent = np.zeros((rows, count), dtype=np.float32)
    for sku, first, last, off in zip(promotions.sku, promotions.first, promotions.last, promotions.percent, strict=True):
        window = percent[max(first + size.history_days, 0) : last + size.history_days + 1, sku]
        np.maximum(window, off, out=window)
    return PricePath(-size.history_days, held.astype(np.float32), percent, cost.astype(np.float32))
