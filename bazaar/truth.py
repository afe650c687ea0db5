"""What is hidden from the platform: which product an offer truly is, which reductions are real. For tests and benchmarks only."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow
import pyarrow.parquet

from bazaar import clock
from bazaar.canonical import offer_id
from bazaar.market import SALE_KINDS, Days
from bazaar.rows import money
from bazaar.world import World

Record = dict[str, Any]
BLOCK_DAYS = 20


def offers(world: World) -> Iterator[Record]:
    """Every listing that ever exists and what it truly is; `broken` ones never become offers."""
    catalogue = world.catalogue
    for listing in world.listings:
        merchant = world.merchants[listing.merchant]
        index = listing.true_index
        yield {
            "offer_id": offer_id(merchant, listing),
            "merchant_id": merchant.merchant_id,
            "country": merchant.country,
            "language": merchant.language,
            "native_product_id": listing.native_product_id,
            "native_variant_id": listing.native_variant_id,
            "true_id": int(catalogue.true_id[index]),
            "item_group": int(catalogue.group[index]),
            "category": catalogue.category_names[int(catalogue.category[index])],
            "title": listing.full_title,
            "is_duplicate": listing.is_duplicate,
            "broken": listing.broken,
        }


def house_skus(world: World) -> Iterator[Record]:
    """What the house's skus truly are."""
    catalogue = world.catalogue
    for index, sku in zip(catalogue.house, catalogue.house_sku, strict=True):
        yield {"sku": str(sku), "true_id": int(catalogue.true_id[index]), "item_group": int(catalogue.group[index])}


def deals(world: World, last: int) -> Iterator[Record]:
    """Every reduction that was shown from the first day to `last`: its kind says whether it is genuine."""
    told: set[tuple[int, int]] = set()
    for start in range(world.first_day, last + 1, BLOCK_DAYS):
        end = min(start + BLOCK_DAYS - 1, last)
        block = world.market.days(start, end)
        shown = block.listed & (block.reference > 0)
        for number, place in np.argwhere(shown):
            key = (int(number), int(block.sale_first[number, place]))
            if key not in told:
                told.add(key)
                yield _deal(world, block, int(number), int(place))


def _deal(world: World, block: Days, number: int, place: int) -> Record:
    listing = world.listings[number]
    merchant = world.merchants[listing.merchant]
    kind = SALE_KINDS[int(block.kind[number, place])]
    last = int(block.sale_last[number, place])
    return {
        "offer_id": offer_id(merchant, listing),
        "merchant_id": merchant.merchant_id,
        "true_id": int(world.catalogue.true_id[listing.true_index]),
        "kind": kind,
        "is_genuine": kind == "genuine",
        "first_at": clock.iso(int(block.sale_first[number, place])),
        "last_at": clock.iso(last) if last < 10**5 else None,
        "price": money(int(block.price[number, place])),
        "reference_price": money(int(block.reference[number, place])),
        "currency": merchant.currency,
    }


def digest(records: Iterator[Record]) -> str:
    """A hash of the records in their order: what the tests pin."""
    whole = hashlib.sha256()
    for record in records:
        whole.update(orjson.dumps(record, option=orjson.OPT_SORT_KEYS) + b"\n")
    return whole.hexdigest()


def write_truth(world: World, folder: Path, *, parquet: bool = False) -> dict[str, int]:
    """Write offers, house_skus and deals as NDJSON (or Parquet); returns the rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"offers": list(offers(world)), "house_skus": list(house_skus(world)), "deals": list(deals(world, world.day))}
    for name, records in tables.items():
        if parquet:
            pyarrow.parquet.write_table(pyarrow.Table.from_pylist(records), folder / f"{name}.parquet")
        else:
            lines = b"".join(orjson.dumps(record) + b"\n" for record in records)
            (folder / f"{name}.ndjson").write_bytes(lines)
    return {name: len(records) for name, records in tables.items()}
