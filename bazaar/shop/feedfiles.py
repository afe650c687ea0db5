"""A day's feeds as NDJSON files in a folder, and the few broken and repeated rows that every real feed has."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
import orjson

from bazaar.rng import stream

Row = dict[str, Any]

KINDS = ("products", "inventory_movements", "customers", "orders", "order_lines", "payments", "reviews", "promotions", "events",
         "fx_rates", "calendar_days", "weather_days", "marketing_spend", "deliveries", "exposures")
BROKEN_SHARE = 0.003
TWICE_SHARE = 0.003


def _changed(**changes: object) -> Callable[[Row], Row]:
    """A fault: some fields get another value, or go (None)."""
    return lambda row: {name: value for name, value in {**row, **changes}.items() if value is not None}


# What a fault does to a copy of a good row; the copy gets an id of its own, so that no good row is lost to it.
FAULTS: dict[str, tuple[Callable[[Row], Row], ...]] = {
    "products": (_changed(cost=None), _changed(price="-1.00"), _changed(currency=None)),
    "inventory_movements": (_changed(quantity="three"), _changed(sku=None)),
    "customers": (_changed(country="Atlantis"), _changed(registered_at=None)),
    "orders": (_changed(currency=None), _changed(total="NaN"), _changed(country="Atlantis")),
    "order_lines": (_changed(quantity=-1), _changed(unit_price="free"), _changed(currency=None)),
    "payments": (_changed(currency="EURO"), _changed(amount=None)),
    "reviews": (_changed(rating="nine"), _changed(sku=None)),
    "promotions": (_changed(discount_pct="200"),),
    "events": (_changed(kind=None), _changed(event_at="yesterday")),
    "deliveries": (_changed(promised_to="soon"), _changed(order_id=None), _changed(delivered_at="on the stairs")),
}
IDENTITY = {"products": "sku", "inventory_movements": "movement_id", "customers": "native_customer_id", "orders": "order_id",
            "order_lines": "order_id", "payments": "payment_id", "reviews": "review_id", "promotions": "promotion_id",
            "deliveries": "delivery_id"}
REPEATED = ("orders", "order_lines", "payments", "events", "deliveries")


class FeedFolder:
    """Writes rows of each kind to `<folder>/<kind>.ndjson`; None fields are left out. Use as a context manager."""

    def __init__(self, folder: Path, seed: int, name: str) -> None:
        self.folder = folder
        self.rows = dict.fromkeys(KINDS, 0)
        self.broken = dict.fromkeys(KINDS, 0)
        self.twice = dict.fromkeys(KINDS, 0)
        self._rng = {kind: stream(seed, "shop", "faults", kind, name) for kind in KINDS}
        folder.mkdir(parents=True, exist_ok=True)
        self._files: dict[str, IO[bytes]] = {kind: (folder / f"{kind}.ndjson").open("wb", buffering=1 << 18) for kind in KINDS}

    def write(self, kind: str, rows: Iterable[Row]) -> None:
        """Append rows, with the kind's share of faults and repetitions behind the rows that they copy."""
        clean = [{name: value for name, value in row.items() if value is not None} for row in rows]
        if not clean:
            return
        lines = list(self._with_faults(kind, clean))
        self.rows[kind] += len(lines)
        self._files[kind].write(b"\n".join(map(orjson.dumps, lines)) + b"\n")

    def close(self) -> None:
        for file in self._files.values():
            file.close()
        counts = {kind: {"rows": self.rows[kind], "broken": self.broken[kind], "repeated": self.twice[kind]} for kind in KINDS}
        (self.folder / "counts.json").write_bytes(orjson.dumps(counts, option=orjson.OPT_INDENT_2))

    def __enter__(self) -> "FeedFolder":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _with_faults(self, kind: str, rows: list[Row]) -> Iterator[Row]:
        draws: list[float] = self._rng[kind].random(len(rows)).tolist()
        faults = FAULTS.get(kind, ())
        for row, draw in zip(rows, draws, strict=True):
            yield row
            if draw < BROKEN_SHARE and faults:
                self.broken[kind] += 1
                yield self._faulty(kind, row, faults[self.broken[kind] % len(faults)])
            elif draw > 1 - TWICE_SHARE and kind in REPEATED:
                self.twice[kind] += 1
                yield row

    def _faulty(self, kind: str, row: Row, fault: Callable[[Row], Row]) -> Row:
        if kind == "events":
            return fault({**row, "event_id": random_uuids(self._rng[kind], 1)[0]})
        identity = IDENTITY[kind]
        return fault({**row, identity: f"{row[identity]}-X"})


def random_uuids(rng: np.random.Generator, count: int) -> list[str]:
    """Version 4 uuids from a seeded stream."""
    digits = rng.bytes(16 * count).hex()
    parts = (digits[place : place + 32] for place in range(0, 32 * count, 32))
    return [f"{p[:8]}-{p[8:12]}-4{p[13:16]}-a{p[17:20]}-{p[20:]}" for p in parts]
