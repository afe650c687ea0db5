"""A year of a small shop: weekly rhythm, a slow seller, a stock-out, a new category."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
WEEK = np.array([4, 4, 5, 6, 9, 14, 0])  # Monday to Sunday


@pytest.fixture(scope="session")
def history() -> pd.DataFrame:
    """Rows as features.demand_history gives them: 12 SKUs of two categories over 300 days, and `fresh-1` since 20 days."""
    rng = np.random.default_rng(3)
    days = pd.date_range(end="2026-05-04", periods=300)
    rows = [_sku(f"{category}-{n}", category, days, rng.poisson(WEEK[days.day_of_week] * (n + 1) / 2), rng)
            for category in ("tea", "cups") for n in range(5)]
    rows += [_sku(f"{category}-slow", category, days, rng.poisson(0.08, len(days)), rng) for category in ("tea", "cups")]
    rows.append(_sku("fresh-1", "fresh", days[-20:], rng.poisson(3, 20), rng))
    frame = pd.concat(rows, ignore_index=True)
    out = (frame["sku"] == "tea-4") & (frame["day"] >= "2026-04-21") & (frame["day"] < "2026-05-01")
    frame.loc[out, ["units", "is_stock_out"]] = [0, True]
    return frame


def _sku(sku: str, category: str, days: pd.DatetimeIndex, units: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame({"sku": sku, "category": category, "day": days, "units": units, "is_stock_out": False})
