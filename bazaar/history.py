"""The merchants' past as files: a snapshot and a line per change, and a line per crawl. Ends on the day before `until`.

A failed crawl saw nothing: what changed on its day is told by the next one. The last day's crawls are all complete, so the
history's last word on an offer is what the merchant's site says on that day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from bazaar import clock
from bazaar.canonical import crawl_id, lasting, passing
from bazaar.market import Days
from bazaar.merchants import Merchant
from bazaar.offers import Listing
from bazaar.rng import BoolArray, IntArray, stream
from bazaar.rows import row_at
from bazaar.world import World

BLOCK_DAYS = 20
ROWS_PER_FILE = 50_000


@dataclass(frozen=True)
class Written:
    """How much went to the folder."""

    offers: int
    crawls: int
    files: int


class Seen:
    """What the crawls have told so far, per listing."""

    def __init__(self, count: int) -> None:
        self.price: IntArray = np.zeros(count, dtype=np.int64)
        self.reference: IntArray = np.zeros(count, dtype=np.int64)
        self.in_stock: BoolArray = np.zeros(count, dtype=np.bool_)
        self.listed: BoolArray = np.zeros(count, dtype=np.bool_)

    def look(self, days: Days, place: int, reached: BoolArray) -> IntArray:
        """Numbers of the listings whose line changes today; remembers today's state of the reached ones."""
        price, reference = days.price[:, place], days.reference[:, place]
        stock, listed = days.in_stock[:, place], days.listed[:, place]
        differs = (price != self.price) | (reference != self.reference) | (stock != self.in_stock)
        news = reached & ((listed & differs) | (listed != self.listed))
        for name, values in (("price", price), ("reference", reference), ("in_stock", stock), ("listed", listed)):
            setattr(self, name, np.where(news, values, getattr(self, name)))
        return np.flatnonzero(news)


class OfferFiles:
    """offers-0001.ndjson, offers-0002.ndjson, ...: at most ROWS_PER_FILE lines each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows = 0
        self.files = 0
        self._lines: list[bytes] = []

    def add(self, line: bytes) -> None:
        self.rows += 1
        self._lines.append(line)
        if len(self._lines) >= ROWS_PER_FILE:
            self.flush()

    def flush(self) -> None:
        if self._lines:
            self.files += 1
            (self.folder / f"offers-{self.files:04d}.ndjson").write_bytes(b"".join(self._lines))
            self._lines = []


def _lasting_heads(world: World) -> list[bytes]:
    """Per listing the JSON of its lasting fields, open at the end."""
    heads: list[bytes] = []
    for merchant, listings in zip(world.merchants, world.listings_of, strict=True):
        places: dict[str, int] = {}
        for listing in listings:
            place = places.setdefault(listing.native_product_id, len(places))
            heads.append(orjson.dumps(lasting(merchant, listing, place))[:-1] + b",")
    return heads


def _reached(world: World, merchant: Merchant, first: int, last: int) -> BoolArray:
    """Whether the merchant's crawl succeeded on each of the days first..last; the first and the last always do."""
    drawn = stream(world.seed, "crawls", merchant.number).random(last - first + 1) < merchant.reliability
    drawn[[0, -1]] = True
    return drawn


def _documents(merchant: Merchant, listed: int, listings: list[Listing]) -> int:
    if merchant.platform == "google_merchant":
        return 1
    return listed + 2 if merchant.platform == "jsonld" else 1 + len({item.native_product_id for item in listings}) // 250 + 1


def _crawl(merchant: Merchant, day: int, documents: int, offers: int | None) -> dict[str, Any]:
    """A line of crawls.ndjson; `offers` None = the crawl failed."""
    return {
        "merchant_id": merchant.merchant_id,
        "crawl_id": crawl_id(merchant, day),
        "status": "failed" if offers is None else "complete",
        "observed_at": clock.iso(day),
        "loaded_at": clock.iso(day),
        "documents": 0 if offers is None else documents,
        "offers": offers or 0,
    }


def _blocks(world: World, first: int, last: int) -> Iterator[tuple[int, int, Days]]:
    """(day, place, block) for every day."""
    for start in range(first, last + 1, BLOCK_DAYS):
        end = min(start + BLOCK_DAYS - 1, last)
        block = world.market.days(start, end)
        for day in range(start, end + 1):
            yield day, day - start, block


def write_history(world: World, folder: Path, until: int = 0) -> Written:
    """Write offers-NNNN.ndjson and crawls.ndjson for the days from the world's first to `until` - 1."""
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("offers-*.ndjson"):
        stale.unlink()
    first, last = world.first_day, until - 1
    heads, files, seen = _lasting_heads(world), OfferFiles(folder), Seen(len(world.listings))
    reached = np.array([_reached(world, merchant, first, last) for merchant in world.merchants])
    shop = np.array([listing.merchant for listing in world.listings])
    crawls: list[bytes] = []
    for day, place, block in _blocks(world, first, last):
        for number in seen.look(block, place, reached[shop, day - first]):
            row = row_at(world.listings[number], block, place)
            record = passing(world.merchants[shop[number]], row, day, listed=bool(seen.listed[number]))
            files.add(heads[number] + orjson.dumps(record)[1:] + b"\n")
        counts = np.bincount(shop[block.listed[:, place]], minlength=len(world.merchants))
        for merchant in world.merchants:
            offers = int(counts[merchant.number])
            documents = _documents(merchant, offers, world.listings_of[merchant.number])
            line = _crawl(merchant, day, documents, offers if reached[merchant.number, day - first] else None)
            crawls.append(orjson.dumps(line) + b"\n")
    files.flush()
    (folder / "crawls.ndjson").write_bytes(b"".join(crawls))
    return Written(files.rows, len(crawls), files.files)
