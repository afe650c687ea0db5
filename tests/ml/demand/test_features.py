"""Reading: days before as_of's day in the shop's timezone, dense, nothing later."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml.core.errors import BadInputError
from ml.demand.config import Config
from ml.demand.features import read

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
CONFIG = Config()


@pytest.fixture
def landed(fill: Any, history: pd.DataFrame) -> None:
    fill("demand_history", history.assign(as_of=AS_OF))


def test_the_panel_ends_the_day_before(landed: None, history: pd.DataFrame) -> None:
    panel = read(AS_OF, CONFIG)
    assert panel.start == date(2026, 5, 5)
    assert panel.units.shape == (13, CONFIG.window)
    assert panel.weekday(panel.days) == 1
    last = history[history["day"] == "2026-05-04"].set_index("sku")["units"]
    assert panel.units[:, -1].tolist() == [last[sku] for sku in panel.skus]
    assert panel.category_units[panel.categories.index("tea")].sum() == history[history["category"] == "tea"]["units"].sum()


def test_a_late_evening_in_utc_is_tomorrow_in_berlin(landed: None) -> None:
    assert read(datetime(2026, 5, 5, 22, 30, tzinfo=UTC), CONFIG, "Europe/Berlin").start == date(2026, 5, 6)


def test_before_its_first_day_a_sku_is_unknown_and_gaps_are_zero(landed: None) -> None:
    panel = read(AS_OF, CONFIG)
    fresh = panel.units[panel.skus.index("fresh-1")]
    assert np.isnan(fresh[:-20]).all()
    assert not np.isnan(fresh[-20:]).any()
    assert panel.stock_out[panel.skus.index("tea-4")].sum() == 10


def test_later_days_and_later_knowledge_are_invisible(landed: None, fill: Any, history: pd.DataFrame) -> None:
    before = read(AS_OF, CONFIG)
    fill("demand_history", history.head(3).assign(day=date(2026, 5, 5), units=500, as_of=AS_OF))
    fill("demand_history", history.tail(3).assign(units=500, as_of=AS_OF + timedelta(days=1)))
    after = read(AS_OF, CONFIG)
    assert np.array_equal(before.units, after.units, equal_nan=True)
    assert np.array_equal(before.category_units, after.category_units, equal_nan=True)


def test_an_empty_history_is_a_bad_input(warehouse: Any) -> None:
    with pytest.raises(BadInputError, match="demand_history"):
        read(AS_OF, CONFIG)
