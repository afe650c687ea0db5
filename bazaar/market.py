"""What a listing costs on a day: price level, sales with their reference price, tricks, followers, stock-outs, presence.

Everything is a vectorised function of (listing, day): time is cut into cycles per listing and a hash of
(seed, listing, cycle) says what happens in it, so no day needs the day before it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bazaar.catalogue import Catalogue
from bazaar.fx import MID_RATES
from bazaar.merchants import Merchant
from bazaar.offers import Listing
from bazaar.rng import BoolArray, FloatArray, IntArray, stream

NONE, GENUINE, INFLATED, RAISED, PERMANENT = range(5)
SALE_KINDS = ("none", "genuine", "inflated", "raised_before_sale", "permanent_sale")
QUIET_DAYS = 32  # regular days before a sale starts: a genuine reference price was charged for 30 days
RAISE_DAYS = 12
LATEST_BIRTH = 120
UIntArray = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Days:
    """State of n listings on k days; arrays are (n, k). Money in cents of the merchant's currency; reference 0 = none."""

    price: IntArray
    reference: IntArray
    in_stock: BoolArray
    listed: BoolArray
    kind: IntArray  # place in SALE_KINDS
    sale_first: IntArray  # first and last day of the episode, where kind > 0
    sale_last: IntArray
    changed: IntArray  # a day <= this one since which nothing changed

    def column(self, place: int) -> "Days":
        """One day of it, still (n, 1)."""
        cut = slice(place, place + 1)
        return Days(
            self.price[:, cut], self.reference[:, cut], self.in_stock[:, cut], self.listed[:, cut],
            self.kind[:, cut], self.sale_first[:, cut], self.sale_last[:, cut], self.changed[:, cut],
        )  # fmt: skip


def _mix(value: UIntArray) -> UIntArray:
    """The finaliser of splitmix64 (Steele, Lea, Flood 2014)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@dataclass(frozen=True)
class Traits:
    """Constants of n listings as (n, 1) columns."""

    base: FloatArray  # regular price in the merchant's currency
    ending: IntArray
    cycle: IntArray
    offset: IntArray
    sale_share: FloatArray
    inflated: FloatArray
    raised: FloatArray
    permanent: BoolArray
    leader: IntArray  # listing that this one follows, -1 = none
    rate_to_leader: FloatArray  # own currency for one of the leader's
    stock_cycle: IntArray
    stock_offset: IntArray
    stock_out: FloatArray
    sold_out: BoolArray  # for good
    born: IntArray
    gone: IntArray
    season: IntArray  # presence cycle, 0 = always
    broken: BoolArray


class Market:
    """Prices of all listings. `days(first, last)` may be asked for any days, in any order."""

    def __init__(self, merchants: tuple[Merchant, ...], listings: list[Listing], catalogue: Catalogue, *, first_day: int) -> None:
        self.count = len(listings)
        self.first_day = first_day
        self.traits = _traits(merchants, listings, catalogue, first_day)
        numbers = np.arange(1, self.count + 1, dtype=np.uint64)[:, None]
        self._keys = _mix(numbers * np.uint64(0x9E3779B97F4A7C15) + np.uint64(catalogue.seed))

    def _draw(self, cycle: IntArray, salt: int) -> FloatArray:
        mixed = _mix(self._keys ^ _mix(cycle.astype(np.uint64) * np.uint64(0xD1B54A32D192ED03) + np.uint64(salt)))
        return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def _alone(self, day: IntArray) -> dict[str, npt.NDArray[np.generic]]:
        """Prices as they would be without followers."""
        t = self.traits
        at = day + t.offset
        cycle, place = at // t.cycle, at % t.cycle
        moved = self._draw(cycle, 1) < 0.5
        level = t.base * np.where(moved, np.exp(0.14 * (self._draw(cycle, 2) - 0.5)), 1.0)
        length = 5 + (self._draw(cycle, 3) * 21).astype(np.int64)
        start = QUIET_DAYS + (self._draw(cycle, 4) * (t.cycle - QUIET_DAYS - length)).astype(np.int64)
        happens = (self._draw(cycle, 5) < t.sale_share) & ~t.permanent & (t.leader < 0)
        trick = self._draw(cycle, 6)
        kind = np.where(trick < t.inflated, INFLATED, np.where(trick < t.inflated + t.raised, RAISED, GENUINE))
        on = happens & (place >= start) & (place < start + length)
        raising = happens & (kind == RAISED) & (place >= start - RAISE_DAYS) & (place < start)
        u = self._draw(cycle, 7)
        lift = 1.22 + 0.5 * u
        regular = charm(level, t.ending)
        lifted = charm(level * lift, t.ending)
        sale = charm(level * np.where(kind == GENUINE, 0.92 - 0.4 * u**2, 0.99 - 0.04 * u), t.ending)
        kind = np.where(t.permanent, PERMANENT, np.where(on, kind, NONE))
        price = np.where(raising, lifted, np.where(on, sale, regular))
        reference = np.where(kind == NONE, 0, np.where(kind == GENUINE, regular, lifted))
        first = np.where(t.permanent, np.maximum(t.born, day - place), day - place + start)
        last = np.where(t.permanent, t.gone + 0 * day, day - place + start + length - 1)
        starts = day - place
        changed = starts
        for event in (start - RAISE_DAYS, start, start + length):
            changed = np.where(happens & (place >= event), starts + event, changed)
        return {
            "price": price, "reference": np.where(reference > price, reference, 0), "kind": kind,
            "first": first, "last": last, "changed": changed, "level": level,
        }  # fmt: skip

    def _follow(self, alone: dict[str, npt.NDArray[np.generic]]) -> tuple[IntArray, IntArray]:
        """(price, changed) of all days of `alone` but its first: a follower undercuts its leader's price of the day before
        by 1 %, never below 82 % of its own level.
        """
        t = self.traits
        price, changed = np.array(alone["price"][:, 1:], dtype=np.int64), np.array(alone["changed"][:, 1:], dtype=np.int64)
        follower = np.flatnonzero(t.leader[:, 0] >= 0)
        leader = t.leader[follower, 0]
        bid = np.asarray(alone["price"], dtype=np.float64)[leader, :-1] / 100.0 * t.rate_to_leader[follower] * 0.99
        level = np.asarray(alone["level"], dtype=np.float64)[follower, 1:]
        moved = charm(np.clip(bid, 0.82 * level, level), t.ending[follower])
        price[follower] = np.minimum(moved, price[follower])
        changed[follower] = np.maximum(np.asarray(alone["changed"], dtype=np.int64)[leader, :-1] + 1, changed[follower])
        return price, changed

    def _stock(self, day: IntArray) -> tuple[BoolArray, IntArray]:
        t = self.traits
        at = day + t.stock_offset
        cycle, place = at // t.stock_cycle, at % t.stock_cycle
        length = 1 + (self._draw(cycle, 21) * 12).astype(np.int64)
        out = (self._draw(cycle, 22) < t.stock_out) & (place < length)
        changed = day - place + np.where(place >= length, length, 0)
        return ~(out | t.sold_out), changed

    def _presence(self, day: IntArray) -> tuple[BoolArray, IntArray]:
        t = self.traits
        season = np.maximum(t.season, 1)
        place = (day + t.offset * 7) % season
        away = (t.season > 0) & (place < 25)
        listed = (day >= t.born) & (day <= t.gone) & ~away & ~t.broken
        changed = np.where(t.season > 0, day - place + np.where(place >= 25, 25, 0), t.born)
        return listed, np.minimum(np.maximum(changed, t.born), day)

    def days(self, first: int, last: int) -> Days:
        """The state of every listing on the days first..last."""
        day = np.arange(first, last + 1, dtype=np.int64)[None, :]
        alone = self._alone(np.arange(first - 1, last + 1, dtype=np.int64)[None, :])
        price, changed = self._follow(alone)
        in_stock, stock_changed = self._stock(day)
        listed, presence_changed = self._presence(day)
        shape = (self.count, last - first + 1)
        return Days(
            price=price,
            reference=np.asarray(alone["reference"][:, 1:], dtype=np.int64),
            in_stock=in_stock,
            listed=np.broadcast_to(listed, shape),
            kind=np.asarray(alone["kind"][:, 1:], dtype=np.int64),
            sale_first=np.asarray(alone["first"][:, 1:], dtype=np.int64),
            sale_last=np.asarray(alone["last"][:, 1:], dtype=np.int64),
            changed=np.maximum(np.maximum(changed, stock_changed), presence_changed),
        )


def charm(value: FloatArray, ending: IntArray) -> IntArray:
    """Prices as shops write them, in cents: 12.37 becomes 12.99 (or the shop's ending), below 10 the tenth ends in 9."""
    large = np.floor(value).astype(np.int64) * 100 + ending
    small = np.maximum(np.round(value * 10).astype(np.int64) * 10 - 1, 19)
    return np.asarray(np.where(value >= 10, large, small), dtype=np.int64)


def _leaders(merchants: tuple[Merchant, ...], listings: list[Listing], rng: np.random.Generator) -> IntArray:
    """A follower watches the first listing of its product at another merchant, where that one follows nobody."""
    follows = rng.random(len(listings)) < np.array([merchants[item.merchant].follower_share for item in listings])
    first: dict[int, int] = {}
    for item in listings:
        if not follows[item.number] and item.broken is None:
            first.setdefault(item.true_index, item.number)
    leader = np.full(len(listings), -1, dtype=np.int64)
    for item in listings:
        target = first.get(item.true_index, -1)
        if follows[item.number] and target >= 0 and listings[target].merchant != item.merchant:
            leader[item.number] = target
    return leader


def _traits(merchants: tuple[Merchant, ...], listings: list[Listing], catalogue: Catalogue, first_day: int) -> Traits:
    rng = stream(catalogue.seed, "market", "traits")
    n = len(listings)
    shop = [merchants[item.merchant] for item in listings]
    mid = np.array([MID_RATES[m.currency] for m in shop])
    index = np.array([item.true_index for item in listings])
    launch = catalogue.launch_day[index]
    old = rng.random(n) < 0.75
    born = np.where(old, first_day - 1, rng.integers(first_day, LATEST_BIRTH, n))
    born = np.maximum(born, launch)
    gone = np.where(rng.random(n) < 0.8, 10**6, born + rng.integers(40, 600, n))
    leader = _leaders(merchants, listings, rng)
    columns = {
        "base": catalogue.price_eur[index] * np.array([m.price_level for m in shop]) * np.exp(rng.normal(0, 0.05, n)) * mid,
        "ending": np.array([m.price_ending for m in shop]),
        "cycle": rng.integers(64, 150, n),
        "offset": rng.integers(10_000, 20_000, n),
        "sale_share": np.array([m.sale_share for m in shop]),
        "inflated": np.array([m.honesty.inflated for m in shop]),
        "raised": np.array([m.honesty.raised for m in shop]),
        "permanent": (rng.random(n) < np.array([m.honesty.permanent for m in shop])) & (leader < 0),
        "leader": leader,
        "rate_to_leader": mid / np.where(leader >= 0, mid[np.maximum(leader, 0)], mid),
        "stock_cycle": rng.integers(30, 110, n),
        "stock_offset": rng.integers(10_000, 20_000, n),
        "stock_out": np.array([m.stock_out for m in shop]),
        "sold_out": rng.random(n) < 0.015,
        "born": born,
        "gone": gone,
        "season": np.where(rng.random(n) < 0.04, rng.integers(150, 420, n), 0),
        "broken": np.array([item.broken is not None for item in listings]),
    }
    return Traits(**{name: np.asarray(values)[:, None] for name, values in columns.items()})
