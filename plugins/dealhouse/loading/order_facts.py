"""From the lines of an order export to facts: order lines and what follows from them (orders, customers, products).

Each line becomes one order line or one reject with its reason: nothing is dropped, nothing invented.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_UP, Decimal, InvalidOperation
from hashlib import blake2b
from typing import Any

from dealhouse.loading import cells
from dealhouse.loading.land_lines import RefusedLineError
from dealhouse.loading.orders_mapping import Mapping
from dealhouse.loading.table_file import Line

NEVER = datetime.min.replace(tzinfo=UTC)
FOUR_PLACES = Decimal("0.0001")
SALE, RETURN, FEE = "sale", "return", "fee"


@dataclass
class _Order:
    customer: str | None
    country: str | None
    first_at: datetime
    is_cancellation: bool
    total: Decimal = Decimal(0)


@dataclass
class _Product:
    titles: Counter[str] = field(default_factory=Counter)
    price: Decimal | None = None
    priced_at: datetime = NEVER


class OrderFacts:
    """Reads lines one after the other; knows at the end the orders, customers and products that they imply."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self._orders: dict[str, _Order] = {}
        self._products: dict[str, _Product] = {}
        self._customers: dict[str, tuple[datetime, str | None]] = {}
        self._seen: set[bytes] = set()
        self._line_no: Counter[str] = Counter()
        self._instants: dict[Any, datetime] = {}

    def read(self, line: Line) -> dict[str, Any]:
        """The order line that a line of the export is. Raises RefusedLineError.

        A line equal to an earlier one in every column is `duplicate_line`: exports repeat themselves, customers add up.
        """
        order_id, sku = cells.text(line["order_id"]), cells.text(line["sku"])
        if not order_id:
            raise RefusedLineError("missing_order_id")
        self._line_no[order_id] += 1
        if not sku:
            raise RefusedLineError("missing_sku")
        at = self.instant(line["event_at"])
        quantity = _quantity(line["quantity"])
        price, discount = self._paid(line, quantity)
        fingerprint = blake2b(repr(tuple(line.values())).encode("utf-8", "backslashreplace"), digest_size=12).digest()
        if fingerprint in self._seen:
            raise RefusedLineError("duplicate_line")
        self._seen.add(fingerprint)
        kind = FEE if self.mapping.is_service(sku) else SALE if quantity > 0 else RETURN
        self._remember(line, order_id, at, quantity * price - discount)
        if kind != FEE:
            self._stock(sku, line, at, price if kind == SALE else None)
        when = at.isoformat()
        return {
            "order_id": order_id, "line_no": self._line_no[order_id], "sku": sku, "quantity": quantity, "unit_price": str(price),
            "discount": str(discount) if discount else None, "currency": self.mapping.currency, "kind": kind, "event_at": when,
            "updated_at": when,
        }

    def instant(self, value: Any) -> datetime:  # noqa: ANN401
        """The moment a cell names, in the shop's time zone when it names none. Raises RefusedLineError."""
        found = self._instants.get(value)
        if found is None:
            found = self._instants[value] = self._read_instant(value)
        return found

    def _read_instant(self, value: Any) -> datetime:  # noqa: ANN401
        try:
            found = cells.instant(value, self.mapping.timestamp_format, self.mapping.zone)
        except RefusedLineError as refused:
            raise RefusedLineError("invalid_event_at") from refused
        if found is None:
            raise RefusedLineError("missing_event_at")
        return found

    def orders(self) -> list[dict[str, Any]]:
        return [
            {"order_id": order_id, "native_customer_id": order.customer, "country": order.country, "total": str(order.total),
             "status": "returned" if order.is_cancellation else "completed", "currency": self.mapping.currency,
             "event_at": order.first_at.isoformat(), "updated_at": order.first_at.isoformat()}
            for order_id, order in self._orders.items()
        ]

    def customers(self) -> list[dict[str, Any]]:
        return [
            {"native_customer_id": customer, "country": country, "registered_at": first.isoformat(),
             "updated_at": first.isoformat()}
            for customer, (first, country) in self._customers.items()
        ]

    def products(self) -> list[dict[str, Any]]:
        """Products that were ever sold for a price, at their latest."""
        mapping = self.mapping
        return [
            {"sku": sku, "title": _most_common(product.titles) or sku, "country": mapping.country, "category": mapping.category,
             "price": str(product.price), "currency": mapping.currency, "is_active": True, "cost": self._cost(product.price),
             "updated_at": product.priced_at.isoformat()}
            for sku, product in self._products.items() if product.price is not None
        ]

    def _cost(self, price: Decimal) -> str | None:
        share = self.mapping.cost_share
        return None if share is None else str((price * Decimal(str(share))).quantize(Decimal("0.0001")))

    def _paid(self, line: Line, quantity: int) -> tuple[Decimal, Decimal]:
        """The price of a unit, and what the line cost less than its units: what rounding up the share of a line's total added."""
        if "line_total" not in line:
            return self._number(line["unit_price"], "unit_price"), Decimal(0)
        total = self._number(line["line_total"], "line_total", signed=True)
        price = (total / quantity).quantize(FOUR_PLACES, ROUND_UP)
        if price <= 0:
            raise RefusedLineError("invalid_line_total")
        return price, price * quantity - total

    def _number(self, value: Any, name: str, *, signed: bool = False) -> Decimal:  # noqa: ANN401
        words = cells.amount(value, self.mapping.decimal_comma)
        if not words:
            raise RefusedLineError(f"missing_{name}")
        try:
            number = Decimal(words)
        except InvalidOperation as error:
            raise RefusedLineError(f"invalid_{name}") from error
        if number == 0:
            raise RefusedLineError(f"zero_{name}")
        if not number.is_finite() or abs(number) >= Decimal("1e9") or (number < 0 and not signed):
            raise RefusedLineError(f"invalid_{name}")
        return number

    def _remember(self, line: Line, order_id: str, at: datetime, value: Decimal) -> None:
        customer = cells.text(line.get("customer_id"))
        country = self.mapping.countries.get(cells.text(line.get("country")) or "")
        prefix = self.mapping.cancellation_prefix
        cancelled = prefix is not None and order_id.startswith(prefix)
        order = self._orders.setdefault(order_id, _Order(customer, country, at, cancelled))
        order.total += value
        order.first_at = min(order.first_at, at)
        if customer:
            first, home = self._customers.get(customer, (at, country))
            self._customers[customer] = (min(first, at), home)

    def _stock(self, sku: str, line: Line, at: datetime, price: Decimal | None) -> None:
        product = self._products.setdefault(sku, _Product())
        title = cells.text(line.get("title"))
        if title and price is not None:
            product.titles[title] += 1
        if price is not None and at >= product.priced_at:
            product.price, product.priced_at = price, at


def _quantity(value: Any) -> int:  # noqa: ANN401
    words = cells.text(value)
    if not words:
        raise RefusedLineError("missing_quantity")
    try:
        quantity = int(words[:20])
    except ValueError as error:
        raise RefusedLineError("invalid_quantity") from error
    if quantity == 0 or abs(quantity) >= 2**31:
        raise RefusedLineError("invalid_quantity")
    return quantity


def _most_common(titles: Counter[str]) -> str | None:
    """The most frequent; of equals the first in the alphabet, whatever order they came in."""
    return min(titles, key=lambda title: (-titles[title], title)) if titles else None
