"""No price breaks a rail, whatever the inputs; endings by hand."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.pricing.config import Config
from ml.pricing.features import Sku
from ml.pricing.model import Model, decide
from ml.pricing.rails import ending, violations

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
CONFIG = Config()


def money(top: str = "5000") -> st.SearchStrategy[Decimal]:
    return st.decimals("0.01", top, places=2, allow_nan=False, allow_infinity=False)


SKUS = st.builds(
    Sku, sku=st.just("A"), category=st.sampled_from(["tea", "cups"]), currency=st.sampled_from(["EUR", "HUF"]),
    cost=money("2000"), minimum_price=st.none() | money(), current_price=st.none() | money(), reference_price=st.none() | money(),
    stock=st.none() | st.integers(-5, 10_000), lead_time_days=st.none() | st.integers(0, 60),
    competitor_median=st.none() | money(),
    competitor_count=st.integers(0, 8), lowest_30d=st.none() | money(), daily_demand=st.floats(0, 500),
    demand_source=st.just("forecast"), demand_as_of=st.just(AS_OF), as_of=st.just(AS_OF),
)
MODELS = st.builds(
    Model, version=st.just("x"), competitor_weight=st.none() | st.sampled_from(CONFIG.competitor_weights),
    margins=st.fixed_dictionaries({"tea": st.decimals("0.1", "0.6", places=3)}),
)


@settings(max_examples=400, deadline=None)
@given(SKUS, MODELS)
def test_no_price_breaks_a_rail(sku: Sku, model: Model) -> None:
    decision = decide(sku, model, CONFIG)
    assert violations(sku, decision.price, CONFIG) == []
    assert decision.reason
    assert decision.price > 0
    if (decision.rail or "").startswith("infeasible") and sku.current_price is not None:
        assert decision.price == sku.current_price


@settings(max_examples=400, deadline=None)
@given(SKUS)
def test_a_moved_price_stays_within_a_tenth_and_at_or_above_the_minimum(sku: Sku) -> None:
    price = decide(sku, Model("x", Decimal("0.5")), CONFIG).price
    assert price >= (sku.minimum_price or 0)
    if sku.current_price is not None and sku.current_price >= (sku.minimum_price or 0):
        assert abs(price - sku.current_price) <= sku.current_price / 10


@pytest.mark.parametrize(("target", "low", "high", "wanted"), [
    ("20.30", "18", "22", "19.99"), ("20.60", "18", "22", "20.95"), ("20.97", "18", "22", "20.95"),
    ("1.50", "1.35", "1.65", "1.49"), ("1.53", "1.52", "1.56", "1.55"), ("9.40", "9.00", "9.90", "9.39"),
    ("5.02", "5.01", "5.03", "5.02"), ("30", "10", "20", "19.99"),
])  # fmt: skip
def test_endings(target: str, low: str, high: str, wanted: str) -> None:
    assert ending(Decimal(target), Decimal(low), Decimal(high), False) == Decimal(wanted)


def test_whole_units_and_nothing_at_all() -> None:
    assert ending(Decimal("1999.4"), Decimal(1800), Decimal(2100), True) == 1999
    assert ending(Decimal("5.005"), Decimal("5.001"), Decimal("5.009"), False) is None


@pytest.mark.parametrize(("price", "wanted"), [
    ("10.40", ["minimum", "floor", "step"]), ("16.99", ["step"]),
    ("13.50", []), ("13.49", ["step"]), ("14.99", []), ("31", ["ceiling", "step"]),
])  # fmt: skip
def test_the_check_sees_each_breach(sku: Any, price: str, wanted: list[str]) -> None:
    assert violations(sku(), Decimal(price), CONFIG) == wanted
