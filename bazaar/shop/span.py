"""One stretch of the shop's life: from one moment to another within a business day, told to the feeds as it happens."""

from dataclasses import dataclass

import numpy as np

from bazaar.rng import IntArray, stream
from bazaar.shop import browse, catalogue_rows, days, marketing, reference, stock, trial
from bazaar.shop.feedfiles import FeedFolder
from bazaar.shop.order_desk import OrderDesk
from bazaar.shop.orders import Order, make_orders
from bazaar.shop.pending import Pending
from bazaar.shop.purchases import NOTHING, Lines, schedule_repeats, wishes
from bazaar.shop.state import ShopState
from bazaar.shop.world import Shop


@dataclass(frozen=True)
class Span:
    """Business day `day` from `low` to `high` (seconds since 1970)."""

    day: int
    low: int
    high: int

    @property
    def starts_day(self) -> bool:
        return self.low <= days.midnight(self.day)

    @property
    def ends_day(self) -> bool:
        return self.high >= days.midnight(self.day + 1)


def whole_day(day: int) -> Span:
    return Span(day, days.midnight(day), days.midnight(day + 1))


@dataclass
class Theatre:
    """What a span plays with."""

    shop: Shop
    state: ShopState
    pending: Pending
    feeds: FeedFolder


def play(theatre: Theatre, span: Span, changed: IntArray, extra: Lines = NOTHING) -> None:
    """Let the span happen. `changed`: skus whose price or cost has just changed; `extra`: what was bought on the platform's
    storefront, which no other visit tells.
    """
    if span.starts_day:
        _morning(theatre, span)
    theatre.feeds.write("products", catalogue_rows.product_rows(theatre.shop, theatre.state, changed, span.low))
    _register(theatre, span)
    _fall_due(theatre, span)
    orders = _trade(theatre, span, extra)
    if span.day >= theatre.shop.first_event_day:
        _be_seen(theatre, span, [order for order in orders if not order.storefront])


def _morning(theatre: Theatre, span: Span) -> None:
    """Deliveries, stocktaking, newly launched goods, yesterday's reference data and advertising."""
    shop, state, feeds = theatre.shop, theatre.state, theatre.feeds
    launched = ~state.opened & (shop.assortment.launch_day <= span.day)
    feeds.write("products", catalogue_rows.product_rows(shop, state, np.flatnonzero(launched), span.low))
    received = stock.receive(shop, state, span.day)
    feeds.write("inventory_movements", catalogue_rows.movement_rows(shop, received, span.low))
    corrected = stock.correct(shop, state, span.day)
    feeds.write("inventory_movements", catalogue_rows.movement_rows(shop, corrected, span.low + 3600))
    feeds.write("fx_rates", reference.fx_rows(shop, span.day))
    feeds.write("weather_days", reference.weather_rows(shop, span.day - 1))
    feeds.write("calendar_days", reference.calendar_rows(span.day + reference.KNOWN_AHEAD))
    feeds.write("marketing_spend", marketing.spend_rows(shop, span.day - 1))


def _register(theatre: Theatre, span: Span) -> None:
    people = theatre.shop.customers
    new = np.flatnonzero((people.registered_at >= span.low) & (people.registered_at < span.high))
    moved = np.flatnonzero((people.moved_at >= span.low) & (people.moved_at < span.high))
    theatre.feeds.write("customers", catalogue_rows.registration_rows(theatre.shop, new.tolist()))
    theatre.feeds.write("customers", catalogue_rows.change_rows(theatre.shop, moved.tolist()))


def _fall_due(theatre: Theatre, span: Span) -> None:
    """Returns, refunds and reviews of earlier purchases."""
    index = {sku: number for number, sku in enumerate(theatre.shop.assortment.sku)} if theatre.pending.by_day else {}
    for kind, row in theatre.pending.take(span.day, span.high):
        theatre.feeds.write(kind, [row])
        number = index.get(str(row.get("sku")), -1)
        if kind == "inventory_movements":
            theatre.state.stock[number] += row["quantity"]
        elif kind == "reviews":
            theatre.state.review_count[number] += 1
            theatre.state.review_sum[number] += row["rating"]


def _trade(theatre: Theatre, span: Span, extra: Lines) -> list[Order]:
    shop, state = theatre.shop, theatre.state
    sold, bought = (_sell(state, wished) for wished in (wishes(shop, state, span.day, span.low, span.high), extra))
    orders = make_orders(state, sold) + make_orders(state, bought, storefront=True)
    everything = sold.join(bought)
    schedule_repeats(shop, state, everything, span.day, span.ends_day)
    stock.learn_sales(state, everything, span.ends_day)
    if span.ends_day:
        stock.reorder(shop, state, span.day)
    desk = OrderDesk(shop, state, theatre.pending, day=span.day, low=span.low)
    for order in sorted(orders, key=lambda order: (order.at, order.number)):
        desk.enter(order)
    for kind, rows in desk.rows.items():
        theatre.feeds.write(kind, rows)
    return orders


def _sell(state: ShopState, wished: Lines) -> Lines:
    """What of the wishes the stock allows; it leaves the stock."""
    sold = wished.take(np.flatnonzero(stock.within_stock(state, wished)))
    stock.sell(state, sold)
    return sold


def _be_seen(theatre: Theatre, span: Span, orders: list[Order]) -> None:
    """The events of the span: visits without and with a purchase."""
    shop = theatre.shop
    rng = stream(shop.seed, "shop", "events", span.day, span.low)
    sessions = browse.sessions_of_day(shop, span.day, span.low, span.high)
    rows = browse.event_rows(shop, sessions, browse.browse(shop, theatre.state, sessions, span.day, rng), rng)
    buying, bought = browse.order_sessions(shop, orders, rng)
    rows += browse.event_rows(shop, buying, bought, rng)
    rows.sort(key=lambda row: str(row["event_at"]))
    theatre.feeds.write("events", rows)
    theatre.feeds.write("exposures", trial.exposure_rows(shop, span.day, rows))
