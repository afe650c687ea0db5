"""Prices by hand, one rail at a time; every sentence says the numbers that made the price."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ml.core import artifacts
from ml.pricing.config import Config
from ml.pricing.features import Sku
from ml.pricing.model import Decision, Model, cover_days, decide, from_parts

CONFIG = Config()
HALF = Model("x", Decimal("0.5"), {"tea": Decimal("0.375")})  # cost-plus 16.00

Make = Callable[..., Sku]


def go(sku: Sku, model: Model = HALF) -> Decision:
    return decide(sku, model, CONFIG)


def test_it_moves_toward_cost_plus_and_market(sku: Make) -> None:
    decision = go(sku())
    assert (decision.price, decision.rail) == (Decimal("15.99"), None)
    assert decision.reason == (
        "Raised from 14.99 to 15.99 EUR; cost 10.00 at a margin of 38% makes 16.00; "
        "moved 50% of the way to the competitors' median 16.00 (3 sellers)"
    )
    assert decision.parts["target"] == 16.0
    assert decision.parts["as_of"] == decision.parts["demand_as_of"] == "2026-05-05T10:15:00+00:00"


@pytest.mark.parametrize(("fields", "price", "rail"), [
    ({"competitor_median": "24"}, "15.99", "step"),
    ({"competitor_median": "8", "current_price": "15.99", "cost": "11"}, "14.95", "step"),
    ({"reference_price": "15.50", "current_price": "14.49"}, "14.99", "ceiling"),
    ({"minimum_price": "15.00", "current_price": "14.99"}, "15.00", "minimum"),
    ({"current_price": "9.49", "minimum_price": "9.00"}, "9.99", "step"),
    ({"minimum_price": "20.00", "current_price": "20.99"}, "20.99", "smallest step"),
    ({"minimum_price": "20.10", "current_price": "21.99"}, "20.95", "minimum"),
    ({"reference_price": "10.20"}, "14.99", "infeasible: floor above ceiling"),
    ({"current_price": "15.99"}, "15.99", None),
    ({"current_price": None}, "15.99", None),
])  # fmt: skip
def test_each_rail(sku: Make, fields: dict[str, Any], price: str, rail: str | None) -> None:
    decision = go(sku(**fields))
    assert (decision.price, decision.rail) == (Decimal(price), rail)


def test_one_seller_is_no_market(sku: Make) -> None:
    decision = go(sku(competitor_median="30", competitor_count=1, reference_price=None))
    assert not decision.parts["competitor_used"]
    assert decision.price == Decimal("15.99")
    assert "no competitor price used: fewer than 2 sellers" in decision.reason


def test_a_market_at_a_multiple_of_our_price_is_a_mismatch(sku: Make) -> None:
    assert "too far from our own" in go(sku(competitor_median="80")).reason


def test_stock_that_lasts_long_lowers_and_stock_that_runs_out_raises(sku: Make) -> None:
    assert go(sku(stock=4000)).parts["nudge"] == -0.03
    assert "3% less as the stock lasts 1000 days" in go(sku(stock=4000)).reason
    assert go(sku(stock=8)).parts["nudge"] == 0.03
    assert go(sku(stock=0)).parts["nudge"] == 0
    assert cover_days(sku(daily_demand=0.0)) is None


def test_a_reduction_names_the_lowest_price_of_thirty_days(sku: Make) -> None:
    decision = go(sku(current_price="17.49", lowest_30d="16.49"))
    assert decision.price == Decimal("15.99")
    assert decision.reason.endswith("lowest price of the last 30 days: 16.49")
    assert decision.parts["below_lowest_30d"]


def test_holding_keeps_every_price_but_one_below_the_minimum(sku: Make) -> None:
    assert go(sku(), Model()).price == Decimal("14.99")
    assert go(sku(), Model()).reason == "Kept at 14.99 EUR"
    assert go(sku(current_price="9"), Model()).price == Decimal("11.00")


def test_saved_and_loaded_is_equal(tmp_path: Path) -> None:
    store = artifacts.open_store(str(tmp_path))
    for model in (HALF, Model()):
        assert from_parts(artifacts.load(artifacts.save("pricing", model.version, model.parts(), store), store)) == model
