"""python -m ml demand run --as-of KEY [--train auto|always|never]."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite

import numpy as np
import pandas as pd

from ml.core import artifacts, job, registry, tracking, training
from ml.core.as_of import version
from ml.core.errors import BadInputError
from ml.core.warehouse_io import run as open_run
from ml.demand import evaluate
from ml.demand.config import CAPABILITY, NAIVE_VERSION, Config
from ml.demand.features import Panel, read
from ml.demand.model import Model, Quantiles, apply, count_quantiles, from_parts, options, sku_dispersion, spreads, sum_quantiles

METRIC = "wape_item_day"


@dataclass(frozen=True)
class Trained:
    """A candidate with its figures at the last origin, beside the naive's and the live model's."""

    model: Model
    figures: dict[str, float]
    naive: dict[str, float]
    live: dict[str, float] | None

    def told(self) -> dict[str, float]:
        """Every figure that could be measured, flat."""
        named = [("", self.figures), ("naive_", self.naive), ("live_", self.live or {})]
        return {f"{who}{name}": round(value, 6) for who, values in named for name, value in values.items() if isfinite(value)}


def train(panel: Panel, as_of: datetime, live: Model | None, config: Config) -> Trained | None:
    """Choose on the earlier origins, test on the last, then choose again with it. None when the history holds no two origins."""
    places = evaluate.origins(panel, config)
    if len(places) < 2:
        return None
    found = [options(panel, place, config) for place in places]
    tested = evaluate.choose(panel, found[:-1], version(CAPABILITY, as_of), config)
    measured = [evaluate.figures(panel, found[-1], model, config) for model in (tested, Model(), *([live] if live else []))]
    final = evaluate.choose(panel, found[-2:], version(CAPABILITY, as_of), config)
    return Trained(final, measured[0], measured[1], measured[2] if live else None)


def run(args: job.JobArgs, config: Config | None = None) -> job.JobResult:
    """Train when due, then forecast every SKU, category and the total; a shop without a whole day of sales gets no forecast."""
    config = config or Config()
    try:
        panel = read(args.as_of, config)
    except BadInputError as nothing:
        return _nothing_known(args.as_of, nothing.what)
    live = _serving(args.as_of)
    due = training.wanted(CAPABILITY, args.as_of, args.train, config.retrain_every_days)
    trained = train(panel, args.as_of, live, config) if due else None
    candidate = _candidate(trained, panel, args.as_of, config) if trained else None
    promoted = training.goes_live(CAPABILITY, candidate, args.as_of)
    model = trained.model if trained and promoted else live or Model()
    frame = predict(panel, model, config)
    with open_run(CAPABILITY, args.as_of, model.version) as opened:
        opened.write("demand_forecasts", frame)
        if promoted and candidate:
            registry.promote(opened, candidate)
        metric = _metric(trained)
        opened.metrics = {"trained": trained is not None, "promoted": promoted, **(trained.told() if trained else {})}
    return job.JobResult(
        capability=CAPABILITY, as_of=args.as_of, run_id=opened.run_id, model_version=model.version, trained=trained is not None,
        promoted=promoted, rows_written=opened.rows_written, metric=metric,
    )


def _nothing_known(as_of: datetime, why: str) -> job.JobResult:
    with open_run(CAPABILITY, as_of, NAIVE_VERSION) as opened:
        opened.metrics = {"trained": False, "promoted": False}
    return job.JobResult(
        capability=CAPABILITY, as_of=as_of, run_id=opened.run_id, model_version=NAIVE_VERSION, trained=False, promoted=False,
        rows_written=0, metric=_metric(None), idle=why,
    )


def _serving(as_of: datetime) -> Model | None:
    serving = training.learnt_serving(CAPABILITY, as_of)
    return from_parts(artifacts.load(f"{CAPABILITY}/{serving}")) if serving else None


def _candidate(trained: Trained, panel: Panel, as_of: datetime, config: Config) -> registry.Candidate:
    uri = artifacts.save(CAPABILITY, trained.model.version, trained.model.parts())
    snapshot = tracking.data_snapshot(pd.DataFrame(np.nan_to_num(panel.units, nan=-1.0)).rename(columns=str))
    params = config.model_dump()
    tracking.track(CAPABILITY, as_of, trained.model.version, params=params, metrics=trained.told(), snapshot=snapshot)
    return registry.Candidate(
        trained.model.version, uri, METRIC, trained.figures[METRIC], trained.naive[METRIC],
        trained.live[METRIC] if trained.live else None, False, f"demand_history {snapshot}",
    )


def _metric(trained: Trained | None) -> job.Metric:
    if trained:
        return job.Metric(name=METRIC, value=trained.figures[METRIC], naive=trained.naive[METRIC], higher_is_better=False)
    live = registry.live(CAPABILITY)
    return job.Metric(
        name=METRIC, value=live.value if live else None, naive=live.naive_value if live else None, higher_is_better=False
    )


def predict(panel: Panel, model: Model, config: Config) -> pd.DataFrame:
    """Rows of predictions.demand_forecasts: level, series_id, day, model, q05, q50, q95."""
    found = options(panel, panel.days, config, model)
    told = apply(panel, found, model, config)
    sku = count_quantiles(told.sku, sku_dispersion(model, found.segments, config))
    category = sum_quantiles(told.category, spreads(model, panel.categories, config))
    total = sum_quantiles(told.category.sum(axis=0, keepdims=True), spreads(model, ["total"], config))
    return pd.concat([
        _rows("sku", panel.skus, told.sku_models, sku, panel),
        _rows("category", panel.categories, told.category_models, category, panel),
        _rows("total", ["total"], ["sum of categories"], total, panel),
    ], ignore_index=True)


def _rows(level: str, names: list[str], models: list[str], quantiles: Quantiles, panel: Panel) -> pd.DataFrame:
    horizon = quantiles.q50.shape[1]
    days = [panel.start + timedelta(days=step) for step in range(horizon)]
    values = {name: np.round(getattr(quantiles, name), 4).ravel() for name in ("q05", "q50", "q95")}
    series, model = np.repeat(np.array(names, object), horizon), np.repeat(np.array(models, object), horizon)
    return pd.DataFrame({"level": level, "series_id": series, "day": days * len(names), "model": model, **values})


def main(argv: Sequence[str]) -> int:
    return job.main(CAPABILITY, run, argv)
