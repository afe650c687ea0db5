"""Agreement over the hierarchy, spread, short histories, round trip."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.core import artifacts
from ml.demand.config import Config
from ml.demand.features import Panel, panel
from ml.demand.job import predict
from ml.demand.model import Model, apply, count_quantiles, from_parts, options, segments, sum_quantiles, sums

CONFIG = Config()
START = date(2026, 5, 5)


@pytest.fixture
def made(history: pd.DataFrame) -> Panel:
    categories = history.groupby(["category", "day"], as_index=False)[["units"]].sum()
    since = pd.Timestamp(START) - pd.Timedelta(days=CONFIG.window)
    return panel(history[history["day"] >= since].sort_values(["sku", "day"]), categories, START, CONFIG)


def test_segments_tell_smooth_from_intermittent_and_new(made: Panel) -> None:
    found = dict(zip(made.skus, segments(made, made.days, CONFIG), strict=True))
    assert found["tea-2"] == "tea|smooth"
    assert found["tea-slow"] == "tea|intermittent"
    assert segments(made, made.days - 10, CONFIG)[made.skus.index("fresh-1")] == "fresh|new"


def test_skus_agree_with_their_category(made: Panel) -> None:
    model = Model("x", {"*": "pooled"}, {"tea": "prophet", "cups": "weekday_mean", "fresh": "bottom_up"})
    found = options(made, made.days, CONFIG, model)
    told = apply(made, found, model, CONFIG)
    open_days = [day for day in range(28) if made.weekday(made.days + day) != 6]
    for place, category in enumerate(made.categories):
        if category != "fresh":
            wanted = found.category[model.category[category]][place]
            assert told.category[place][open_days] == pytest.approx(wanted[open_days], rel=1e-6)
    assert sums(told.sku, made) == pytest.approx(told.category)
    assert told.sku_models[made.skus.index("tea-1")] == "pooled, scaled to prophet"


def test_a_short_history_falls_back_to_last_week_and_says_so(made: Panel) -> None:
    model = Model("x", {"*": "pooled"}, dict.fromkeys(made.categories, "prophet"))
    rows = predict(made, model, CONFIG)
    fresh = rows[(rows["level"] == "category") & (rows["series_id"] == "fresh")]
    assert set(fresh["model"]) == {"seasonal_naive (short history)"}
    last = made.units[made.skus.index("fresh-1"), -7:]
    assert fresh["q50"].tolist() == np.tile(last, 4).tolist()


def test_an_exploding_category_cannot_carry_its_skus_away(made: Panel) -> None:
    model = Model("x", {"*": "pooled"}, dict.fromkeys(made.categories, "prophet"))
    found = options(made, made.days, CONFIG, model)
    found.category["prophet"][:] = 1e6
    base = apply(made, found, Model("y", {"*": "pooled"}, {}), CONFIG)
    assert (apply(made, found, model, CONFIG).sku <= CONFIG.scale_limit * base.sku + 1e-9).all()


def test_rows_are_complete_and_the_total_is_the_sum(made: Panel) -> None:
    rows = predict(made, Model(), CONFIG)
    assert rows.groupby("level")["q50"].sum().round(2).nunique() == 1
    assert rows.groupby("level").size().to_dict() == {"sku": 28 * 13, "category": 28 * 3, "total": 28}
    assert (rows["q05"] >= 0).all()
    assert (rows["q05"] <= rows["q50"]).all()
    assert (rows["q50"] <= rows["q95"]).all()
    assert rows["day"].min() == START


@given(
    st.lists(st.floats(0, 1e5, allow_nan=False), min_size=1, max_size=8), st.floats(0, 20),
)
def test_quantiles_are_ordered_and_not_negative(mean: list[float], width: float) -> None:
    values = np.array([mean])
    for range_ in (count_quantiles(values, np.array([width])), sum_quantiles(values, np.array([width]))):
        assert (range_.q05 >= 0).all()
        assert (range_.q05 <= range_.q50).all()
        assert (range_.q50 <= range_.q95).all()
        assert np.isfinite(range_.q95).all()


def test_saved_and_loaded_is_equal(tmp_path: Path) -> None:
    model = Model("demand-x", {"tea|smooth": "blend"}, {"tea": "prophet"}, {"tea|smooth": 0.25}, {"total": 0.1})
    store = artifacts.open_store(str(tmp_path))
    assert from_parts(artifacts.load(artifacts.save("demand", "x", model.parts(), store), store)) == model
