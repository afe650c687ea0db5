"""Categories of real and of made offers: the words beside what they teach and what labels teach.

    python benchmarks/categories.py [--world small] [--seeds 7 11 23]

Prints JSON lines. PriceRunner ($DEALHOUSE_DATA, default ../shared/data; titles only) and the bazaar's offers as listed, without
paths, and by their titles only. Learnt on folds 0-4 of ten by the product's md5, measured on 5 and 6. `fine_` = subcategories;
share_named of what has a name, precision of what is named, macro_f1 over the true classes. One configuration for all.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

from bazaar import truth  # noqa: E402
from bazaar.settings import from_env  # noqa: E402
from bazaar.world import open_world  # noqa: E402
from ml.categories.config import CategoriesConfig  # noqa: E402
from ml.categories.evaluate import evaluate_file, evaluate_table, truth_of  # noqa: E402


def bazaar_offers(world_name: str, seed: int) -> pd.DataFrame:
    """Every listing with its true category; `true_id` is the item group, so that no model's variants stand on both sides."""
    world = open_world(replace(from_env({}), world=world_name, seed=seed))
    return pd.DataFrame([
        {
            "title": listing.full_title, "category_path": listing.category_path, "description": listing.description or "",
            "true_id": told["item_group"], "category": told["category"],
        }
        for listing, told in zip(world.listings, truth.offers(world), strict=True)
    ])


def lines(world_name: str, seeds: list[int], config: CategoriesConfig) -> Iterator[dict[str, Any]]:
    data = Path(os.environ.get("DEALHOUSE_DATA") or PROJECT.parent / "shared" / "data")
    real = data / "matching" / "pricerunner" / "offers.parquet"
    if real.exists():
        for line in evaluate_file(real, "category", config):
            yield {"data": "pricerunner", **line}
    else:
        yield {"data": "pricerunner", "skipped": f"{real} is not there"}
    for seed in seeds:
        offers = bazaar_offers(world_name, seed)
        told, bare = truth_of(offers, "category"), offers.drop(columns="category")
        views = {"as listed": bare, "without paths": bare.drop(columns="category_path"), "titles": bare[["title", "true_id"]]}
        for name, view in views.items():
            for line in evaluate_table(view, told, config):
                yield {"data": f"bazaar {world_name}", "seed": seed, "view": name, **line}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--world", default="small")
    parser.add_argument("--seeds", type=int, nargs="+", default=[7, 11, 23])
    asked = parser.parse_args()
    for one in lines(asked.world, asked.seeds, CategoriesConfig()):
        print(json.dumps(one), flush=True)
