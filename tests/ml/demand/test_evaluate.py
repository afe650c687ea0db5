"""Choice by rolling origins: known winners, no look ahead, figures by hand."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml.demand import evaluate
from ml.demand.config import NAIVE, Config
from ml.demand.features import Panel, panel
from ml.demand.model import Model, options

CONFIG = Config(prophet_min_days=10_000)  # Prophet has a test of its own
START = date(2026, 5, 5)


def of(history: pd.DataFrame) -> Panel:
    categories = history.groupby(["category", "day"], as_index=False)[["units"]].sum()
    since = pd.Timestamp(START) - pd.Timedelta(days=CONFIG.window)
    return panel(history[history["day"] >= since].sort_values(["sku", "day"]), categories, START, CONFIG)


@pytest.fixture
def made(history: pd.DataFrame) -> Panel:
    return of(history)


def test_origins_are_a_horizon_apart_and_need_history(made: Panel, history: pd.DataFrame) -> None:
    assert evaluate.origins(made, CONFIG) == [made.days - 84, made.days - 56, made.days - 28]
    short = of(history[history["day"] >= pd.Timestamp("2026-03-01")])
    assert evaluate.origins(short, CONFIG) == [short.days - 28]


def test_where_days_are_noise_around_a_rhythm_the_mean_beats_last_week(made: Panel) -> None:
    found = [options(made, origin, CONFIG) for origin in evaluate.origins(made, CONFIG)]
    model = evaluate.choose(made, found[:-1], "x", CONFIG)
    assert model.sku["tea|smooth"] != NAIVE
    ours, naive = (evaluate.figures(made, found[-1], one, CONFIG) for one in (model, Model()))
    assert ours["wape_item_day"] < 0.85 * naive["wape_item_day"]
    assert abs(ours["bias"]) < 0.15
    assert 0.8 < ours["within_90"] <= 1


def test_the_naive_stays_where_it_is_exact() -> None:
    days = pd.date_range(end="2026-05-04", periods=200)
    units = (np.arange(200) % 7 + np.arange(200) // 7 % 2 * 0).astype(float)
    exact = pd.DataFrame({"sku": "a", "category": "c", "day": days, "units": units, "is_stock_out": False})
    made = of(exact)
    found = [options(made, origin, CONFIG) for origin in evaluate.origins(made, CONFIG)]
    assert evaluate.choose(made, found, "x", CONFIG).sku["c|smooth"] == NAIVE


def test_days_after_the_origin_do_not_reach_the_forecast(made: Panel, history: pd.DataFrame) -> None:
    planted = history.copy()
    planted.loc[planted["day"] >= pd.Timestamp(START) - pd.Timedelta(days=28), "units"] = 9999
    origin = made.days - 28
    before, after = (options(one, origin, CONFIG) for one in (made, of(planted)))
    assert before.segments == after.segments
    for name in before.sku:
        assert np.array_equal(before.sku[name], after.sku[name])
    for name in before.category:
        assert np.array_equal(before.category[name], after.category[name], equal_nan=True)


def test_errors_by_hand_leave_unknown_days_out() -> None:
    truth = np.array([[1.0, 3.0, np.nan], [0.0, 2.0, 2.0]])
    told = np.array([[2.0, 1.0, 50.0], [0.0, 0.0, 3.0]])
    found = evaluate.errors(truth, told)
    assert (found.day, found.month, found.units) == (6.0, 2.0, 8.0)


def test_a_stock_out_is_not_held_against_a_forecast(made: Panel) -> None:
    sku: Any = made.skus.index("tea-4")
    assert np.isnan(evaluate.actual(made, made.days - 28, CONFIG)[sku]).sum() == 10
