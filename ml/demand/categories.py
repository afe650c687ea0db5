"""Forecasts per category: Prophet at the top of the hierarchy, beside the weekday mean and last week."""

import logging
from collections.abc import Collection, Mapping
from datetime import timedelta

import numpy as np
import pandas as pd

from ml.demand.config import NAIVE, Config
from ml.demand.features import Floats, Panel

BOTTOM_UP = "bottom_up"
PROPHET = "prophet"
CATEGORY_MODELS = (NAIVE, BOTTOM_UP, "weekday_mean", PROPHET)


def history(panel: Panel, category: int, origin: int) -> Floats:
    """A category's daily units before the origin (a column of `panel.units`), from its first day on."""
    until = panel.category_units.shape[1] - (panel.days - origin)
    past = panel.category_units[category, : max(until, 0)]
    begun = np.flatnonzero(~np.isnan(past))
    return past[begun[0] :] if len(begun) else past[:0]


def forecast(panel: Panel, origin: int, config: Config, wanted: Mapping[str, Collection[str]]) -> dict[str, Floats]:
    """(categories x horizon) per model of `wanted` (model to categories); NaN where not wanted or the history is too short."""
    found = {name: np.full((len(panel.categories), config.horizon), np.nan) for name in wanted}
    for name, chosen in wanted.items():
        for place, category in enumerate(panel.categories):
            past = history(panel, place, origin)
            if category in chosen and len(past) >= config.min_history_days:
                found[name][place] = _one(name, panel, past, origin, config)
    return found


def _one(name: str, panel: Panel, past: Floats, origin: int, config: Config) -> Floats:
    if name == PROPHET:
        return _prophet(panel, past, origin, config) if len(past) >= config.prophet_min_days else np.full(config.horizon, np.nan)
    if name == NAIVE:
        return np.tile(past[-7:], -(-config.horizon // 7))[: config.horizon]
    recent = past[-config.profile_days :]
    recent = recent[len(recent) % 7 :]
    return np.tile(recent.reshape(-1, 7).mean(axis=0), -(-config.horizon // 7))[: config.horizon]


def _prophet(panel: Panel, past: Floats, origin: int, config: Config) -> Floats:
    """Prophet's central forecast, kept between 0 and `explosion` times the busiest recent day."""
    logging.getLogger("prophet.plot").setLevel(logging.CRITICAL)
    from prophet import Prophet

    for noisy in ("cmdstanpy", "prophet"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    first = panel.start + timedelta(days=origin - panel.days)
    model = Prophet(
        weekly_seasonality=True, daily_seasonality=False, seasonality_mode="multiplicative", uncertainty_samples=0,
        yearly_seasonality=5 if len(past) >= config.prophet_yearly_days else False,
    )
    model.fit(pd.DataFrame({"ds": pd.date_range(end=first - timedelta(days=1), periods=len(past)), "y": past}))
    told = model.predict(pd.DataFrame({"ds": pd.date_range(first, periods=config.horizon)}))["yhat"].to_numpy(dtype=np.float64)
    return np.asarray(np.clip(told, 0.0, config.explosion * past[-config.profile_days :].max()))
