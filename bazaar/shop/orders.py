"""From sold lines to the rows of orders, lines, payments, stock, and what follows days later: returns and reviews."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from bazaar.rng import IntArray, stream
from bazaar.shop import days
from bazaar.shop.customers import CHANNELS, COUNTRIES, CURRENCY
from bazaar.shop.pending import Pending
from bazaar.shop.prices import shown_price
from bazaar.shop.purchases import Lines
from bazaar.shop.reference import euro_rate
from bazaar.shop.state import ShopState
from bazaar.shop.world import Shop

Row = dict[str, Any]

DAY = 86_400
FREE_SHIPPING_FROM, SHIPPING = 50.0, 4.95  # EUR
CANCELLED_SHARE, GUEST_SHARE, THANKS_SHARE, REVIEW_SHARE = 0.015, 0.02, 0.04, 0.06
RETURN_SHARE = {"running_shoes": 0.17, "backpacks": 0.08, "pet_food": 0.008}
OTHER_RETURN_SHARE = 0.045
METHODS = ("card", "paypal", "invoice", "transfer")
REVIEW_TITLES = ("Disappointed", "Not what I hoped for", "It is all right", "Good", "Excellent")
RETURN_LINE = 100  # a return of line n stands as line 100 + n of the same order


@dataclass(frozen=True)
class Order:
    """One order: its lines as (sku index, quantity, unit price in EUR)."""

    number: int
    customer: int
    at: int
    lines: tuple[tuple[int, int, float], ...]
    storefront: bool = False

    @property
    def order_id(self) -> str:
        return f"H{self.number}"


def make_orders(state: ShopState, sold: Lines, storefront: bool = False) -> list[Order]:
    """Group sold lines by customer into orders in the order of time; counts them in the state."""
    shown = shown_price(state.list_price, state.percent)
    order = np.lexsort((sold.sku, sold.customer, sold.at))
    orders: list[Order] = []
    for rows in _groups(sold.customer[order], order):
        lines = tuple((int(sold.sku[row]), int(sold.quantity[row]), float(shown[sold.sku[row]])) for row in rows)
        orders.append(Order(state.next_order, int(sold.customer[rows[0]]), int(sold.at[rows[0]]), lines, storefront))
        state.next_order += 1
    return orders


def _groups(customer: IntArray, order: IntArray) -> Iterator[IntArray]:
    if len(order):
        yield from np.split(order, np.flatnonzero(customer[1:] != customer[:-1]) + 1)


class OrderDesk:
    """Writes down the orders of one span as rows of four feeds; later consequences go to `pending`."""

    def __init__(self, shop: Shop, state: ShopState, pending: Pending, day: int, name: str) -> None:
        self.shop, self.state, self.pending, self.day = shop, state, pending, day
        self.rng = stream(shop.seed, "shop", "orders", day, name)
        self.rows: dict[str, list[Row]] = {"orders": [], "order_lines": [], "payments": [], "inventory_movements": []}

    def enter(self, order: Order) -> None:
        """Write one order with its lines, payment and movements."""
        cancelled, guest, thanks, method = self.rng.random(4).tolist()
        country = COUNTRIES[self.shop.customers.country[order.customer]]
        currency = CURRENCY.get(country, "EUR")
        rate = euro_rate(currency, self.day, self.shop.seed)
        voucher, share = self._voucher(order, thanks)
        lines = [self._line(order, n, line, currency, rate, share) for n, line in enumerate(order.lines, start=1)]
        goods = sum(quantity * price for _, quantity, price in order.lines)
        shipping = 0.0 if goods >= FREE_SHIPPING_FROM else round(SHIPPING * rate, 2)
        discount = sum(float(line["discount"]) for line in lines)
        total = sum(float(line["unit_price"]) * line["quantity"] for line in lines) - discount + shipping
        is_cancelled = cancelled < CANCELLED_SHARE
        at, paid, updated = (days.iso_time(order.at + later) for later in (0, 40, 900))
        self.rows["orders"].append({
            "order_id": order.order_id, "native_customer_id": None if guest < GUEST_SHARE else self.shop.customers.native_id[order.customer],
            "status": "cancelled" if is_cancelled else "completed", "country": country, "currency": currency, "total": f"{total:.2f}",
            "shipping": f"{shipping:.2f}", "discount": f"{discount:.2f}", "promotion_code": voucher,
            "channel": "storefront" if order.storefront else CHANNELS[self.shop.customers.channel[order.customer]],
            "event_at": at, "updated_at": updated,
        })
        self.rows["order_lines"] += lines
        self.rows["payments"].append({
            "payment_id": f"P-{order.order_id}", "order_id": order.order_id, "amount": f"{total:.2f}", "currency": currency,
            "method": METHODS[int(method * 1.999) if method < 0.8 else 2 + int(method * 10) % 2],
            "status": "failed" if is_cancelled else "captured", "event_at": paid, "updated_at": paid,
        })
        self._leave_stock(order, at)
        self.state.orders_of[order.customer] += 1
        if is_cancelled:
            self._cancel(order)
        else:
            self._foresee(order, lines)

    def _voucher(self, order: Order, draw: float) -> tuple[str | None, float]:
        if self.state.orders_of[order.customer] == 0 and self.shop.customers.newsletter[order.customer]:
            return "WELCOME10", 0.10
        return ("THANKS5", 0.05) if draw < THANKS_SHARE else (None, 0.0)

    def _line(self, order: Order, number: int, line: tuple[int, int, float], currency: str, rate: float, share: float) -> Row:
        sku, quantity, price = line
        unit = round(price * rate, 2)
        at, updated = days.iso_time(order.at), days.iso_time(order.at + 900)
        return {"order_id": order.order_id, "line_no": number, "sku": self.shop.assortment.sku[sku], "quantity": quantity,
                "unit_price": f"{unit:.2f}", "currency": currency, "discount": f"{round(unit * quantity * share, 2):.2f}", "kind": "sale",
                "event_at": at, "updated_at": updated}

    def _movement(self, order: Order, number: int, sku: int, quantity: int, kind: str, at: str) -> Row:
        goods = self.shop.assortment
        return {"movement_id": f"M-{kind}-{order.order_id}-{number}", "sku": goods.sku[sku], "location": goods.location[sku],
                "quantity": quantity, "kind": kind, "event_at": at}

    def _leave_stock(self, order: Order, at: str) -> None:
        for number, (sku, quantity, _) in enumerate(order.lines, start=1):
            self.rows["inventory_movements"].append(self._movement(order, number, sku, -quantity, "sale", at))

    def _cancel(self, order: Order) -> None:
        """The payment failed: an hour later the goods are back on the shelf."""
        due = order.at + 3600
        for number, (sku, quantity, _) in enumerate(order.lines, start=1):
            self.pending.add(due, "inventory_movements", self._movement(order, number, sku, quantity, "cancellation", days.iso_time(due)))

    def _foresee(self, order: Order, lines: list[Row]) -> None:
        """Some lines come back, some are reviewed."""
        names = self.shop.assortment.category_names
        draws = self.rng.random((len(lines), 4)).tolist()
        for (sku, quantity, _), line, (comes_back, wait, reviewed, mood) in zip(order.lines, lines, draws, strict=True):
            category = names[self.shop.assortment.category_index[sku]]
            if comes_back < RETURN_SHARE.get(category, OTHER_RETURN_SHARE):
                self._return(order, line, sku, quantity, order.at + int((4 + 20 * wait) * DAY))
            if reviewed < REVIEW_SHARE:
                self._review(order, line, sku, mood, order.at + int((5 + 25 * wait) * DAY))

    def _return(self, order: Order, line: Row, sku: int, quantity: int, due: int) -> None:
        at, number = days.iso_time(due), int(line["line_no"])
        amount = float(line["unit_price"]) * quantity - float(line["discount"])
        self.pending.add(due, "order_lines", {**line, "line_no": RETURN_LINE + number, "kind": "return", "event_at": at, "updated_at": at})
        self.pending.add(due, "payments", {"payment_id": f"R-{order.order_id}-{number}", "order_id": order.order_id, "amount": f"{amount:.2f}",
                                           "currency": line["currency"], "method": "refund", "status": "refunded", "event_at": at, "updated_at": at})
        self.pending.add(due, "inventory_movements", self._movement(order, number, sku, quantity, "return", at))
        if len(order.lines) == 1:
            self.pending.add(due, "orders", {**self.rows["orders"][-1], "status": "returned", "updated_at": at})

    def _review(self, order: Order, line: Row, sku: int, mood: float, due: int) -> None:
        spread = 2.4 * (mood + self.rng.random() - 1.0)
        rating = int(np.clip(round(self.shop.assortment.quality[sku] + spread), 1, 5))
        self.pending.add(due, "reviews", {
            "review_id": f"V-{order.order_id}-{line['line_no']}", "sku": line["sku"],
            "native_customer_id": self.shop.customers.native_id[order.customer], "rating": rating, "title": REVIEW_TITLES[rating - 1],
            "event_at": days.iso_time(due),
        })
