"""The rows of benchmarks/warehouse.py: a shop and its merchants of any size, made with numpy from a seed; landed, and loaded."""

import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "plugins")]

EPOCH = datetime.fromisoformat("2026-01-05T00:00:00+00:00")
START, FIRST = np.datetime64("2026-01-05T00:00:00"), EPOCH.isoformat()
COUNTRIES, CURRENCIES, DEVICES = ("DE", "FR", "PL", "GB"), ("EUR", "EUR", "PLN", "GBP"), ("phone", "desktop")
KINDS = ("page_view", "impression", "impression", "product_view", "search", "product_view", "add_to_cart", "deal_click",
         "checkout_start", "purchase")
LISTED, BATCH_ROWS, CHANGED_IN_LIST = 50, 500_000, 5
Ints = NDArray[np.int64]
Rows = Iterator[dict[str, Any]]


def iso(instants: NDArray[Any]) -> list[str]:
    """Instants (datetime64[s], UTC) as text."""
    text: list[str] = np.datetime_as_string(instants.astype("datetime64[s]"), timezone="UTC").tolist()
    return text


class World:
    """What there is at a scale. Its past are `days` days; a day more, the last, is `1 / days` of it."""

    def __init__(self, scale: float, days: int) -> None:
        self.scale, self.days = scale, days
        self.events, self.orders, self.offers = (max(int(n * scale), 100) for n in (10_000_000, 1_000_000, 2_000_000))
        self.changes, self.customers, self.skus = (max(int(n * scale), 10) for n in (200_000, 200_000, 20_000))
        self.merchants = max(int(200 * scale**0.5), 2)
        self.rng = np.random.default_rng(7)
        self.price = self.rng.integers(500, 50_000, self.offers)

    def known(self, day: int) -> datetime:
        """When a day's batches are known: 10:00 of the day after."""
        return EPOCH + timedelta(days=day + 1, hours=10)

    def moments(self, count: int, first: int, days: int) -> NDArray[Any]:
        """`count` instants in order, of `days` days from the day `first` on."""
        seconds = np.sort(self.rng.integers(0, days * 86_400, count))
        return START + np.timedelta64(first, "D") + seconds.astype("timedelta64[s]")

    @cached_property
    def placed(self) -> list[str]:
        """When each order was placed, those of the last day after all others."""
        extra = self.orders // self.days
        return iso(np.concatenate([self.moments(self.orders, 0, self.days), self.moments(extra, self.days, 1)]))

    def order_rows(self, orders: Sequence[int], status: str, updated: str = "") -> Rows:
        for n in orders:
            at = self.placed[n]
            yield {
                "order_id": f"O{n}", "native_customer_id": f"C{n * 7 % self.customers}", "status": status,
                "total": self._total(n), "currency": CURRENCIES[n % 4], "country": COUNTRIES[n % 4], "channel": "web",
                "event_at": at, "updated_at": updated or at,
            }

    def _lines(self, order: int) -> list[tuple[int, int, int, int]]:
        """(line, article, price in cents, units) of an order: two of every second one."""
        articles = [(order * 31 + line * 17) % self.skus for line in range(1 + order % 2)]
        return [(line, sku, 500 + sku % 9_000, 1 + (order + line) % 3) for line, sku in enumerate(articles)]

    def _total(self, order: int) -> float:
        return sum(price * units for _, _, price, units in self._lines(order)) / 100

    def line_rows(self, orders: Sequence[int]) -> Rows:
        for n in orders:
            at = self.placed[n]
            for line, sku, price, units in self._lines(n):
                yield {
                    "order_id": f"O{n}", "line_no": line, "sku": f"S{sku}", "quantity": units, "unit_price": price / 100,
                    "currency": CURRENCIES[n % 4], "kind": "sale", "event_at": at, "updated_at": at,
                }

    def payment_rows(self, orders: Sequence[int]) -> Rows:
        for n in orders:
            at = self.placed[n]
            yield {
                "payment_id": f"P{n}", "order_id": f"O{n}", "amount": self._total(n), "currency": CURRENCIES[n % 4],
                "status": "captured", "method": "card", "event_at": at, "updated_at": at,
            }

    def movement_rows(self, orders: Sequence[int]) -> Rows:
        for n in orders:
            for line, sku, _, units in self._lines(n):
                yield {"movement_id": f"M{n}-{line}", "sku": f"S{sku}", "location": "main", "quantity": -units, "kind": "sale",
                       "event_at": self.placed[n]}

    def stock_rows(self) -> Rows:
        units = 4 * self.orders // self.skus
        for n in range(self.skus):
            yield {"movement_id": f"I{n}", "sku": f"S{n}", "location": "main", "quantity": units, "kind": "receipt",
                   "event_at": FIRST}

    def product_rows(self) -> Rows:
        for n in range(self.skus):
            yield {
                "sku": f"S{n}", "title": f"Our own article {n}", "country": "DE", "price": (500 + n % 9_000) / 100,
                "currency": "EUR", "cost": (250 + n % 4_000) / 100, "category": f"Category {n % 40}", "is_active": True,
                "updated_at": FIRST,
            }

    def customer_rows(self) -> Rows:
        for n in range(self.customers):
            yield {"native_customer_id": f"C{n}", "country": COUNTRIES[n % 4], "channel": "web", "registered_at": FIRST,
                   "updated_at": FIRST}

    def rate_rows(self, first: int, days: int) -> Rows:
        for day in range(first, first + days):
            for quote, rate in (("PLN", 4.25), ("GBP", 0.85)):
                yield {"base": "EUR", "quote": quote, "day": (EPOCH + timedelta(days=day)).date().isoformat(), "rate": rate,
                       "source": "benchmark"}

    def event_rows(self, before: int, count: int, first: int, days: int) -> Rows:
        """Visits of ten events each, a third of them of customers, that go down the funnel to different depths."""
        for start in range(before, before + count, 100_000):
            numbers = range(start, min(start + 100_000, before + count))
            depths = self.rng.integers(2, 11, len(numbers) // 10 + 1).tolist()
            for n, at in zip(numbers, iso(self.moments(len(numbers), first, days)), strict=True):
                visit, place = divmod(n, 10)
                kind = KINDS[place if place < depths[visit % len(depths)] else place % 4]
                yield {
                    "event_id": f"{n:032x}", "anonymous_id": f"a{visit % (3 * self.customers)}", "session_id": f"s{visit}",
                    "native_customer_id": f"C{visit % self.customers}" if visit % 3 == 0 else None, "kind": kind,
                    "query": f"thing {visit % 500}" if kind == "search" else None, "sku": f"S{n % self.skus}", "list": "home",
                    "position": place, "country": COUNTRIES[visit % 4], "device": DEVICES[visit % 2], "event_at": at,
                }

    def offer_rows(self, offers: Ints, price: Ints, moments: Sequence[str], crawl: str) -> Rows:
        for n, cents, at in zip(offers.tolist(), price.tolist(), moments, strict=True):
            merchant = f"m{n % self.merchants}"
            address = f"https://{merchant}.example"
            yield {
                "merchant_id": merchant, "crawl_id": f"{crawl}-{merchant}", "source_kind": "history", "extractor": "benchmark",
                "confidence": 1, "observed_at": at, "loaded_at": at, "country": "DE", "native_product_id": str(n),
                "document_url": f"{address}/list/{n // self.merchants // LISTED}", "url": f"{address}/p/{n}",
                "title": f"Thing {n} of brand {n % 300}", "brand": f"Brand {n % 300}", "category_path": f"Things > Kind {n % 60}",
                "description": "A thing worth its price", "reference_price": cents * 5 // 4 / 100 if n % 10 == 0 else None,
                "availability": "in_stock", "presence": "listed", "price": cents / 100, "currency": "EUR",
            }

    def history_rows(self) -> Rows:
        """Every offer as first seen, then the changes of the past."""
        yield from self.offer_rows(np.arange(self.offers), self.price, [FIRST] * self.offers, "first")
        changed = self.rng.choice(self.offers, self.changes, replace=False)
        price = (self.price[changed] * self.rng.uniform(0.7, 1.1, self.changes)).astype(np.int64)
        yield from self.offer_rows(changed, price, iso(self.moments(self.changes, 1, self.days - 1)), "later")

    def crawl_rows(self) -> Rows:
        for day in range(self.days):
            at = (EPOCH + timedelta(days=day, hours=1)).isoformat()
            for n in range(self.merchants):
                yield {"merchant_id": f"m{n}", "crawl_id": f"h{day}-m{n}", "status": "complete", "documents": 0,
                       "offers": self.offers // self.merchants, "observed_at": at, "loaded_at": at}


class Loading:
    """Lands rows as batches and loads them; notes rows and seconds of loading alone, by kind."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.spent: dict[str, list[float]] = {}

    def put(self, kind: str, rows: Rows, known: datetime, merchant: str = "house", source: str = "shop") -> None:
        from dealhouse.landing.batch import BatchWriter
        from dealhouse.landing.store import open_store

        while first := next(rows, None):
            with BatchWriter(open_store(), source=source, merchant_id=merchant, kind=kind, as_of=known) as writer:
                writer.record(first)
                for row in islice(rows, BATCH_ROWS - 1):
                    writer.record(row)
                self.load(kind, [writer.close().uri], known)

    def load(self, kind: str, uris: list[str], known: datetime) -> None:
        from dealhouse.loading.load import load_all_landed

        began = time.monotonic()
        results = load_all_landed(uris, known)
        seconds = time.monotonic() - began
        if any(result.rejected or result.noop for result in results):
            sys.exit(f"rows of {kind} were refused: {results}")
        spent = self.spent.setdefault(kind, [0, 0.0])
        spent[0] += sum(result.loaded for result in results)
        spent[1] += seconds

    def past(self) -> None:
        world, known = self.world, self.world.known(self.world.days - 1)
        self.put("shop_products", world.product_rows(), known)
        self.put("shop_customers", world.customer_rows(), known)
        self.put("shop_inventory_movements", world.stock_rows(), known)
        self._shop(range(world.orders), 0, world.days, known)
        self.put("shop_events", world.event_rows(0, world.events, 0, world.days), known)
        self.put("offers", world.history_rows(), known, "history", "offers")
        self.put("crawls", world.crawl_rows(), known, "history", "offers")

    def day(self) -> None:
        """The last day: the shop's feeds, and a crawl of every merchant that reads the lists in which something changed."""
        world, known = self.world, self.world.known(self.world.days)
        orders = range(world.orders, len(world.placed))
        cancelled = world.rng.choice(world.orders, max(len(orders) // 50, 1), replace=False).tolist()
        self.put("shop_orders", world.order_rows(cancelled, "cancelled", world.placed[-1]), known)
        self._shop(orders, world.days, 1, known)
        self.put("shop_events", world.event_rows(world.events, world.events // world.days, world.days, 1), known)
        lists = -(-world.changes // world.days // CHANGED_IN_LIST // world.merchants)
        self.load("offers", [self._crawl(n, lists, known) for n in range(world.merchants)], known)

    def _shop(self, orders: Sequence[int], first: int, days: int, known: datetime) -> None:
        world = self.world
        self.put("shop_fx_rates", world.rate_rows(first, days), known)
        self.put("shop_orders", world.order_rows(orders, "completed"), known)
        self.put("shop_order_lines", world.line_rows(orders), known)
        self.put("shop_payments", world.payment_rows(orders), known)
        self.put("shop_inventory_movements", world.movement_rows(orders), known)

    def _crawl(self, merchant: int, lists: int, known: datetime) -> str:
        """Land a merchant's crawl: some of its lists read, with some prices halved, the others unchanged."""
        from dealhouse.landing.batch import BatchWriter
        from dealhouse.landing.store import open_store

        world, name = self.world, f"m{merchant}"
        offers = np.arange(merchant, world.offers, world.merchants)
        read = offers[: lists * LISTED]
        price = world.price[read].copy()
        price[np.arange(len(read)) % LISTED < CHANGED_IN_LIST] //= 2
        pages = -(-len(offers) // LISTED)
        with BatchWriter(open_store(), source="offers", merchant_id=name, kind="offers", as_of=known) as writer:
            for row in world.offer_rows(read, price, [known.isoformat()] * len(read), "day"):
                writer.record(row)
            for page in range(pages):
                status = "fetched" if page < lists else "unchanged"
                writer.document({"url": f"https://{name}.example/list/{page}", "status": status})
            crawl = {"crawl_id": f"day-{name}", "status": "complete", "documents": pages, "offers": len(offers)}
            return writer.close(crawl=crawl).uri
