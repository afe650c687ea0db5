"""The pool of simple forecasters, each over all SKUs at once: (skus x days before the origin) to (skus x horizon)."""

from collections.abc import Callable

import numpy as np

from ml.demand.config import NAIVE, Config
from ml.demand.features import Floats, Panel


def _weekdays(panel: Panel, start: int, end: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([panel.weekday(place) for place in range(start, end)], np.int64)


def _mean(values: Floats) -> Floats:
    """Row means of what is not NaN; 0 for a row without anything."""
    count = (~np.isnan(values)).sum(axis=1)
    return np.asarray(np.nansum(values, axis=1) / np.maximum(count, 1))


def seasonal_naive(panel: Panel, origin: int, config: Config) -> Floats:
    """Last week again, as it was sold."""
    last = np.nan_to_num(panel.units[:, origin - 7 : origin])
    return np.tile(last, (1, -(-config.horizon // 7)))[:, : config.horizon]


def weekday_mean(panel: Panel, origin: int, config: Config) -> Floats:
    """The mean of each weekday over the last weeks, days sold out left aside; a weekday never seen takes the overall mean."""
    start = max(origin - config.profile_days, 0)
    past, weekday = panel.demand[:, start:origin], _weekdays(panel, start, origin)
    level = _mean(past)
    table = np.empty((len(panel.skus), 7))
    for day in range(7):
        part = past[:, weekday == day]
        table[:, day] = np.where(np.isnan(part).all(axis=1), level, _mean(part))
    return table[:, _weekdays(panel, origin, origin + config.horizon)]


def weekday_index(panel: Panel, origin: int, config: Config) -> Floats:
    """(skus x horizon): how much of a mean day each weekday sells in the SKU's category, 1 on average."""
    start = max(origin - config.profile_days, 0)
    past, weekday = panel.demand[:, start:origin], _weekdays(panel, start, origin)
    table = np.ones((len(panel.categories), 7))
    for category in range(len(panel.categories)):
        rows = past[panel.category == category]
        whole = np.nansum(rows) / max(int((~np.isnan(rows)).sum()), 1)
        for day in range(7):
            part = rows[:, weekday == day]
            seen = int((~np.isnan(part)).sum())
            table[category, day] = np.nansum(part) / seen / whole if seen and whole else 1.0
    return table[panel.category][:, _weekdays(panel, origin, origin + config.horizon)]


def pooled(panel: Panel, origin: int, config: Config) -> Floats:
    """The SKU's mean day times its category's weekday index: a weekday profile that few sales cannot blur."""
    past = panel.demand[:, max(origin - config.profile_days, 0) : origin]
    return _mean(past)[:, np.newaxis] * weekday_index(panel, origin, config)


def recent(panel: Panel, origin: int, config: Config) -> Floats:
    """Like `pooled`, the mean fading with `recent_half_life`."""
    past = panel.demand[:, max(origin - config.profile_days, 0) : origin]
    weight = 0.5 ** (np.arange(past.shape[1])[::-1] / config.recent_half_life) * ~np.isnan(past)
    level = (np.nan_to_num(past) * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-12)
    return np.asarray(level[:, np.newaxis]) * weekday_index(panel, origin, config)


def croston_sba(panel: Panel, origin: int, config: Config) -> Floats:
    """Size over interval of intermittent sales, times 1 - alpha / 2; days sold out do not count.

    Source: Croston 1972, Syntetos & Boylan 2005.
    """
    alpha, past = config.croston_alpha, panel.demand[:, :origin]
    size, interval, waited = (np.full(len(past), start) for start in (np.nan, np.nan, 1.0))
    for day in range(past.shape[1]):
        seen = ~np.isnan(past[:, day])
        sold = seen & (past[:, day] > 0)
        first = sold & np.isnan(size)
        size = np.where(first, past[:, day], np.where(sold, size + alpha * (past[:, day] - size), size))
        interval = np.where(first, waited, np.where(sold, interval + alpha * (waited - interval), interval))
        waited = np.where(sold, 1.0, waited + seen)
    rate = np.nan_to_num((1 - alpha / 2) * size / interval)
    return np.repeat(rate[:, np.newaxis], config.horizon, axis=1)


def blend(panel: Panel, origin: int, config: Config) -> Floats:
    """The mean of the weekday mean and the recent level: of the two simple ones that err differently."""
    return (weekday_mean(panel, origin, config) + recent(panel, origin, config)) / 2


POOL: dict[str, Callable[[Panel, int, Config], Floats]] = {
    NAIVE: seasonal_naive, "weekday_mean": weekday_mean, "pooled": pooled, "recent": recent, "croston_sba": croston_sba,
    "blend": blend,
}
