"""The whole run on a real database, Prophet included."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from ml.core.job import JobArgs
from ml.demand.config import NAIVE_VERSION
from ml.demand.job import run

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
ROWS = "select level, series_id, day, model, q05, q50, q95 from predictions.demand_forecasts order by 1, 2, 3"


@pytest.fixture
def landed(fill: Any, history: pd.DataFrame) -> None:
    fill("demand_history", history.assign(as_of=AS_OF))


def test_a_better_model_goes_live_and_forecasts_every_level(landed: None, query: Any) -> None:
    result = run(JobArgs(AS_OF))
    assert result.trained
    assert result.promoted
    assert (result.metric.value or 9) < (result.metric.naive or 0)
    assert result.rows_written == 28 * (13 + 3 + 1)
    [live] = query("select model_version, value, naive_value from predictions.live_model where capability = 'demand'")
    assert live["model_version"] == result.model_version
    sums = query("select level, round(sum(q50)::numeric) as units from predictions.demand_forecasts group by level")
    assert {row["level"] for row in sums} == {"sku", "category", "total"}
    assert len({row["units"] for row in sums}) == 1


def test_the_same_as_of_again_changes_nothing(landed: None, query: Any) -> None:
    run(JobArgs(AS_OF))
    before = query(ROWS)
    again = run(JobArgs(AS_OF))
    assert not again.trained
    assert query(ROWS) == before


def test_planted_future_days_change_nothing(landed: None, fill: Any, history: pd.DataFrame, query: Any) -> None:
    metric = run(JobArgs(AS_OF, "always")).metric
    before = query(ROWS)
    later = history[history["day"] > "2026-04-28"]
    fill("demand_history", later.assign(day=later["day"] + timedelta(days=7), units=999, as_of=AS_OF))
    assert run(JobArgs(AS_OF, "always")).metric == metric
    assert query(ROWS) == before


def test_a_shop_without_a_whole_day_of_sales_gets_no_forecast_and_says_so(warehouse: Any, query: Any) -> None:
    result = run(JobArgs(AS_OF))
    assert (result.rows_written, result.model_version, result.idle) == (0, NAIVE_VERSION, "no day of demand is known")
    assert query("select status from predictions.run") == [{"status": "complete"}]


def test_too_short_a_history_is_served_by_the_naive(fill: Any, history: pd.DataFrame, query: Any) -> None:
    fill("demand_history", history[history["day"] > "2026-03-15"].assign(as_of=AS_OF))
    result = run(JobArgs(AS_OF))
    assert result.model_version == NAIVE_VERSION
    assert not result.trained
    assert result.metric.value is None
    assert query("select distinct model from predictions.demand_forecasts where level = 'sku'") == [{"model": "seasonal_naive"}]
