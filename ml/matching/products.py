"""Clusters become products: an id is minted once and stays, whatever the clusters do later."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ml.core.as_of import format_as_of

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://dealhouse/product")


@dataclass(frozen=True)
class Alignment:
    """What the new clusters mean for products.

    product_of: offer -> product, for every offer given. minted: new ids with their first offer. split: new id -> the product that
    its offers come from. merged: product -> the one that took its offers over.
    """

    product_of: Mapping[str, str]
    minted: Mapping[str, str] = field(default_factory=dict)
    split: Mapping[str, str] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)


def align(
    clusters: Sequence[Sequence[str]], before: Mapping[str, str], age: Mapping[str, str], as_of: datetime
) -> Alignment:
    """Give each cluster of offer ids a product.

    before: offer -> its product so far. age: product -> a sortable age (its first as_of), for all products ever minted.
    A product goes to the cluster that holds most of its offers; a cluster that gets several keeps the oldest, one that gets none
    mints uuid5(first offer id), with the instant added when that id is taken.
    """
    taken = _assign(clusters, before, age)
    product_of: dict[str, str] = {}
    minted: dict[str, str] = {}
    split: dict[str, str] = {}
    for number, members in enumerate(clusters):
        product = taken.get(number)
        if product is None:
            product = _mint(min(members), age, minted, as_of)
            minted[product] = min(members)
            origins = Counter(before[offer] for offer in members if offer in before)
            if origins:
                split[product] = min(origins, key=lambda old: (-origins[old], old))
        product_of.update(dict.fromkeys(members, product))
    return Alignment(product_of, minted, split, _merged(before, product_of))


def _assign(clusters: Sequence[Sequence[str]], before: Mapping[str, str], age: Mapping[str, str]) -> dict[int, str]:
    claims = []
    for number, members in enumerate(clusters):
        votes = Counter(before[offer] for offer in members if offer in before)
        claims += [(age.get(product, ""), product, -count, number) for product, count in votes.items()]
    taken: dict[int, str] = {}
    used: set[str] = set()
    strongest: dict[str, tuple[int, int]] = {}
    for _, product, count, number in claims:
        strongest[product] = min(strongest.get(product, (1, 0)), (count, number))
    for _, product, _, number in sorted(claims):
        if product not in used and number not in taken and strongest[product][1] == number:
            taken[number] = product
            used.add(product)
    return taken


def _mint(first: str, age: Mapping[str, str], minted: Mapping[str, str], as_of: datetime) -> str:
    product = str(uuid.uuid5(NAMESPACE, first))
    if product in age or product in minted:
        product = str(uuid.uuid5(NAMESPACE, f"{first}|{format_as_of(as_of)}"))
    return product


def _merged(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Products that lost every offer, and where most of those went; an offer that is not asked about stays where it is."""
    went: dict[str, Counter[str]] = defaultdict(Counter)
    alive = set(after.values()) | {product for offer, product in before.items() if offer not in after}
    for offer, product in before.items():
        if offer in after and product not in alive:
            went[product][after[offer]] += 1
    return {old: min(places, key=lambda new: (-places[new], new)) for old, places in went.items()}


def item_groups(products: Sequence[str], family_of: Mapping[str, int], known: Mapping[str, str]) -> dict[str, str]:
    """The item group of each new product: that of a product of its family, else one minted from the family's first product.

    family_of: product -> family, for all products that have offers. known: product -> its item group so far (never changes); of
    several in a family the smallest is taken, so that every run takes the same.
    """
    groups: dict[int, str] = {}
    for product, group in known.items():
        if product in family_of:
            family = family_of[product]
            groups[family] = min(group, groups.get(family, group))
    out: dict[str, str] = {}
    for product in sorted(products):
        family = family_of[product]
        if family not in groups:
            groups[family] = str(uuid.uuid5(NAMESPACE, f"group|{product}"))
        out[product] = groups[family]
    return out
