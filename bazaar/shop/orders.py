"""Orders: sold lines grouped by customer, and the bill that each makes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bazaar.rng import IntArray
from bazaar.shop.customers import COUNTRIES, CURRENCY
from bazaar.shop.prices import shown_price
from bazaar.shop.purchases import Lines
from bazaar.shop.reference import euro_rate
from bazaar.shop.state import ShopState
from bazaar.shop.world import Shop

FREE_SHIPPING_FROM, SHIPPING = 50.0, 4.95  # EUR
THANKS_SHARE = 0.04


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


@dataclass(frozen=True)
class BillLine:
    """One line of a bill, money in the bill's currency; `discount` is the voucher's share of the line."""

    number: int
    sku: int
    quantity: int
    unit_price: float
    discount: float

    @property
    def amount(self) -> float:
        """What the customer pays for the line."""
        return round(self.unit_price * self.quantity - self.discount, 2)


@dataclass(frozen=True)
class Bill:
    """What an order costs, in its customer's currency at the rate of its day."""

    country: str
    currency: str
    voucher: str | None
    lines: tuple[BillLine, ...]
    shipping: float

    @property
    def discount(self) -> float:
        return round(sum(line.discount for line in self.lines), 2)

    @property
    def total(self) -> float:
        return round(sum(line.amount for line in self.lines) + self.shipping, 2)


def make_orders(state: ShopState, sold: Lines, storefront: bool = False) -> list[Order]:
    """Group sold lines by customer into orders, in the order of time, with the shop's next numbers."""
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


def make_bill(shop: Shop, state: ShopState, order: Order, day: int, luck: float) -> Bill:
    """Price an order: a voucher for newsletter readers' first order, or by `luck` (0 to 1); shipping below 50 EUR."""
    country = COUNTRIES[shop.customers.country[order.customer]]
    currency = CURRENCY.get(country, "EUR")
    rate = euro_rate(currency, day, shop.seed)
    voucher, share = _voucher(shop, state, order, luck)
    goods = sum(quantity * price for _, quantity, price in order.lines)
    shipping = 0.0 if goods >= FREE_SHIPPING_FROM else round(SHIPPING * rate, 2)
    lines = tuple(_line(number, line, rate, share) for number, line in enumerate(order.lines, start=1))
    return Bill(country, currency, voucher, lines, shipping)


def _voucher(shop: Shop, state: ShopState, order: Order, luck: float) -> tuple[str | None, float]:
    if state.orders_of[order.customer] == 0 and shop.customers.newsletter[order.customer]:
        return "WELCOME10", 0.10
    return ("THANKS5", 0.05) if luck < THANKS_SHARE else (None, 0.0)


def _line(number: int, line: tuple[int, int, float], rate: float, share: float) -> BillLine:
    sku, quantity, price = line
    unit = round(price * rate, 2)
    return BillLine(number, sku, quantity, unit, round(unit * quantity * share, 2))
