"""Each forecaster against an answer known by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from ml.demand.config import Config
from ml.demand.features import Panel, panel
from ml.demand.pool import POOL, croston_sba, pooled, recent, seasonal_naive, weekday_mean

CONFIG = Config(horizon=7, origins=1)
START = date(2026, 5, 4)  # a Monday


def of(units: list[float], out: set[int] | None = None) -> Panel:
    days = pd.date_range(end="2026-05-03", periods=len(units))
    daily = pd.DataFrame({"sku": "a", "category": "c", "day": days, "units": units, "is_stock_out": False})
    daily.loc[list(out or ()), "is_stock_out"] = True
    return panel(daily, daily[["category", "day", "units"]], START, CONFIG)


def one(name: str, made: Panel) -> list[float]:
    return [round(value, 6) for value in POOL[name](made, made.days, CONFIG)[0].tolist()]


def test_last_week_again() -> None:
    assert one("seasonal_naive", of([9.0] * 7 + [1, 2, 3, 4, 5, 6, 7])) == [1, 2, 3, 4, 5, 6, 7]


def test_weekday_mean_leaves_days_sold_out_aside() -> None:
    made = of([2.0, 0, 0, 0, 0, 0, 8, 4, 0, 0, 0, 0, 0, 0], out={13})
    assert one("weekday_mean", made) == [3, 0, 0, 0, 0, 0, 8]


def test_pooled_is_the_mean_day_times_the_categorys_weekdays() -> None:
    assert one("pooled", of([7, 0, 0, 0, 0, 0, 7] * 8)) == [7, 0, 0, 0, 0, 0, 7]


def test_recent_follows_a_change_of_level_faster_than_the_mean() -> None:
    made = of([1.0] * 42 + [11.0] * 14)
    assert 5 < recent(made, made.days, CONFIG).mean() < 11
    assert weekday_mean(made, made.days, CONFIG).mean() == pytest.approx(3.5)


def test_croston_of_one_sale_every_four_days() -> None:
    made = of([0, 0, 0, 8] * 10)
    assert croston_sba(made, made.days, CONFIG)[0] == pytest.approx(np.full(7, 8 / 4 * 0.95))


def test_a_sku_that_never_sold_is_forecast_at_zero() -> None:
    made = of([0.0] * 30)
    assert all(set(one(name, made)) == {0.0} for name in POOL)


def test_the_week_is_kept_from_any_day() -> None:
    made = of([1, 2, 3, 4, 5, 6, 7] * 6)
    origin = made.days - 3
    assert seasonal_naive(made, origin, CONFIG)[0].tolist() == [5, 6, 7, 1, 2, 3, 4]
    assert weekday_mean(made, origin, CONFIG)[0] == pytest.approx([5, 6, 7, 1, 2, 3, 4])
    assert pooled(made, origin, CONFIG)[0] == pytest.approx(np.array([5, 6, 7, 1, 2, 3, 4]), rel=0.05)
