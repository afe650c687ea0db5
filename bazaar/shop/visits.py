"""A shopper on the platform's storefront: looks down the lists, clicks by taste, buys from the house, goes to other merchants."""

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from bazaar.shop import browse, days
from bazaar.shop.arrivals import channel_of
from bazaar.shop.customers import COUNTRIES, SENSITIVITIES
from bazaar.shop.feedfiles import random_uuids
from bazaar.shop.world import Shop
from bazaar.vocabulary import categories

Item = dict[str, Any]

LOOKED_AT = 10  # places of a list
BUY_SHARE = 0.16  # of well liked, fairly priced items that were clicked on
SAVE_SHARE = 0.1
INDIFFERENCE = -0.8  # the liking of what a shopper cannot place
PULL_OF_DISCOUNT = 0.02  # log odds per percent


@dataclass
class Visit:
    """What one shopper did: events for the API in the order of time, wishes to buy as (customer, at, sku, quantity)."""

    customer: int
    at: int
    events: list[dict[str, Any]] = field(default_factory=list)
    bought: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """One item of a list as the shopper perceives it; `sku` is the house's index of it, -1 when it is not the house's offer."""

    sku: int
    category: int
    brand: str
    price: float | None
    discount: float
    ids: dict[str, Any]  # product_id, deal_id: what an event says


@lru_cache(maxsize=1)
def _category_words() -> tuple[tuple[str, int], ...]:
    """Words by which a category is recognised: its name, path, last step and nouns of all languages."""
    words = [(word.lower(), number) for number, category in enumerate(categories())
             for word in (category.name, category.path, category.path.rsplit(" > ", 1)[-1], *category.noun.values())]
    return tuple(sorted(words, key=lambda word: -len(word[0])))


def recognise(category: str | None, title: str) -> int:
    """The index of the category that a card is about, by its category or else by the words of its title; -1 = unknown."""
    for text in filter(None, (category, title)):
        lower = str(text).lower()
        for word, number in _category_words():
            if word in lower:
                return number
    return -1


@lru_cache(maxsize=4)
def _sku_index(shop_size: str, skus: tuple[str, ...]) -> dict[str, int]:
    return {sku: number for number, sku in enumerate(skus)}


def house_sku(shop: Shop, offer: Item) -> int:
    """The house's index of an offer, by its address; -1 for other merchants."""
    url = str(offer.get("url") or "")
    sku = url.rsplit("/products/", 1)[-1] if "/shop/v1/products/" in url else str(offer.get("house_sku") or "")
    return _sku_index(shop.size.name, shop.assortment.sku).get(sku, -1)


def perceive(shop: Shop, item: Item) -> Seen:
    """A card of a recommendation (product and offer) or of a deal as the shopper sees it."""
    product, offer = item.get("product") or item, item.get("offer") or item.get("best_offer") or item
    amount = (offer.get("price") or {}).get("amount") if isinstance(offer.get("price"), dict) else offer.get("price")
    ids = {name: value for name in ("product_id", "deal_id") if (value := product.get(name) or item.get(name))}
    return Seen(
        sku=house_sku(shop, offer), category=recognise(product.get("category"), str(product.get("title") or "")),
        brand=str(product.get("brand") or ""), price=float(amount) if amount is not None else None,
        discount=float(item.get("discount_pct") or 0), ids=ids,
    )


def liking(shop: Shop, customer: int, seen: Seen) -> float:
    """The log odds of a click on what the shopper looks at."""
    people = shop.customers
    pull = PULL_OF_DISCOUNT * seen.discount * SENSITIVITIES[people.level[customer]]
    if seen.category < 0:
        return INDIFFERENCE + pull
    score = float(people.category_taste[customer, seen.category])
    if seen.sku >= 0:
        score += float(people.latent_taste[customer] @ shop.demand.latent[seen.sku])
    elif seen.brand in shop.assortment.brand:
        score += float(people.latent_taste[customer] @ shop.demand.latent[shop.assortment.brand.index(seen.brand)]) / 2
    return score - 1.1 + pull


def would_buy(shop: Shop, customer: int, seen: Seen) -> float:
    """The chance that a clicked item of the house is bought: by liking, and by its price against the market's."""
    if seen.sku < 0 or seen.price is None:
        return 0.0
    exponent = shop.demand.elasticity[seen.sku] * SENSITIVITIES[shop.customers.level[customer]]
    cheapness = (shop.assortment.market_price[seen.sku] / max(seen.price, 0.01)) ** exponent
    return float(BUY_SHARE * min(cheapness, 3.0) * _chance(liking(shop, customer, seen)))


def _chance(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


class Shopper:
    """One visit in the making."""

    def __init__(self, shop: Shop, customer: int, at: int, rng: np.random.Generator, release_id: str | None) -> None:
        self.shop, self.rng = shop, rng
        self.visit = Visit(customer, at)
        self._clock = at
        self._common = {
            "anonymous_id": browse.device_id(shop.seed, customer), "session_id": f"w-{days.local_day(at)}-{customer}",
            "country": COUNTRIES[shop.customers.country[customer]],
            "device": browse.DEVICES[int(rng.choice(len(browse.DEVICES), p=browse.DEVICE_SHARES))], "release_id": release_id,
        }

    def tell(self, kind: str, **facts: Any) -> None:  # noqa: ANN401
        """Note an event some seconds after the last one."""
        self._clock += int(self.rng.integers(2, 20))
        when = days.iso_time(self._clock)
        event = {"event_id": random_uuids(self.rng, 1)[0], "kind": kind, "event_at": when, **self._common, **facts}
        self.visit.events.append({name: value for name, value in event.items() if value is not None})

    def look_down(self, name: str, items: list[Item]) -> None:
        """See a list from the top: every place is an impression, a look may become a click, a click a purchase."""
        cards = [(position, perceive(self.shop, item)) for position, item in enumerate(items[:LOOKED_AT], start=1)]
        for position, seen in cards:
            self.tell("impression", list=name, position=position, **seen.ids)
        for position, seen in cards:
            noticed = self.rng.random() < browse.examined(np.array([position]))[0]
            if noticed and self.rng.random() < _chance(liking(self.shop, self.visit.customer, seen)):
                self._open(name, position, seen)

    def _open(self, name: str, position: int, seen: Seen) -> None:
        where = {"list": name, "position": position, **seen.ids}
        sku = self.shop.assortment.sku[seen.sku] if seen.sku >= 0 else None
        if "deal_id" in seen.ids:
            self.tell("deal_click", sku=sku, **where)
            if self.rng.random() < SAVE_SHARE:
                self.tell("deal_save", **where)
        else:
            self.tell("product_view", sku=sku, **where)
        if self.rng.random() < would_buy(self.shop, self.visit.customer, seen):
            self._buy(sku, seen, where)

    def _buy(self, sku: str | None, seen: Seen, where: dict[str, Any]) -> None:
        for kind in ("add_to_cart", "checkout_start", "purchase"):
            self.tell(kind, sku=sku, **where)
        self.visit.bought.append((self.visit.customer, self._clock, seen.sku, 1))


def visit_storefront(
    shop: Shop, customer: int, at: int, suggestions: dict[str, Any], *, deals: list[Item], rng: np.random.Generator,
) -> Visit:
    """The whole visit: the front page, the shopper's own list, then the deals."""
    shopper = Shopper(shop, customer, at, rng, suggestions.get("release_id"))
    shopper.tell("page_view", channel=channel_of(shop, f"w-{days.local_day(at)}-{customer}", customer))
    shopper.look_down("trending" if suggestions.get("source") == "trending" else "for-you", suggestions.get("items", []))
    shopper.look_down("deals", deals)
    return shopper.visit
