"""Eight shoppers for the storefront's demo: some who buy a lot, some who buy little, some who have just come."""

from dataclasses import dataclass

import numpy as np

from bazaar.settings import BazaarSettings
from bazaar.shop import days
from bazaar.shop.customers import COUNTRIES
from bazaar.shop.state import ShopState
from bazaar.shop.tokens import token
from bazaar.shop.world import Shop

HEAVY, LIGHT, NEWCOMERS = 3, 3, 2


@dataclass(frozen=True)
class DemoShopper:
    """A customer by index, and what kind of shopper that is."""

    customer: int
    kind: str


def demo_shoppers(shop: Shop, state: ShopState) -> tuple[DemoShopper, ...]:
    """Chosen from the state of day 0, so that they stay the same people."""
    people = shop.customers
    known = int(np.searchsorted(people.registered_at > days.instant(0), True))
    orders = state.orders_of[:known]
    heavy = np.argsort(-orders, kind="stable")[:HEAVY]
    light = np.flatnonzero((orders >= 1) & (orders <= 2))[-LIGHT:]
    fresh = np.flatnonzero(orders == 0)[-NEWCOMERS:]
    groups = (("heavy", heavy), ("light", light), ("newcomer", fresh))
    return tuple(DemoShopper(int(customer), kind) for kind, group in groups for customer in group)


def cards(shop: Shop, shoppers: tuple[DemoShopper, ...], settings: BazaarSettings) -> list[dict[str, str]]:
    """What the storefront shows: name, country, kind and a token."""
    people = shop.customers
    return [
        {
            "name": people.name[one.customer], "country": COUNTRIES[people.country[one.customer]],
            "kind": one.kind, "token": token(settings, people.native_id[one.customer]),
        }
        for one in shoppers
    ]
