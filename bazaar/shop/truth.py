"""What the shop hides: tastes, elasticities, cycles, companions, seasons. For tests and benchmarks only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow
import pyarrow.parquet

from bazaar import clock
from bazaar.settings import from_env
from bazaar.shop.customers import SENSITIVITIES
from bazaar.shop.demand import season_factor
from bazaar.shop.world import Shop, build_shop

Record = dict[str, Any]


def skus(shop: Shop) -> Iterator[Record]:
    """Per sku: its elasticity (1 % dearer: `elasticity` % fewer units, shoppers' mean), share of demand, cycle, companion."""
    goods, demand = shop.assortment, shop.demand
    mean = float(np.mean(np.array(SENSITIVITIES)[shop.customers.level]))
    for k, sku in enumerate(goods.sku):
        yield {
            "sku": sku, "category": goods.category[k], "elasticity": round(float(demand.elasticity[k]) * mean, 4),
            "market_price": float(goods.market_price[k]), "popularity": float(demand.popularity[k]),
            "quality": round(float(goods.quality[k]), 3),
            "repeat_days": float(demand.repeat_days[k]) or None, "companion": goods.sku[int(demand.companion[k])],
            "latent": [round(float(value), 4) for value in demand.latent[k]],
        }


def customers(shop: Shop) -> Iterator[Record]:
    """Per customer: log preferences by category, the latent taste that meets the skus' vectors, sensitivity, activity."""
    people, names = shop.customers, shop.assortment.category_names
    for n, native in enumerate(people.native_id):
        yield {
            "native_customer_id": native, "sensitivity": SENSITIVITIES[people.level[n]],
            "activity": round(float(people.activity[n]), 4),
            "category_taste": {name: round(float(value), 4) for name, value in zip(names, people.category_taste[n], strict=True)},
            "latent": [round(float(value), 4) for value in people.latent_taste[n]],
        }


def seasons(shop: Shop) -> Iterator[Record]:
    """How much each category's demand is lifted on each day of the history and the sixty days after it."""
    for day in range(-shop.size.history_days, 61):
        factors = season_factor(shop.demand, shop.weather, day)
        for name, factor in zip(shop.assortment.category_names, factors.tolist(), strict=True):
            yield {"day": str(clock.calendar_day(day)), "category": name, "factor": round(factor, 5)}


def export(folder: Path, *, world: str | None = None, seed: int | None = None, parquet: bool = False) -> dict[str, int]:
    """Write shop_skus, shop_customers, shop_seasons into the folder; the environment's world unless named. Rows of each."""
    settings = from_env()
    shop = build_shop(world or settings.world, settings.seed if seed is None else seed)
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, int] = {}
    for name, records in (("shop_skus", skus(shop)), ("shop_customers", customers(shop)), ("shop_seasons", seasons(shop))):
        rows = list(records)
        if parquet:
            pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), folder / f"{name}.parquet")
        else:
            (folder / f"{name}.ndjson").write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
        written[name] = len(rows)
    return written
