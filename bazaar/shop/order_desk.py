"""Writes orders down as rows of orders, lines, payments and stock, and foresees parcels, returns and reviews."""

from typing import Any

import numpy as np

from bazaar.rng import stream
from bazaar.shop import days
from bazaar.shop.courier import Courier
from bazaar.shop.customers import CHANNELS
from bazaar.shop.orders import Bill, BillLine, Order, make_bill
from bazaar.shop.pending import Pending
from bazaar.shop.state import ShopState
from bazaar.shop.world import Shop

Row = dict[str, Any]

DAY = 86_400
CANCELLED_SHARE, GUEST_SHARE, REVIEW_SHARE = 0.015, 0.02, 0.06
RETURN_SHARE = {"running_shoes": 0.17, "backpacks": 0.08, "pet_food": 0.008}
OTHER_RETURN_SHARE = 0.045
METHODS = ("card", "card", "paypal", "paypal", "paypal", "invoice", "transfer")
REVIEW_TITLES = ("Disappointed", "Not what I hoped for", "It is all right", "Good", "Excellent")
RETURN_LINE = 100  # a return of line n stands as line 100 + n of the same order, its quantity positive


class OrderDesk:
    """Takes the orders of one span; `rows` are the feeds' rows, later consequences go to `pending`."""

    def __init__(self, shop: Shop, state: ShopState, pending: Pending, *, day: int, low: int) -> None:
        self.shop, self.state, self.pending, self.day = shop, state, pending, day
        self.rng = stream(shop.seed, "shop", "orders", day, low)
        self.courier = Courier(shop, day=day, low=low)
        self.rows: dict[str, list[Row]] = {"orders": [], "order_lines": [], "payments": [], "inventory_movements": []}

    def enter(self, order: Order) -> None:
        """Write one order with its lines, payment and movements, and what will follow from it."""
        fate, guest, luck, method = self.rng.random(4).tolist()
        is_cancelled = fate < CANCELLED_SHARE
        bill = make_bill(self.shop, self.state, order, self.day, luck)
        person = None if guest < GUEST_SHARE else self.shop.customers.native_id[order.customer]
        status = "cancelled" if is_cancelled else "completed"
        written = {**self._order(order, bill), "native_customer_id": person, "status": status}
        self.rows["orders"].append(written)
        self.rows["order_lines"] += [self._line(order, bill, line) for line in bill.lines]
        self.rows["payments"].append(self._payment(order, bill, METHODS[int(method * len(METHODS))], is_cancelled))
        self.rows["inventory_movements"] += [self._movement(order, line, "sale", order.at) for line in bill.lines]
        self.state.orders_of[order.customer] += 1
        if is_cancelled:
            self._cancel(order, bill)
        else:
            told_at = self._foresee(order, bill, written)
            for parcel in self.courier.parcels(order, bill, told_at):
                for due, state in parcel.states():
                    self.pending.add(due, "deliveries", state)

    def _order(self, order: Order, bill: Bill) -> Row:
        channel = "storefront" if order.storefront else CHANNELS[self.shop.customers.channel[order.customer]]
        return {
            "order_id": order.order_id, "country": bill.country, "currency": bill.currency, "total": f"{bill.total:.2f}",
            "shipping": f"{bill.shipping:.2f}", "discount": f"{bill.discount:.2f}", "promotion_code": bill.voucher,
            "channel": channel, "event_at": days.iso_time(order.at), "updated_at": days.iso_time(order.at + 900),
        }

    def _line(self, order: Order, bill: Bill, line: BillLine) -> Row:
        return {
            "order_id": order.order_id, "line_no": line.number, "sku": self.shop.assortment.sku[line.sku],
            "quantity": line.quantity, "unit_price": f"{line.unit_price:.2f}", "currency": bill.currency,
            "discount": f"{line.discount:.2f}", "kind": "sale", "event_at": days.iso_time(order.at),
            "updated_at": days.iso_time(order.at + 900),
        }

    def _payment(self, order: Order, bill: Bill, method: str, failed: bool) -> Row:
        paid = days.iso_time(order.at + 40)
        return {
            "payment_id": f"P-{order.order_id}", "order_id": order.order_id, "amount": f"{bill.total:.2f}",
            "currency": bill.currency, "method": method, "status": "failed" if failed else "captured",
            "event_at": paid, "updated_at": paid,
        }

    def _movement(self, order: Order, line: BillLine, kind: str, at: int) -> Row:
        """A sale takes from the stock, anything else brings back."""
        goods = self.shop.assortment
        return {
            "movement_id": f"M-{kind}-{order.order_id}-{line.number}", "sku": goods.sku[line.sku],
            "location": goods.location[line.sku], "quantity": -line.quantity if kind == "sale" else line.quantity,
            "kind": kind, "event_at": days.iso_time(at),
        }

    def _cancel(self, order: Order, bill: Bill) -> None:
        """The payment failed: an hour later the goods are back on the shelf."""
        due = order.at + 3600
        for line in bill.lines:
            self.pending.add(due, "inventory_movements", self._movement(order, line, "cancellation", due))

    def _foresee(self, order: Order, bill: Bill, written: Row) -> int | None:
        """Some lines come back, some are reviewed; when the first of that is told, None = nothing will be."""
        goods, told = self.shop.assortment, list[int]()
        draws = self.rng.random((len(bill.lines), 4)).tolist()
        for line, (comes_back, wait, reviewed, mood) in zip(bill.lines, draws, strict=True):
            category = goods.category_names[goods.category_index[line.sku]]
            if comes_back < RETURN_SHARE.get(category, OTHER_RETURN_SHARE):
                told.append(due := order.at + int((4 + 20 * wait) * DAY))
                self._return(order, bill, line, due)
                if len(bill.lines) == 1:
                    self.pending.add(due, "orders", {**written, "status": "returned", "updated_at": days.iso_time(due)})
            if reviewed < REVIEW_SHARE:
                told.append(due := order.at + int((5 + 25 * wait) * DAY))
                self._review(order, line, mood, due)
        return min(told, default=None)

    def _return(self, order: Order, bill: Bill, line: BillLine, due: int) -> None:
        at = days.iso_time(due)
        returned = {**self._line(order, bill, line), "line_no": RETURN_LINE + line.number, "kind": "return"}
        self.pending.add(due, "order_lines", {**returned, "event_at": at, "updated_at": at})
        self.pending.add(due, "payments", {
            "payment_id": f"R-{order.order_id}-{line.number}", "order_id": order.order_id, "amount": f"{line.amount:.2f}",
            "currency": bill.currency, "method": "refund", "status": "refunded", "event_at": at, "updated_at": at,
        })
        self.pending.add(due, "inventory_movements", self._movement(order, line, "return", due))

    def _review(self, order: Order, line: BillLine, mood: float, due: int) -> None:
        goods = self.shop.assortment
        spread = 2.4 * (mood + self.rng.random() - 1.0)
        rating = int(np.clip(round(goods.quality[line.sku] + spread), 1, 5))
        self.pending.add(due, "reviews", {
            "review_id": f"V-{order.order_id}-{line.number}", "sku": goods.sku[line.sku],
            "native_customer_id": self.shop.customers.native_id[order.customer], "rating": rating,
            "title": REVIEW_TITLES[rating - 1], "event_at": days.iso_time(due),
        })
