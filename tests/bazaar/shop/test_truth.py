import json
from pathlib import Path

import pytest

from bazaar.shop.truth import export
from bazaar.shop.world import Shop


def test_the_truth_names_every_sku_and_customer(shop: Shop, tmp_path: Path) -> None:
    written = export(tmp_path, world="tiny", seed=shop.seed)
    skus = [json.loads(line) for line in (tmp_path / "shop_skus.ndjson").read_bytes().splitlines()]
    assert [row["sku"] for row in skus] == list(shop.assortment.sku)
    assert written["shop_customers"] == len(shop.customers)
    assert all(row["elasticity"] == pytest.approx(shop.demand.elasticity[n], rel=0.4) for n, row in enumerate(skus))
    assert {row["companion"] for row in skus} <= set(shop.assortment.sku)
