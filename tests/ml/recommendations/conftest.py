"""A small shop with planted habits: pairs that go together, repeaters, newcomers, two countries."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from ml.recommendations.config import Config
from ml.recommendations.features import Dataset, encode

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
PRODUCTS, CUSTOMERS, DAYS = 60, 80, 120


def product_id(number: int) -> str:
    return str(uuid.UUID(int=number + 1))


@dataclass(frozen=True)
class Shop:
    """The three frames as `features` gives them."""

    products: pd.DataFrame
    customers: pd.DataFrame
    interactions: pd.DataFrame

    def encode(self, config: Config | None = None) -> Dataset:
        interactions = self.interactions.assign(at=_days(self.interactions))
        return encode(self.products, self.customers, interactions, AS_OF, config or Config())

    def only(self, **changes: pd.DataFrame) -> "Shop":
        return Shop(**{"products": self.products, "customers": self.customers, "interactions": self.interactions} | changes)


def _days(interactions: pd.DataFrame) -> "pd.Series[float]":
    return interactions["event_at"].map(lambda at: at.timestamp() / 86400)


@pytest.fixture(scope="session")
def shop() -> Shop:
    """Every customer repeats two favourites weekly, each with its partner (2k with 2k + 1), and looks at things around."""
    rng = np.random.default_rng(7)
    products = pd.DataFrame({
        "product_id": [product_id(n) for n in range(PRODUCTS)], "item_group_id": [product_id(1000 + n) for n in range(PRODUCTS)],
        "title": [f"Thing {n}" for n in range(PRODUCTS)], "category": [f"shelf {n % 6}" for n in range(PRODUCTS)],
        "is_available": [n != 59 for n in range(PRODUCTS)],
    })
    never = pd.Series([pd.NaT] * CUSTOMERS, dtype="datetime64[us, UTC]")
    customers = pd.DataFrame({
        "customer_key": [f"c{n:03}" for n in range(CUSTOMERS)], "country": ["DE" if n % 3 else "FR" for n in range(CUSTOMERS)],
        "registered_at": pd.Timestamp(AS_OF - timedelta(days=400)), "last_order_at": never,
    })
    customers.loc[CUSTOMERS - 1, "registered_at"] = pd.Timestamp(AS_OF - timedelta(days=3))  # the newcomer, without any event
    rows = [row for customer in range(CUSTOMERS - 1) for row in _habits(customer, rng)]
    interactions = pd.DataFrame(rows, columns=["customer_key", "product_id", "event_at", "kind", "country"])
    return Shop(products, customers, interactions)


def _habits(customer: int, rng: np.random.Generator) -> list[tuple[str, str, datetime, str, str]]:
    key, country = f"c{customer:03}", "DE" if customer % 3 else "FR"
    favourites = rng.choice(PRODUCTS // 2, 2, replace=False) * 2
    rows = []
    for day in range(1, DAYS, 7):
        at = AS_OF - timedelta(days=day, hours=float(rng.integers(0, 5)))
        bought = [int(favourites[0]), int(favourites[0]) + 1] if rng.random() < 0.7 else [int(favourites[1])]
        looked = rng.choice(PRODUCTS, 3, replace=False).tolist()
        rows += [(key, product_id(n), at, "view", country) for n in [*bought, *looked]]
        rows += [(key, product_id(n), at, "purchase", country) for n in bought]
        rows.append((key, product_id(int(rng.integers(0, PRODUCTS))), at, "click", country))
    return rows


@pytest.fixture
def config() -> Config:
    return Config(evaluated_customers=60, trending_min_items=10)
