"""The shop as it is in one world: everything that follows from the world's size and seed alone."""

from dataclasses import dataclass
from functools import lru_cache

from bazaar.catalogue import build_catalogue
from bazaar.shop.assortment import Assortment, build_assortment
from bazaar.shop.customers import Customers, build_customers
from bazaar.shop.demand import Demand, build_demand
from bazaar.shop.weather import Weather, build_weather
from bazaar.sizes import WorldSize, world_size

DEFAULT_URL = "http://127.0.0.1:8700/shop/v1"
ORDERS_PER_CUSTOMER = {"tiny": 4.0, "small": 3.6, "default": 2.2, "market": 4.0}
# the shop began to record events this share of its history ago
EVENT_SHARE = {"tiny": 1.0, "small": 0.7, "default": 0.3, "market": 1.0}


@dataclass(frozen=True)
class Shop:
    """The static half of the shop; `ShopState` is the moving half."""

    size: WorldSize
    seed: int
    assortment: Assortment
    customers: Customers
    demand: Demand
    weather: Weather
    base_url: str  # of the shop, e.g. http://127.0.0.1:8700/shop/v1

    @property
    def kind(self) -> str:
        return "market" if self.size.is_market else self.size.name

    @property
    def first_event_day(self) -> int:
        return -round(self.size.history_days * EVENT_SHARE[self.kind])

    @property
    def daily_orders(self) -> float:
        """Orders a day that the customers of day 0 give at ordinary prices and season."""
        return self.size.customers * self.orders_per_customer / self.size.history_days

    @property
    def orders_per_customer(self) -> float:
        """Orders that an average customer gives in the history at ordinary prices and season, repeat purchases aside."""
        return ORDERS_PER_CUSTOMER[self.kind]


@lru_cache(maxsize=2)
def build_shop(world: str, seed: int, base_url: str = DEFAULT_URL) -> Shop:
    """The shop of a world: `tiny`, `small` or `default`. Raises UnknownWorldError."""
    size = world_size(world)
    catalogue = build_catalogue(size, seed)
    assortment = build_assortment(catalogue, seed)
    return Shop(
        size=size,
        seed=seed,
        assortment=assortment,
        customers=build_customers(assortment, size, seed),
        demand=build_demand(assortment, catalogue.popularity[catalogue.house], seed),
        weather=build_weather(size, seed),
        base_url=base_url,
    )
