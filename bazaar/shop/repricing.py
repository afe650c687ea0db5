"""Prices after day 0: the platform's are applied when the shop accepts them; costs drift and promotions start at midnight."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import numpy as np

from bazaar import clock
from bazaar.rng import BoolArray, IntArray, stream
from bazaar.shop import prices
from bazaar.shop.assortment import charm
from bazaar.shop.platform_client import OfferedPrices
from bazaar.shop.state import ShopState
from bazaar.shop.world import Shop

MOST_TIMES_MARKET = 3.0
LONGEST_PROMOTION = 14

PromotionEntry = tuple[str, str, int, int, int, int]  # id, kind, sku index, first day, last day, percent


@dataclass(frozen=True)
class Applied:
    """What became of offered prices: skus whose price changed, and counts of the others."""

    changed: IntArray
    unchanged: int
    refused: int  # unknown sku, other currency, below the minimum, absurdly high
    waiting: int  # a promotion runs: the list price stays until it ends


def apply_prices(shop: Shop, state: ShopState, offered: OfferedPrices) -> Applied:
    """Take over the offered prices as list prices from now on."""
    index = {sku: number for number, sku in enumerate(shop.assortment.sku)}
    floor = shop.assortment.minimum_price(state.cost)
    changed, unchanged, refused, waiting = [], 0, 0, 0
    for sku, (amount, currency) in sorted(offered.prices.items()):
        number, price = index.get(sku, -1), _amount(amount)
        highest = MOST_TIMES_MARKET * shop.assortment.market_price[number]
        if number < 0 or currency != "EUR" or not floor[number] <= price <= highest:
            refused += 1
        elif abs(state.list_price[number] - price) < 0.005:
            unchanged += 1
        elif state.percent[number] > 0:
            waiting += 1
        else:
            state.list_price[number] = price
            changed.append(number)
    return Applied(np.array(changed, dtype=np.int64), unchanged, refused, waiting)


def _amount(text: str) -> float:
    try:
        return round(float(Decimal(text)), 2)
    except InvalidOperation:
        return float("nan")


def turn_of_day(shop: Shop, state: ShopState, day: int, guided: BoolArray) -> tuple[IntArray, list[PromotionEntry]]:
    """What changes at the midnight in which business day `day` begins: the skus concerned and the promotions that start.

    `guided`: skus whose list price the platform decides; the shop goes on moving the others itself.
    """
    rng = stream(shop.seed, "shop", "midnight", day)
    count = len(state.cost)
    before = (state.list_price.copy(), state.percent.copy(), state.cost.copy())
    dearer = rng.random(count) < 1 / 180
    state.cost = np.where(dearer, np.round(state.cost * np.exp(rng.normal(0, 0.04, count)), 2), state.cost)
    moving = (rng.random(count) < 1 / prices.DAYS_BETWEEN_MOVES) & ~guided
    ratio = shop.assortment.list_price / shop.assortment.cost
    wanted = charm(state.cost * ratio * np.exp(rng.normal(0, 0.09, count)))
    state.list_price = np.where(moving, np.maximum(wanted, shop.assortment.minimum_price(state.cost)), state.list_price)
    state.percent = np.where(state.promotion_end < day, 0.0, state.percent)
    entries = _starting(shop, state, day, rng)
    for _, _, sku, _, last, percent in entries:
        state.percent[sku], state.promotion_end[sku] = percent, last
    now = (state.list_price, state.percent, state.cost)
    different = np.any([old != new for old, new in zip(before, now, strict=True)], axis=0)
    return np.flatnonzero(different & state.opened), entries


def _starting(shop: Shop, state: ShopState, day: int, rng: np.random.Generator) -> list[PromotionEntry]:
    """Promotions of single skus that start today, and the campaigns of this date, on skus that have none."""
    free = (state.percent == 0) & (shop.assortment.launch_day <= day)
    date = clock.calendar_day(day)
    single = np.flatnonzero(free & (rng.random(len(free)) < 1 / prices.DAYS_BETWEEN_PROMOTIONS))
    lasts, steps = day + rng.integers(5, LONGEST_PROMOTION, len(single)), rng.choice(prices.PROMOTION_STEPS, len(single))
    entries: list[PromotionEntry] = [
        (f"PR-{date:%Y%m%d}-{sku}", "sku", sku, day, last, percent)
        for sku, last, percent in zip(single.tolist(), lasts.tolist(), steps.tolist(), strict=True)
    ]
    for name, month, of_month, length, share, percent in prices.CAMPAIGNS:
        if (date.month, date.day) == (month, of_month):
            free[single] = False
            chosen = np.flatnonzero(free & (rng.random(len(free)) < share))
            entries += [(f"{name}-{date.year}", "campaign", int(sku), day, day + length - 1, percent) for sku in chosen]
    return entries
