"""Parcels: who brings an order, what was promised and when it came. Drawn apart from everything else that happens.

A carrier, a country and the store that packs make it slower; whoever returns or reviews an article has got it before.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bazaar import clock
from bazaar.rng import stream
from bazaar.shop import days
from bazaar.shop.assortment import LOCATIONS
from bazaar.shop.orders import Bill, Order
from bazaar.shop.world import Shop

HOUR, DAY = 3_600, 86_400
TRANSIT = {"DE": 1, "AT": 2, "FR": 2, "NL": 2, "IT": 3, "ES": 3, "PL": 2, "SE": 3, "GB": 4}  # days on the road
PROMISE = 2  # days from the first that is promised to the last
PACKED_LATE = (0.04, 0.18)  # by location: how often a parcel leaves a day later
CUSTOMS_LATE = {"GB": 0.12}  # how often a border adds to it
LOST_AFTER = 18  # days until a carrier says so


@dataclass(frozen=True)
class Carrier:
    """Its share of parcels at home and abroad, how often it is late, by how many days more (mean), how often it loses one."""

    name: str
    at_home: float
    abroad: float
    late: float
    more: float
    lost: float


CARRIERS = (
    Carrier("swiftbox", 0.55, 0.25, 0.05, 1.6, 0.001),
    Carrier("heron", 0.3, 0.35, 0.12, 2.0, 0.003),
    Carrier("parcelroad", 0.15, 0.4, 0.2, 2.8, 0.006),
)


@dataclass(frozen=True)
class Parcel:
    """What of a parcel stays the same, when it left, and when it came (seconds since 1970); None = it is lost."""

    head: dict[str, Any]
    left: int
    came: int | None

    def states(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """(moment, row) of each state that is told."""
        yield self.left, {**self.head, "status": "shipped", "updated_at": days.iso_time(self.left)}
        if self.came is None:
            said = self.left + LOST_AFTER * DAY
            yield said, {**self.head, "status": "lost", "updated_at": days.iso_time(said)}
        else:
            at = days.iso_time(self.came)
            yield self.came, {**self.head, "status": "delivered", "delivered_at": at, "updated_at": at}


class Courier:
    """Takes the parcels of one span."""

    def __init__(self, shop: Shop, *, day: int, low: int) -> None:
        self.shop = shop
        self._rng = stream(shop.seed, "shop", "courier", day, low)

    def parcels(self, order: Order, bill: Bill, told_at: int | None = None) -> Iterator[Parcel]:
        """An order's parcels, one a store that packs. told_at: when something is first told that nobody can tell without the
        goods (a return, a review).
        """
        for number, store in enumerate(sorted({self.shop.assortment.location[line.sku] for line in bill.lines}), start=1):
            choice, packing, border, road, hour, luck = self._rng.random(6).tolist()
            carrier = _carrier(choice, bill.country)
            left = order.at + int((0.3 + 0.5 * hour + (packing < PACKED_LATE[LOCATIONS.index(store)])) * DAY)
            head = {**_head(order, bill, number, carrier), "shipped_at": days.iso_time(left)}
            if luck < carrier.lost and told_at is None:
                yield Parcel(head, left, None)
                continue
            late = _more(road, carrier.late, carrier.more) + _more(border, CUSTOMS_LATE.get(bill.country, 0.0), 2.0)
            there = _no_sunday(days.local_day(left) + TRANSIT[bill.country] + late)
            there = there if told_at is None else min(there, days.local_day(told_at) - 1)
            yield Parcel(head, left, max(days.midnight(there) + int((9 + 10 * hour) * HOUR), left + HOUR))


def _head(order: Order, bill: Bill, number: int, carrier: Carrier) -> dict[str, Any]:
    """A parcel's name and what was promised of it."""
    first = _no_sunday(days.local_day(order.at) + 1 + TRANSIT[bill.country])
    return {
        "delivery_id": f"D-{order.order_id}-{number}", "order_id": order.order_id, "carrier": carrier.name,
        "country": bill.country, "promised_from": str(clock.calendar_day(first)),
        "promised_to": str(clock.calendar_day(_no_sunday(first + PROMISE))),
    }


def _carrier(choice: float, country: str) -> Carrier:
    for carrier in CARRIERS:
        choice -= carrier.at_home if country == days.COUNTRY else carrier.abroad
        if choice < 0:
            return carrier
    return CARRIERS[-1]


def _more(luck: float, chance: float, mean: float) -> int:
    """Days beyond the usual ones: none, or at least PROMISE and an exponential share of `mean`, all of one draw."""
    if luck >= chance:
        return 0
    return PROMISE + math.ceil(-mean * math.log(1 - luck / chance)) if luck else PROMISE


def _no_sunday(day: int) -> int:
    return day + 1 if clock.calendar_day(day).weekday() == 6 else day
