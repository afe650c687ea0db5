"""Rolling origins: the earlier ones choose, the last one tests; WAPE and bias beside last week's sales."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from ml.core import metrics
from ml.demand.categories import BOTTOM_UP, CATEGORY_MODELS
from ml.demand.config import NAIVE, Config
from ml.demand.features import Floats, Panel
from ml.demand.model import ANY, Forecast, Model, Options, apply, count_quantiles, sku_dispersion, sums
from ml.demand.pool import POOL


def origins(panel: Panel, config: Config) -> list[int]:
    """Columns to forecast from, oldest first, `horizon` apart; only those with `min_history_days` of any SKU before them."""
    begun = int(np.flatnonzero(~np.isnan(panel.units).all(axis=0))[0])
    places = [panel.days - config.horizon * (number + 1) for number in range(config.origins)]
    return sorted(place for place in places if place - begun >= config.min_history_days)


def actual(panel: Panel, origin: int, config: Config) -> Floats:
    """(skus x horizon) units sold from the origin on; NaN where they say nothing of demand."""
    return panel.demand[:, origin : origin + config.horizon]


@dataclass(frozen=True)
class Errors:
    """Sums of absolute errors of one forecaster: by day, and of 28-day sums; units: what was sold."""

    day: float
    month: float
    units: float

    def score(self, naive: "Errors") -> float:
        """The mean of both errors, each over the naive's; 1 where the naive makes none."""
        pairs = ((self.day, naive.day), (self.month, naive.month))
        return float(np.mean([mine / bar if bar else float(mine > 0) + 1 for mine, bar in pairs]))


def errors(truth: Floats, forecast: Floats) -> Errors:
    """Over rows (skus) and days that say something of demand."""
    seen = ~np.isnan(truth)
    sold, told = np.where(seen, truth, 0.0), np.where(seen, forecast, 0.0)
    return Errors(float(np.abs(sold - told).sum()), float(np.abs((sold - told).sum(axis=1)).sum()), float(sold.sum()))


def choose(panel: Panel, found: Sequence[Options], version: str, config: Config) -> Model:
    """The model with the least error per segment, then per category, over the given origins; and the spread of what is chosen."""
    sku = _choose_sku(panel, found, config)
    base = Model(version, sku, dict.fromkeys(panel.categories, BOTTOM_UP))
    category = _choose_category(panel, found, base, config)
    model = Model(version, sku, category)
    applied = [(apply(panel, one, model, config), one) for one in found]
    return Model(version, sku, category, _dispersion(panel, applied, config), _spread(panel, applied, config))


def _add(one: Errors, other: Errors) -> Errors:
    return Errors(one.day + other.day, one.month + other.month, one.units + other.units)


def _best(total: dict[str, Errors]) -> str:
    """The lowest score; the naive where nobody beats it."""
    naive = total[NAIVE]
    return min(total, key=lambda name: (total[name].score(naive), name != NAIVE))


def _choose_sku(panel: Panel, found: Sequence[Options], config: Config) -> dict[str, str]:
    totals: dict[str, dict[str, Errors]] = defaultdict(lambda: dict.fromkeys(POOL, Errors(0, 0, 0)))
    for one in found:
        truth, segment = actual(panel, one.origin, config), np.array(one.segments)
        for name in sorted(set(one.segments)):
            rows = segment == name
            for model, forecast in one.sku.items():
                totals[name][model] = _add(totals[name][model], errors(truth[rows], forecast[rows]))
    whole = {model: reduce(_add, (total[model] for total in totals.values())) for model in POOL}
    return {name: _best(total) for name, total in totals.items()} | {ANY: _best(whole)}


def _choose_category(panel: Panel, found: Sequence[Options], base: Model, config: Config) -> dict[str, str]:
    """Bottom-up is one of the candidates; a category that some candidate cannot forecast yet leaves that one out."""
    totals: dict[str, dict[str, Errors]] = {c: dict.fromkeys(CATEGORY_MODELS, Errors(0, 0, 0)) for c in panel.categories}
    for one in found:
        truth = sums(np.nan_to_num(panel.units[:, one.origin : one.origin + config.horizon]), panel)
        told = one.category | {BOTTOM_UP: apply(panel, one, base, config).category}
        for place, category in enumerate(panel.categories):
            for model, forecast in told.items():
                if np.isnan(forecast[place]).any():
                    totals[category].pop(model, None)
                elif model in totals[category]:
                    mine = errors(truth[[place]], forecast[[place]])
                    totals[category][model] = _add(totals[category][model], mine)
    return {category: _best(total) if NAIVE in total else NAIVE for category, total in totals.items()}


Applied = Sequence[tuple[Forecast, Options]]


def _dispersion(panel: Panel, applied: Applied, config: Config) -> dict[str, float]:
    """k of var = mean + k mean^2 by the moments of each segment's errors."""
    excess: dict[str, float] = defaultdict(float)
    square: dict[str, float] = defaultdict(float)
    for forecast, one in applied:
        truth = actual(panel, one.origin, config)
        gap = np.nansum((truth - forecast.sku) ** 2 - forecast.sku, axis=1)
        weight = np.nansum(np.where(np.isnan(truth), np.nan, forecast.sku) ** 2, axis=1)
        for segment, more, size in zip(one.segments, gap, weight, strict=True):
            excess[segment] += float(more)
            square[segment] += float(size)
    return {s: round(float(np.clip(excess[s] / square[s], 0, 20)), 6) if square[s] else config.default_dispersion for s in excess}


def _spread(panel: Panel, applied: Applied, config: Config) -> dict[str, float]:
    """The root mean square of relative errors, per category and of the total."""
    rows: dict[str, list[Floats]] = defaultdict(list)
    for forecast, one in applied:
        truth = sums(np.nan_to_num(panel.units[:, one.origin : one.origin + config.horizon]), panel)
        for place, category in enumerate(panel.categories):
            rows[category].append((truth[place] - forecast.category[place]) / np.maximum(forecast.category[place], 1))
        whole = forecast.category.sum(axis=0)
        rows["total"].append((truth.sum(axis=0) - whole) / np.maximum(whole, 1))
    return {name: round(float(np.sqrt(np.mean(np.concatenate(parts) ** 2))), 6) for name, parts in rows.items()}


def figures(panel: Panel, one: Options, model: Model, config: Config) -> dict[str, float]:
    """What a model scores at an origin.

    WAPE by item-day, item-28-day sum, category-day and total-day; bias; within_90: the share of item-days from q05 to q95.
    """
    forecast, truth = apply(panel, one, model, config), actual(panel, one.origin, config)
    seen = ~np.isnan(truth)
    sold, told = np.where(seen, truth, 0.0), np.where(seen, forecast.sku, 0.0)
    by_category, told_category = sums(sold, panel), sums(told, panel)
    edges = count_quantiles(forecast.sku, sku_dispersion(model, one.segments, config))
    inside = ((truth >= edges.q05) & (truth <= edges.q95))[seen]
    return {
        "wape_item_day": metrics.wape(sold, told), "wape_item_28d": metrics.wape(sold.sum(axis=1), told.sum(axis=1)),
        "wape_category_day": metrics.wape(by_category, told_category),
        "wape_total_day": metrics.wape(by_category.sum(axis=0), told_category.sum(axis=0)),
        "bias": metrics.bias(sold, told), "within_90": float(inside.mean()) if len(inside) else float("nan"),
    }
