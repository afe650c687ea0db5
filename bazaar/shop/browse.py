"""What shoppers do in the shop besides buying: sessions with page views, searches, lists seen, products looked at, carts."""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from bazaar import clock
from bazaar.rng import BoolArray, FloatArray, IntArray, TextArray, number, stream
from bazaar.shop import days
from bazaar.shop.arrivals import channel_of, searched
from bazaar.shop.customers import COUNTRIES, COUNTRY_SHARES, HOUR_PROFILES
from bazaar.shop.feedfiles import random_uuids
from bazaar.shop.orders import Order
from bazaar.shop.purchases import choose, day_weights, taste
from bazaar.shop.state import ShopState
from bazaar.shop.world import Shop

SESSIONS_PER_ORDER = 4.6
KNOWN_SHARE = 0.55
LIST_LENGTH = 6
LIST_SHARE = 0.22  # of the sessions that see a list
DEVICES = ("mobile", "desktop", "tablet")
DEVICE_SHARES = (0.55, 0.38, 0.07)
MOST_VIEWS = 4
KINDS = ("page_view", "search", "impression", "product_view", "add_to_cart", "remove_from_cart", "checkout_start", "purchase",
         "deal_click", "deal_save")
LISTS = ("", "trending", "category", "deals")
PAGE_VIEW, SEARCH, IMPRESSION, PRODUCT_VIEW, ADD, REMOVE, CHECKOUT, PURCHASE, DEAL_CLICK, DEAL_SAVE = range(len(KINDS))


@dataclass(frozen=True)
class Sessions:
    """n visits: who (customer index, -1 = a stranger), when it began (seconds since 1970), from where and on what."""

    session_id: TextArray
    visitor: TextArray
    customer: IntArray
    start: IntArray
    country: IntArray
    device: IntArray

    def take(self, chosen: IntArray) -> "Sessions":
        return Sessions(
            self.session_id[chosen], self.visitor[chosen], self.customer[chosen], self.start[chosen], self.country[chosen],
            self.device[chosen],
        )


@dataclass
class Events:
    """Events of some sessions as blocks of equally long columns."""

    blocks: list[tuple[IntArray, IntArray, IntArray, IntArray, IntArray, IntArray]] = field(default_factory=list)

    def add(self, session: IntArray, offset: IntArray | int, kind: int, sku: IntArray | int = -1, *, shelf: IntArray | int = 0,
            position: IntArray | int = 0) -> None:
        """One event per entry of `session`; `offset` seconds after its start; sku index or -1; `shelf` an index into LISTS."""
        columns = (session, *(np.broadcast_to(np.asarray(column, dtype=np.int64), session.shape)
                              for column in (offset, kind, sku, shelf, position)))
        self.blocks.append(columns)  # type: ignore[arg-type]

    def columns(self) -> tuple[IntArray, ...]:
        if not self.blocks:
            return tuple(np.empty(0, dtype=np.int64) for _ in range(6))
        return tuple(np.concatenate(column) for column in zip(*self.blocks, strict=True))


@lru_cache(maxsize=65_536)
def device_id(seed: int, customer: int) -> str:
    """The anonymous id of a customer's browser: the same in every session, known or not."""
    return f"d{number(seed, 'shop', 'device', customer) % 16**12:012x}"


def _starts(shop: Shop, customer: IntArray, day: int, rng: np.random.Generator) -> IntArray:
    profiles = np.cumsum(np.array(HOUR_PROFILES, dtype=float), axis=1)
    profiles /= profiles[:, -1:]
    rhythm = np.where(customer >= 0, shop.customers.rhythm[customer], 1)
    hour = (rng.random(len(customer))[:, None] > profiles[rhythm]).sum(axis=1)
    return np.asarray(days.midnight(day) + hour * 3600 + rng.integers(0, 3600, len(customer)))


def sessions_of_day(shop: Shop, day: int, low: int, high: int) -> Sessions:
    """The visits of business day `day` between two moments in which nothing is bought."""
    rng = stream(shop.seed, "shop", "sessions", day)
    registered = shop.customers.registered_until(day - 1)
    activity = np.cumsum(shop.customers.activity[:registered])
    growth = registered / shop.size.customers
    weekend = 1.25 if clock.calendar_day(day).weekday() > 4 else 1.0
    count = int(rng.poisson(shop.daily_orders * SESSIONS_PER_ORDER * growth * weekend))
    customer = np.searchsorted(activity, rng.random(count) * (activity[-1] if registered else 0))
    known = (rng.random(count) < KNOWN_SHARE) & (registered > 0)
    customer = np.where(known, np.minimum(customer, max(registered - 1, 0)), -1)
    start = _starts(shop, customer, day, rng)
    strangers = rng.integers(0, max(count * 20, 1), count)
    date = clock.calendar_day(day).strftime("%Y%m%d")
    visitor = [device_id(shop.seed, int(c)) if c >= 0 else f"v{s:08x}" for c, s in zip(customer, strangers, strict=True)]
    country = np.where(known, shop.customers.country[customer], rng.choice(len(COUNTRIES), count, p=COUNTRY_SHARES))
    device = rng.choice(len(DEVICES), count, p=DEVICE_SHARES)
    ids = np.array([f"s-{date}-{n:06d}" for n in range(count)], dtype=object)
    sessions = Sessions(ids, np.array(visitor, dtype=object), customer, start, country, device)
    return sessions.take(np.flatnonzero((start >= low) & (start < high)))


def browse(shop: Shop, state: ShopState, sessions: Sessions, day: int, rng: np.random.Generator) -> Events:
    """The events of those visits."""
    events, count = Events(), len(sessions.start)
    if not count:
        return events
    everyone = np.arange(count)
    picked = choose(shop, day_weights(shop, state, day), sessions.customer, MOST_VIEWS, rng)
    events.add(everyone, 0, PAGE_VIEW)
    searching = everyone[rng.random(count) < 0.3]
    events.add(searching, 9, SEARCH, picked[searching, 0])
    _see_list(shop, state, sessions, picked[:, 0], events=events, rng=rng)
    views = np.minimum(1 + rng.poisson(0.8, count), MOST_VIEWS)
    rows, places = np.nonzero(np.arange(MOST_VIEWS) < views[:, None])
    sku = picked[rows, places]
    new = np.unique(rows * len(shop.assortment) + sku, return_index=True)[1]
    rows, places, sku = rows[new], places[new], sku[new]
    events.add(rows, 60 + 75 * places, PRODUCT_VIEW, sku)
    carted = rng.random(len(rows)) < 0.11
    events.add(rows[carted], 95 + 75 * places[carted], ADD, sku[carted])
    removed = carted & (rng.random(len(rows)) < 0.3)
    events.add(rows[removed], 125 + 75 * places[removed], REMOVE, sku[removed])
    reduced = (state.percent[sku] > 0) & (rng.random(len(rows)) < 0.3)
    events.add(rows[reduced], 50 + 75 * places[reduced], DEAL_CLICK, sku[reduced], shelf=3, position=1 + places[reduced])
    saved = reduced & (rng.random(len(rows)) < 0.2)
    events.add(rows[saved], 85 + 75 * places[saved], DEAL_SAVE, sku[saved], shelf=3, position=1 + places[saved])
    return events


def examined(position: IntArray) -> FloatArray:
    """The chance that a shopper looks at that place of a list at all (position bias)."""
    return np.asarray(0.75 / position**0.7)


def liking(shop: Shop, customer: IntArray, sku: IntArray) -> FloatArray:
    """The chance that a shopper who looks at a sku clicks on it."""
    known = np.where(customer >= 0, taste(shop, customer, sku), -0.4)
    return np.asarray(1 / (1 + np.exp(1.1 - known)))


def _see_list(
    shop: Shop, state: ShopState, sessions: Sessions, first: IntArray, *, events: Events, rng: np.random.Generator,
) -> None:
    """Some sessions see a shelf of six: what sells best, everywhere or in the category of their first wish."""
    seen = np.flatnonzero(rng.random(len(first)) < LIST_SHARE)
    shelves = _shelves(shop, state)
    shelf = np.where(rng.random(len(seen)) < 0.4, 1, 2)
    category = np.where(shelf == 1, len(shelves) - 1, shop.assortment.category_index[first[seen]])
    items = shelves[category]
    rows, places = np.nonzero(items >= 0)
    session, sku, position = seen[rows], items[rows, places], places + 1
    events.add(session, 20, IMPRESSION, sku, shelf=shelf[rows], position=position)
    clicked = rng.random(len(session)) < examined(position) * liking(shop, sessions.customer[session], sku)
    events.add(session[clicked], 25 + 4 * position[clicked], PRODUCT_VIEW, sku[clicked], shelf=shelf[rows][clicked],
               position=position[clicked])


def _shelves(shop: Shop, state: ShopState) -> IntArray:
    """(categories + 1, LIST_LENGTH) best sellers in stock per category; the last row is the whole shop; -1 = empty place."""
    width = len(shop.assortment.category_names)
    shelves = np.full((width + 1, LIST_LENGTH), -1, dtype=np.int64)
    available: BoolArray = state.stock > 0
    order = np.argsort(-state.sales_rate, kind="stable")
    order = order[available[order]]
    for row in range(width + 1):
        best = order if row == width else order[shop.assortment.category_index[order] == row]
        shelves[row, : len(best[:LIST_LENGTH])] = best[:LIST_LENGTH]
    return shelves


def order_sessions(shop: Shop, orders: list[Order], rng: np.random.Generator) -> tuple[Sessions, Events]:
    """The visits that ended in these orders: product views, carts, checkout, purchase."""
    events = Events()
    customer = np.array([order.customer for order in orders], dtype=np.int64)
    start = np.array([order.at - 420 for order in orders], dtype=np.int64)
    ids = np.array([f"s-{order.order_id}" for order in orders], dtype=object)
    visitors = np.array([device_id(shop.seed, order.customer) for order in orders], dtype=object)
    device = rng.choice(len(DEVICES), len(orders), p=DEVICE_SHARES)
    sessions = Sessions(ids, visitors, customer, start, shop.customers.country[customer], device)
    lines = [(n, place, line[0]) for n, order in enumerate(orders) for place, line in enumerate(order.lines)]
    session, place, sku = np.array(lines, dtype=np.int64).reshape(-1, 3).T
    everyone = np.arange(len(orders))
    events.add(everyone, 0, PAGE_VIEW)
    searching = session[(rng.random(len(session)) < 0.35) & (place == 0)]
    events.add(searching, 8, SEARCH, np.array([orders[n].lines[0][0] for n in searching], dtype=np.int64))
    events.add(session, 30 + 60 * np.minimum(place, 4), PRODUCT_VIEW, sku)
    events.add(session, 60 + 60 * np.minimum(place, 4), ADD, sku)
    events.add(everyone, 360, CHECKOUT)
    events.add(session, 420, PURCHASE, sku)
    return sessions, events


def event_rows(shop: Shop, sessions: Sessions, events: Events, rng: np.random.Generator) -> list[dict[str, object]]:
    """The events as rows of the feed, in the order of time."""
    session, offset, kind, sku, shelf, position = events.columns()
    moments = sessions.start[session] + offset
    order = np.argsort(moments, kind="stable")
    rows: list[dict[str, object]] = []
    natives, goods = shop.customers.native_id, shop.assortment
    columns = (column[order].tolist() for column in (session, kind, sku, shelf, position))
    ids, times = random_uuids(rng, len(order)), days.iso_times(moments[order])
    for event_id, at, s, k, item, place, rank in zip(ids, times, *columns, strict=True):
        person, visit = sessions.customer[s], sessions.session_id[s]
        query, results = searched(shop, visit, item) if k == SEARCH else (None, None)
        rows.append({
            "event_id": event_id, "anonymous_id": sessions.visitor[s],
            "native_customer_id": natives[person] if person >= 0 else None,
            "session_id": visit, "kind": KINDS[k], "sku": goods.sku[item] if item >= 0 and k != SEARCH else None,
            "channel": channel_of(shop, visit, person) if k == PAGE_VIEW else None, "query": query, "results": results,
            "list": LISTS[place] or None, "position": rank or None,
            "country": COUNTRIES[sessions.country[s]], "device": DEVICES[sessions.device[s]], "event_at": at,
        })
    return rows
