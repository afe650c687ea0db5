"""Who buys what on one business day: intents, choices by taste among what the day offers, repeat purchases, companions."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bazaar.rng import FloatArray, IntArray, stream
from bazaar.shop import days
from bazaar.shop.customers import HOUR_PROFILES, SENSITIVITIES
from bazaar.shop.demand import price_weight, season_factor
from bazaar.shop.prices import shown_price
from bazaar.shop.state import ShopState
from bazaar.shop.world import Shop

CANDIDATES = 64
MOST_LINES = 4
EXTRA_LINES = 0.45
COMPANION_CHANCE = 0.2
REPEAT_CHANCE = 0.5
REPEAT_SPREAD = 0.22
ARRIVAL_DAY_BOOST = 0.35  # a newcomer's chance to order on the day of registration
MEAN_SHARE_OF_HISTORY = 0.61  # of its days, that an average customer has lived through as a customer


@dataclass(frozen=True)
class Lines:
    """What shoppers wish to buy: customer, moment (seconds), sku and quantity, in no order."""

    customer: IntArray
    at: IntArray
    sku: IntArray
    quantity: IntArray

    def take(self, chosen: IntArray) -> "Lines":
        return Lines(self.customer[chosen], self.at[chosen], self.sku[chosen], self.quantity[chosen])

    def join(self, other: "Lines") -> "Lines":
        return Lines(
            np.concatenate([self.customer, other.customer]), np.concatenate([self.at, other.at]),
            np.concatenate([self.sku, other.sku]), np.concatenate([self.quantity, other.quantity]),
        )


def lines_of(rows: Iterable[tuple[int, int, int, int]]) -> Lines:
    """Lines from rows of (customer, at, sku, quantity)."""
    columns = np.array(list(rows), dtype=np.int64).reshape(-1, 4).T
    return Lines(*columns)


NOTHING = lines_of(())


def visit_times(shop: Shop, day: int, count: int) -> IntArray:
    """(count,) when each of the first customers would come on that business day, by their rhythm."""
    rng = stream(shop.seed, "shop", "hours", day)
    profiles = np.cumsum(np.array(HOUR_PROFILES, dtype=float), axis=1)
    profiles /= profiles[:, -1:]
    draw = rng.random(count)
    hour = (draw[:, None] > profiles[shop.customers.rhythm[:count]]).sum(axis=1)
    times = days.midnight(day) + hour * 3600 + rng.integers(0, 3600, count)
    arrived = shop.customers.registered_at[:count] + rng.integers(120, 5_400, count)
    return np.asarray(np.where(shop.customers.registered_day[:count] == day, np.maximum(times, arrived), times))


def day_weights(shop: Shop, state: ShopState, day: int) -> FloatArray:
    """(levels, K) the weight of each sku on that day; nothing for what is not launched."""
    shown = shown_price(state.list_price, state.percent)
    season = season_factor(shop.demand, shop.weather, day)[shop.assortment.category_index]
    weight = price_weight(shop.demand, shop.assortment.market_price, shown) * (shop.demand.popularity * season)
    return np.asarray(np.where(shop.assortment.launch_day <= day, weight, 0.0))


def choose(shop: Shop, weights: FloatArray, customer: IntArray, picks: int, rng: np.random.Generator) -> IntArray:
    """(n, picks) skus that each customer (-1 = a stranger) likes best among CANDIDATES drawn by the day's weights."""
    known = customer >= 0
    level = np.where(known, shop.customers.level[customer], 1)
    drawn = np.empty((len(customer), CANDIDATES), dtype=np.int64)
    for number in range(len(weights)):
        mine = level == number
        cumulative = np.cumsum(weights[number])
        drawn[mine] = np.searchsorted(cumulative, rng.random((int(mine.sum()), CANDIDATES)) * cumulative[-1], side="right")
    drawn = np.minimum(drawn, weights.shape[1] - 1)
    score = rng.gumbel(size=drawn.shape) + np.where(known[:, None], taste(shop, customer[:, None], drawn), 0.0)
    best = np.argsort(-score, axis=1)[:, :picks]
    return np.asarray(np.take_along_axis(drawn, best, axis=1))


def taste(shop: Shop, customer: IntArray, sku: IntArray) -> FloatArray:
    """How much the customers like the skus (log preference): category, and the meeting of latent vectors."""
    category = shop.customers.category_taste[customer, shop.assortment.category_index[sku]]
    latent = (shop.customers.latent_taste[customer] * shop.demand.latent[sku]).sum(axis=-1)
    return np.asarray(category + latent, dtype=np.float64)


def _intents(shop: Shop, weights: FloatArray, day: int, count: int, rng: np.random.Generator) -> IntArray:
    """Customers who come to buy on that day; more of them when the day's prices and season invite."""
    usual = shop.orders_per_customer / (shop.size.history_days * MEAN_SHARE_OF_HISTORY)
    inviting = weights.sum(axis=1)[shop.customers.level[:count]]
    rate = usual * shop.customers.activity[:count] * inviting
    rate = np.where(shop.customers.registered_day[:count] == day, ARRIVAL_DAY_BOOST, rate)
    return np.flatnonzero(rng.random(count) < 1 - np.exp(-rate))


def _repeats(shop: Shop, state: ShopState, day: int, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Customers and skus whose time to buy again has come."""
    due = state.due_day == day
    customer, sku = state.due_customer[due], state.due_sku[due]
    kept = rng.random(len(sku)) < np.minimum(REPEAT_CHANCE * _invitation(shop, state, customer, sku), 0.97)
    return customer[kept], sku[kept]


def _invitation(shop: Shop, state: ShopState, customer: IntArray, sku: IntArray) -> FloatArray:
    """How a sku's price moves these customers' readiness to buy it: 1 at the market's price."""
    relative = shown_price(state.list_price, state.percent)[sku] / shop.assortment.market_price[sku]
    sensitivity = np.array(SENSITIVITIES)[shop.customers.level[customer]]
    return np.asarray(relative ** (-shop.demand.elasticity[sku] * sensitivity))


def wishes(shop: Shop, state: ShopState, day: int, low: int, high: int) -> Lines:
    """All that shoppers wish to buy on business day `day` between two moments, before stock has its say."""
    rng = stream(shop.seed, "shop", "purchases", day)
    count = shop.customers.registered_until(day)
    times = visit_times(shop, day, count)
    weights = day_weights(shop, state, day)
    buyers = _intents(shop, weights, day, count, rng)
    picked = choose(shop, weights, buyers, MOST_LINES, rng)
    wanted = np.minimum(1 + rng.poisson(EXTRA_LINES, len(buyers)), MOST_LINES)
    rows, places = np.nonzero(np.arange(MOST_LINES) < wanted[:, None])
    repeat_customer, repeat_sku = _repeats(shop, state, day, rng)
    customer = np.concatenate([buyers[rows], repeat_customer])
    sku = np.concatenate([picked[rows, places], repeat_sku])
    companion = shop.demand.companion[sku]
    along = rng.random(len(sku)) < COMPANION_CHANCE * _invitation(shop, state, customer, companion)
    along &= shop.assortment.launch_day[companion] <= day
    customer, sku = np.concatenate([customer, customer[along]]), np.concatenate([sku, companion[along]])
    customer, sku = _distinct(customer, sku, len(shop.assortment))
    consumable = shop.demand.repeat_days[sku] > 0
    quantity = 1 + np.where(consumable, rng.poisson(0.5, len(sku)), rng.random(len(sku)) < 0.04)
    inside = (times[customer] >= low) & (times[customer] < high)
    return Lines(customer[inside], times[customer][inside], sku[inside], quantity[inside].astype(np.int64))


def _distinct(customer: IntArray, sku: IntArray, count: int) -> tuple[IntArray, IntArray]:
    pairs = np.unique(customer * count + sku)
    return pairs // count, pairs % count


def schedule_repeats(shop: Shop, state: ShopState, bought: Lines, day: int, last_of_day: bool) -> None:
    """Remember when the consumables just bought run out; forget what was due once the day is over."""
    rng = stream(shop.seed, "shop", "cycles", day, int(last_of_day))
    cycle = shop.demand.repeat_days[bought.sku]
    again = cycle > 0
    wait = np.maximum(np.round(cycle[again] * np.exp(rng.normal(0, REPEAT_SPREAD, int(again.sum())))), 2).astype(np.int64)
    kept = state.due_day > day if last_of_day else state.due_day >= day
    state.due_day = np.concatenate([state.due_day[kept], day + wait])
    state.due_customer = np.concatenate([state.due_customer[kept], bought.customer[again]])
    state.due_sku = np.concatenate([state.due_sku[kept], bought.sku[again]])
