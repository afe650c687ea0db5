"""python -m ml recommendations run --as-of KEY [--train auto|always|never]."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np
import pandas as pd

from ml.core import artifacts, job, registry, tracking, training
from ml.core.as_of import version
from ml.core.rng import generator
from ml.core.warehouse_io import run as open_run
from ml.recommendations import evaluate
from ml.recommendations.bodies import recommendation_rows, similar_rows, trending_rows
from ml.recommendations.candidates import signals
from ml.recommendations.config import CAPABILITY, PERSONAL_FREQUENCY, POPULARITY, Config
from ml.recommendations.features import Dataset, read
from ml.recommendations.model import Model, from_parts, naive
from ml.recommendations.similarity import fit

METRIC = "ndcg_at_10"


@dataclass(frozen=True)
class Trained:
    """A candidate with its figures on the held-out fortnight; live: None where no model is."""

    model: Model
    value: float
    popularity: float
    personal_frequency: float
    live: float | None
    customers: int

    def figures(self) -> dict[str, float]:
        """Every figure that could be measured, for MLflow and predictions.run.metrics."""
        raw = {
            METRIC: self.value, "popularity": self.popularity, "personal_frequency": self.personal_frequency, "live": self.live,
            "customers": float(self.customers),
        }
        return {name: round(value, 6) for name, value in raw.items() if value is not None and np.isfinite(value)}


def train(dataset: Dataset, as_of: datetime, live: Model | None, config: Config) -> Trained:
    """Choose weights on the fortnight before the last, measure on the last, then learn from everything.

    A live model that has seen the held-out days is measured by its weights on the neighbours known before them.
    """
    test_day, items = dataset.now - config.holdout_days, len(dataset.items)
    validation_day = test_day - config.holdout_days
    rng = partial(generator, CAPABILITY, as_of)
    earlier = fit(dataset.history.before(validation_day), items, config)
    validation = evaluate.trial(dataset, earlier, validation_day, config, rng=rng("validation"), end=test_day)
    weights = evaluate.choose_weights([validation], config)
    similarity = fit(dataset.history.before(test_day), items, config)
    test = evaluate.trial(dataset, similarity, test_day, config, rng=rng("test"))
    value, popularity, personal = (evaluate.ndcg(test, w, config, dataset) for w in (weights, POPULARITY, PERSONAL_FREQUENCY))
    if live and live.trained_day <= test_day:
        test = evaluate.trial(dataset, live.similarity, test_day, config, rng=rng("test"))
    live_value = evaluate.ndcg(test, live.weights, config, dataset) if live else None
    final = Model(version(CAPABILITY, as_of), weights, fit(dataset.history, items, config), dataset.now)
    return Trained(final, value, popularity, personal, live_value, len(test.customers))


def run(args: job.JobArgs, config: Config | None = None) -> job.JobResult:
    """Train when due, then recommend to every active customer."""
    config = config or Config()
    dataset = read(args.as_of, config)
    live = _serving(args.as_of, dataset)
    trained = None
    if training.wanted(CAPABILITY, args.as_of, args.train, config.retrain_every_days):
        trained = train(dataset, args.as_of, live, config)
    candidate = _candidate(trained, dataset, args.as_of) if trained else None
    promoted = training.goes_live(CAPABILITY, candidate, args.as_of)
    model = trained.model if trained and promoted else live or naive(len(dataset.items))
    frames = _predict(dataset, model, config)
    with open_run(CAPABILITY, args.as_of, model.version) as opened:
        for table, frame in frames.items():
            opened.write(table, frame)
        if promoted and candidate:
            registry.promote(opened, candidate)
        metric = _metric(trained)
        opened.metrics = {"trained": trained is not None, "promoted": promoted, **(trained.figures() if trained else {})}
    return job.JobResult(
        capability=CAPABILITY, as_of=args.as_of, run_id=opened.run_id, model_version=model.version, trained=trained is not None,
        promoted=promoted, rows_written=opened.rows_written, metric=metric,
    )


def _serving(as_of: datetime, dataset: Dataset) -> Model | None:
    serving = training.learnt_serving(CAPABILITY, as_of)
    return from_parts(artifacts.load(f"{CAPABILITY}/{serving}"), dataset.items) if serving else None


def _candidate(trained: Trained, dataset: Dataset, as_of: datetime) -> registry.Candidate:
    uri = artifacts.save(CAPABILITY, trained.model.version, trained.model.parts(dataset.items))
    snapshot = tracking.data_snapshot(pd.DataFrame({"customer": dataset.history.customer, "item": dataset.history.item}))
    weights = trained.model.weights.model_dump()
    tracking.track(CAPABILITY, as_of, trained.model.version, params=weights, metrics=trained.figures(), snapshot=snapshot)
    return registry.Candidate(
        trained.model.version, uri, METRIC, trained.value, trained.popularity, trained.live, True, f"interactions {snapshot}"
    )


def _metric(trained: Trained | None) -> job.Metric:
    if trained:
        return job.Metric(name=METRIC, value=trained.value, naive=trained.popularity)
    live = registry.live(CAPABILITY)
    return job.Metric(name=METRIC, value=live.value if live else None, naive=live.naive_value if live else None)


def _predict(dataset: Dataset, model: Model, config: Config) -> dict[str, pd.DataFrame]:
    known = signals(dataset, dataset.history, model.similarity, dataset.now, config)
    return {
        "recommendations": recommendation_rows(dataset, known, model.weights, config),
        "trending": trending_rows(dataset, known, config),
        "similar_products": similar_rows(dataset, known, config),
    }


def main(argv: Sequence[str]) -> int:
    return job.main(CAPABILITY, run, argv)


