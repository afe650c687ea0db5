"""What the house sells: the shop's own view of some true products, with costs, prices and rules of stock."""

from dataclasses import dataclass

import numpy as np

from bazaar.catalogue import Catalogue
from bazaar.rng import FloatArray, IntArray, stream
from bazaar.vocabulary import categories

GTIN_SHARE = 0.92
MPN_SHARE = 0.95
RUN_DOWN_SHARE = 0.03
LEAST_MARGIN = 1.05
POLICIES = ("replenish", "run_down")
LOCATIONS = ("BER1", "LEJ2")


@dataclass(frozen=True)
class Assortment:
    """The house's K variants as parallel lists and arrays of length K; money in EUR."""

    sku: tuple[str, ...]
    title: tuple[str, ...]
    description: tuple[str, ...]
    brand: tuple[str, ...]
    category: tuple[str, ...]
    gtin: tuple[str | None, ...]
    mpn: tuple[str | None, ...]
    image_path: tuple[str, ...]
    item_group_id: tuple[str, ...]
    variant_title: tuple[str, ...]
    location: tuple[str, ...]
    policy: tuple[str, ...]
    query: tuple[str, ...]  # what a shopper types who looks for it
    category_index: IntArray
    category_names: tuple[str, ...]
    brand_index: IntArray
    group_index: IntArray
    launch_day: IntArray
    market_price: FloatArray  # the regular price in the market: what shoppers compare with
    cost: FloatArray
    list_price: FloatArray
    lead_time: IntArray  # days
    quality: FloatArray  # hidden, 1 to 5: where reviews come from
    true_index: IntArray

    def __len__(self) -> int:
        return len(self.sku)

    def minimum_price(self, cost: FloatArray) -> FloatArray:
        """The lowest price that the shop accepts at these costs."""
        return np.asarray(np.ceil(cost * LEAST_MARGIN * 100) / 100)


def charm(price: FloatArray) -> FloatArray:
    """A price as shops write it: 24.99 above 20, 7.49 below (steps of 10 cents less one)."""
    whole = np.maximum(np.round(price), 1) - 0.01
    dime = np.maximum(np.round(price, 1), 0.5) - 0.01
    return np.asarray(np.round(np.where(price >= 20, whole, dime), 2))


def _title(catalogue: Catalogue, index: int) -> str:
    noun = categories()[catalogue.category[index]].noun["en"]
    options = [value for _, value in catalogue.options[index]]
    return ", ".join([f"{catalogue.brand[index]} {catalogue.line[index]} {noun}", *options])


def _query(catalogue: Catalogue, index: int) -> str:
    noun = categories()[catalogue.category[index]].noun["en"]
    return f"{catalogue.brand[index]} {noun}".lower()


def _codes(values: list[str]) -> IntArray:
    return np.asarray(np.unique(np.array(values, dtype=str), return_inverse=True)[1].ravel(), dtype=np.int64)


def build_assortment(catalogue: Catalogue, seed: int) -> Assortment:
    """The house's variants of the catalogue: prices are cost-plus, most carry their GTIN and MPN."""
    rng = stream(seed, "shop", "assortment")
    house = catalogue.house
    count = len(house)
    has_gtin, has_mpn = rng.random(count) < GTIN_SHARE, rng.random(count) < MPN_SHARE
    cost = catalogue.cost_eur[house]
    margin = rng.normal(1.46, 0.09, count).clip(1.2, 1.8)
    brands = [str(catalogue.brand[index]) for index in house]
    return Assortment(
        sku=tuple(str(sku) for sku in catalogue.house_sku),
        title=tuple(_title(catalogue, index) for index in house),
        description=tuple(str(catalogue.description[index]) for index in house),
        brand=tuple(brands),
        category=tuple(str(catalogue.category_path[index]) for index in house),
        gtin=tuple(str(catalogue.gtin[i]) if there else None for i, there in zip(house, has_gtin, strict=True)),
        mpn=tuple(str(catalogue.mpn[i]) if there else None for i, there in zip(house, has_mpn, strict=True)),
        image_path=tuple(str(catalogue.image_path[index]) for index in house),
        item_group_id=tuple(f"HG{int(catalogue.group[index]):05d}" for index in house),
        variant_title=tuple(catalogue.variant_title(index) for index in house),
        location=tuple(LOCATIONS[int(place)] for place in rng.random(count) < 0.3),
        policy=tuple(POLICIES[int(place)] for place in rng.random(count) < RUN_DOWN_SHARE),
        query=tuple(_query(catalogue, index) for index in house),
        category_index=catalogue.category[house].astype(np.int64),
        category_names=catalogue.category_names,
        brand_index=_codes(brands),
        group_index=_codes([str(catalogue.group[index]) for index in house]),
        launch_day=catalogue.launch_day[house],
        market_price=catalogue.price_eur[house],
        cost=cost,
        list_price=np.maximum(charm(cost * margin), np.ceil(cost * LEAST_MARGIN * 100) / 100),
        lead_time=rng.integers(3, 22, count),
        quality=rng.normal(4.1, 0.45, count).clip(2.2, 4.9),
        true_index=house,
    )
