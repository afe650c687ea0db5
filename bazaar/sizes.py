"""How large a world is. Every size has the same rules; only the counts differ.

A *market* (`market`, or `market-300-20000` for 300 merchants and 20,000 offers) has merchants of every platform, made when they
are visited and three in ten of them ill, beside a small house shop: it is there to be crawled, and has no past to import.
"""

import re
from dataclasses import dataclass, replace

from bazaar.errors import UnknownWorldError


@dataclass(frozen=True)
class WorldSize:
    """Counts of one world. `offers` are live offers per day (about), `history_days` end the day before day 0."""

    name: str
    merchants: int
    offers: int
    products: int
    house_skus: int
    customers: int
    history_days: int
    max_orders: int
    max_events: int
    is_market: bool = False


SIZES: dict[str, WorldSize] = {
    size.name: size
    for size in (
        WorldSize("tiny", 3, 60, 45, 30, 50, 40, 400, 4_000),
        WorldSize("small", 12, 3_000, 1_000, 400, 2_000, 180, 20_000, 200_000),
        WorldSize("default", 60, 30_000, 10_000, 4_000, 20_000, 540, 200_000, 2_000_000),
        WorldSize("market", 10_000, 2_000_000, 10_000, 30, 50, 40, 400, 4_000, is_market=True),
    )
}


MARKET = re.compile(r"market-([1-9][0-9]{0,4})-([1-9][0-9]{0,7})")


def world_size(name: str) -> WorldSize:
    """The size of that name. Raises UnknownWorldError."""
    if asked := MARKET.fullmatch(name):
        return replace(SIZES["market"], name=name, merchants=int(asked[1]), offers=int(asked[2]))
    if name not in SIZES:
        raise UnknownWorldError(name, tuple(SIZES))
    return SIZES[name]
