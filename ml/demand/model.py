"""Which forecaster serves which segment, how SKUs and categories are made to agree, and how wide the forecast is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from ml.demand import categories
from ml.demand.categories import BOTTOM_UP, CATEGORY_MODELS
from ml.demand.config import NAIVE, NAIVE_VERSION, Config
from ml.demand.features import Floats, Panel
from ml.demand.pool import POOL

ANY = "*"


@dataclass(frozen=True)
class Model:
    """Choices by segment (`<category>|smooth`, `|intermittent`, `|new`; `*` = any other) and category; the rest takes the naive.

    dispersion: k of var = mean + k mean^2 per segment; spread: relative standard deviation per category and of `total`.
    """

    version: str = NAIVE_VERSION
    sku: Mapping[str, str] = field(default_factory=dict)
    category: Mapping[str, str] = field(default_factory=dict)
    dispersion: Mapping[str, float] = field(default_factory=dict)
    spread: Mapping[str, float] = field(default_factory=dict)

    def parts(self) -> dict[str, Any]:
        """What `artifacts.save` stores."""
        return {"model.json": asdict(self)}


def from_parts(parts: Mapping[str, Any]) -> Model:
    return Model(**parts["model.json"])


@dataclass(frozen=True)
class Options:
    """Everything the pool says at one origin: per SKU model (skus x horizon), per category model (categories x horizon)."""

    origin: int
    segments: list[str]
    sku: dict[str, Floats]
    category: dict[str, Floats]


@dataclass(frozen=True)
class Forecast:
    """Central forecasts that agree: each category is the sum of its SKUs. Names say which models made a row."""

    sku: Floats
    category: Floats
    sku_models: list[str]
    category_models: list[str]


def segments(panel: Panel, origin: int, config: Config) -> list[str]:
    """The segment of each SKU by what was known before the origin."""
    past = panel.demand[:, max(origin - config.profile_days, 0) : origin]
    seen = (~np.isnan(past)).sum(axis=1)
    share = (np.nan_to_num(past) > 0).sum(axis=1) / np.maximum(seen, 1)
    kind = np.where(seen < 14, "new", np.where(share >= config.smooth_share, "smooth", "intermittent"))
    return [f"{panel.categories[c]}|{k}" for c, k in zip(panel.category, kind, strict=True)]


def options(panel: Panel, origin: int, config: Config, model: Model | None = None) -> Options:
    """Run the pool at an origin (a column of `panel.units`); with a model, only what it has chosen of the categories' models."""
    names = CATEGORY_MODELS if model is None else sorted(set(model.category.values()))
    chosen = {name: [c for c in panel.categories if model is None or model.category.get(c) == name] for name in names}
    wanted = {name: places for name, places in chosen.items() if name != BOTTOM_UP}
    sku = {name: make(panel, origin, config) for name, make in POOL.items()}
    return Options(origin, segments(panel, origin, config), sku, categories.forecast(panel, origin, config, wanted))


def apply(panel: Panel, found: Options, model: Model, config: Config) -> Forecast:
    """The model's choice for every SKU, scaled day by day so that categories agree with theirs."""
    chosen = [model.sku.get(segment) or model.sku.get(ANY, NAIVE) for segment in found.segments]
    base = np.stack([found.sku[name][row] for row, name in enumerate(chosen)]) if chosen else np.zeros((0, config.horizon))
    sku, category_models = base.copy(), []
    for place, category in enumerate(panel.categories):
        rows, name = panel.category == place, model.category.get(category, BOTTOM_UP)
        target = found.category[name][place] if name in found.category else np.full(config.horizon, np.nan)
        if name != BOTTOM_UP and np.isnan(target).any():
            name = f"{NAIVE} (short history)"
            sku[rows] = found.sku[NAIVE][rows]
        elif name != BOTTOM_UP:
            sku[rows] = _scaled(base[rows], target, config.scale_limit)
        category_models.append(name if model.category else NAIVE)
    return Forecast(sku, sums(sku, panel), _names(chosen, panel, category_models), category_models)


def _names(chosen: list[str], panel: Panel, category_models: list[str]) -> list[str]:
    told = [category_models[place] for place in panel.category]
    return [own if top in (BOTTOM_UP, NAIVE) else f"{own}, scaled to {top}" for own, top in zip(chosen, told, strict=True)]


def _scaled(base: Floats, target: Floats, limit: float) -> Floats:
    """Proportions kept, sums met, unless that would take more than `limit`; a day on which no SKU sells stays at 0."""
    total = base.sum(axis=0)
    factor = np.clip(np.divide(target, total, out=np.ones_like(target), where=total > 0), 1 / limit, limit)
    return np.asarray(base * factor)


def sums(sku: Floats, panel: Panel) -> Floats:
    """(categories x horizon): the SKUs' sums."""
    total = np.zeros((len(panel.categories), sku.shape[1]))
    np.add.at(total, panel.category, sku)
    return total


@dataclass(frozen=True)
class Quantiles:
    """0 <= q05 <= q50 <= q95, each of the forecast's shape.

    q50 is the central forecast (expected units): it adds up over the hierarchy; the medians of slow sellers, mostly 0, would not.
    """

    q05: Floats
    q50: Floats
    q95: Floats


def count_quantiles(mean: Floats, dispersion: Floats) -> Quantiles:
    """Negative binomial with var = mean + k mean^2 (k per row; Poisson where k = 0), its range widened to hold the mean."""
    from scipy.stats import nbinom, poisson

    k = np.broadcast_to(np.maximum(dispersion, 0.0)[:, np.newaxis], mean.shape)
    size = 1 / np.maximum(k, 1e-9)
    low, high = (np.where(k < 1e-6, poisson.ppf(q, mean), nbinom.ppf(q, size, size / (size + mean))) for q in (0.05, 0.95))
    low, high = (np.nan_to_num(np.where(mean > 0, edge, 0.0)) for edge in (low, high))
    return Quantiles(np.minimum(low, mean), mean, np.maximum(high, mean))


def sum_quantiles(mean: Floats, spread: Floats) -> Quantiles:
    """Normal with a standard deviation of `spread` (per row) times the mean, cut at 0."""
    width = 1.6449 * spread[:, np.newaxis] * mean
    return Quantiles(np.maximum(mean - width, 0.0), mean, mean + width)


def sku_dispersion(model: Model, names: list[str], config: Config) -> Floats:
    return np.array([model.dispersion.get(name, config.default_dispersion) for name in names])


def spreads(model: Model, names: list[str], config: Config) -> Floats:
    return np.array([model.spread.get(name, config.default_spread) for name in names])
