"""The whole run on a real database: what is read, written, promoted and repeated."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml.core.errors import BadInputError
from ml.core.job import JobArgs
from ml.core.warehouse_io import run as open_run
from ml.pricing.config import NAIVE_VERSION
from ml.pricing.features import read
from ml.pricing.job import run

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
ROWS = "select sku, price, currency, previous_price, rail, reason, reason_parts::text from predictions.prices order by sku"


@pytest.fixture
def rows() -> pd.DataFrame:
    """50 SKUs, a third of them priced too low against their market; one without a cost, one without a price."""
    rng = np.random.default_rng(5)
    cost = rng.uniform(3, 60, 50).round(2)
    price = (cost * rng.uniform(1.2, 2.2, 50)).round(2)
    frame = pd.DataFrame({
        "sku": [f"S{n:02}" for n in range(50)], "as_of": AS_OF, "category": [f"c{n % 3}" for n in range(50)], "cost": cost,
        "minimum_price": (cost * 1.05).round(2), "current_price": price, "currency": "EUR",
        "reference_price": (price * 1.4).round(2), "stock": rng.integers(0, 300, 50), "units_7d": 5,
        "units_28d": rng.integers(0, 60, 50), "lead_time_days": 7,
        "competitor_lowest": (price * 1.05).round(2), "competitor_median": (price * rng.uniform(0.9, 1.4, 50)).round(2),
        "competitor_count": rng.integers(0, 6, 50), "lowest_30d": price,
    })
    frame.loc[48, "cost"] = np.nan
    frame.loc[49, "current_price"] = np.nan
    return frame


def test_every_sku_gets_an_explained_price(rows: pd.DataFrame, fill: Any, query: Any) -> None:
    fill("sku_pricing", rows)
    result = run(JobArgs(AS_OF))
    written = query(ROWS)
    assert [row["sku"] for row in written] == [f"S{n:02}" for n in range(50)]
    assert result.rows_written == 50
    assert all(row["reason"] for row in written)
    assert query("select metrics ->> 'rail_violations' as n from predictions.run") == [{"n": "0"}]
    assert result.metric.name == "simulated_margin_28d_EUR_at_elasticity_-2"
    assert result.promoted == ((result.metric.value or 0) > (result.metric.naive or 0))
    assert result.promoted
    moved = [row for row in written if row["previous_price"] is not None and row["price"] != row["previous_price"]]
    assert moved
    assert all(f"from {row['previous_price']:.2f} to {row['price']:.2f} EUR" in row["reason"] for row in moved)


def test_the_same_as_of_again_changes_nothing(rows: pd.DataFrame, fill: Any, query: Any) -> None:
    fill("sku_pricing", rows)
    run(JobArgs(AS_OF))
    before = query(ROWS)
    again = run(JobArgs(AS_OF))
    assert not again.trained
    assert query(ROWS) == before


def test_never_trained_means_held(rows: pd.DataFrame, fill: Any, query: Any) -> None:
    fill("sku_pricing", rows)
    result = run(JobArgs(AS_OF, "never"))
    assert result.model_version == NAIVE_VERSION
    assert result.metric.value == result.metric.naive
    assert query("select count(*) as n from predictions.prices where price <> previous_price and rail is null") == [{"n": 0}]


def test_rows_of_a_later_as_of_are_invisible(rows: pd.DataFrame, fill: Any) -> None:
    fill("sku_pricing", rows)
    before = read(AS_OF)
    fill("sku_pricing", rows.assign(as_of=AS_OF + timedelta(days=1), cost=99))
    assert read(AS_OF) == before


def test_the_newest_forecast_is_used_and_dated(rows: pd.DataFrame, fill: Any) -> None:
    fill("sku_pricing", rows)
    for day, units in ((1, 2.0), (0, 6.0)):
        told = pd.DataFrame({"level": "sku", "series_id": "S01", "day": [date(2026, 5, 5), date(2026, 5, 6)], "model": "m"})
        with open_run("demand", AS_OF - timedelta(days=day), "demand-x") as opened:
            opened.write("demand_forecasts", told.assign(q05=0.0, q50=[units, units + 1], q95=9.0))
    found = {sku.sku: sku for sku in read(AS_OF)}
    assert (found["S01"].daily_demand, found["S01"].demand_source, found["S01"].demand_as_of) == (6.5, "forecast", AS_OF)
    assert found["S02"].demand_source == "units_28d"
    assert found["S02"].daily_demand == rows["units_28d"].tolist()[2] / 28


def test_without_a_cost_a_price_stays_and_says_why(rows: pd.DataFrame, fill: Any, query: Any) -> None:
    fill("sku_pricing", rows.assign(cost=np.nan))
    result = run(JobArgs(AS_OF))
    assert (result.model_version, result.trained, result.metric.value, result.metric.naive) == (NAIVE_VERSION, False, None, None)
    written = query(ROWS)
    assert [row["sku"] for row in written] == [f"S{n:02}" for n in range(49)]  # S49 has no price to keep
    assert all(row["price"] == row["previous_price"] and row["rail"] == "no cost" for row in written)
    kept = f"Kept at {written[0]['price']:.2f} EUR; its cost is not known, so no other price can be justified"
    assert written[0]["reason"] == kept
    assert query("select metrics ->> 'uncosted' as n from predictions.run") == [{"n": "49"}]


def test_no_sku_at_all_is_a_bad_input(warehouse: Any) -> None:
    with pytest.raises(BadInputError, match="sku_pricing"):
        run(JobArgs(AS_OF))
