"""python -m ml deals run --as-of KEY: refuse, judge and score every deal candidate; learn from clicks when due."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from ml.core import artifacts, job, registry, tracking, training
from ml.core.warehouse_io import Run, run
from ml.deals.config import DealsConfig
from ml.deals.evaluate import agreement
from ml.deals.features import read_candidates, read_outcomes
from ml.deals.learning import CAPABILITY, METRIC, Model, Trained, from_parts, train
from ml.deals.model import counts, score_deals
from ml.deals.reputation import joined, read_reputations


def run_job(asked: job.JobArgs, config: DealsConfig | None = None) -> job.JobResult:
    """Score all candidates and merchants at `as_of` in one run; refused deals keep their reasons. rows_written: deals."""
    config = config or DealsConfig()
    candidates, reputations = read_candidates(), read_reputations(config)
    live = _serving(asked.as_of)
    due = training.wanted(CAPABILITY, asked.as_of, asked.train, config.retrain_every_days)
    outcomes = read_outcomes(asked.as_of) if due else pd.DataFrame()
    trained = train(outcomes, asked.as_of, live, config) if due else None
    candidate = _candidate(trained, outcomes, asked.as_of, config) if trained else None
    promoted = training.goes_live(CAPABILITY, candidate, asked.as_of)
    model = trained.model if trained and promoted else live or Model(config.score_weights)
    scored = score_deals(joined(candidates, reputations, config), asked.as_of, config, model.weights)
    metric = agreement(candidates, asked.as_of, config)
    with run(CAPABILITY, asked.as_of, model.version) as opened:
        _write(opened, scored.assign(click_probability=model.click_probability(scored["score"])), reputations)
        if promoted and candidate:
            registry.promote(opened, candidate)
        learnt: dict[str, Any] = {"trained": trained is not None, "promoted": promoted, **(trained.told() if trained else {})}
        opened.metrics = {**_told(scored), metric.name: metric.value, f"naive_{metric.name}": metric.naive, **learnt}
    return job.JobResult(
        capability=CAPABILITY, as_of=asked.as_of, run_id=opened.run_id, model_version=model.version, trained=trained is not None,
        promoted=promoted, rows_written=len(scored), metric=metric,
        idle="no offer is a deal candidate" if candidates.empty else None,
    )


def _serving(as_of: datetime) -> Model | None:
    """The model that served at `as_of`; None while the hand-set score does."""
    serving = training.learnt_serving(CAPABILITY, as_of)
    return from_parts(artifacts.load(f"{CAPABILITY}/{serving}")) if serving else None


def _candidate(trained: Trained, outcomes: pd.DataFrame, as_of: datetime, config: DealsConfig) -> registry.Candidate:
    """Held against the best of what needs no learning."""
    uri = artifacts.save(CAPABILITY, trained.model.version, trained.model.parts())
    snapshot = tracking.data_snapshot(outcomes)
    params = {**config.model_dump(), "weights": dict(trained.model.weights)}
    tracking.track(CAPABILITY, as_of, trained.model.version, params=params, metrics=trained.told(), snapshot=snapshot)
    return registry.Candidate(
        trained.model.version, uri, METRIC, trained.value, min(trained.naive.values()), trained.live, False,
        f"deal_outcomes {snapshot}",
    )


def _write(opened: Run, scored: pd.DataFrame, reputations: pd.DataFrame) -> None:
    opened.write("deal_scores", scored)
    merchants = reputations.rename(columns={"merchant_reputation": "reputation"})
    opened.write("merchant_reputation", merchants[["merchant_id", "reputation", "parts"]].round({"reputation": 6}))


def _told(scored: pd.DataFrame) -> dict[str, Any]:
    verdicts = scored["verdict"].value_counts().sort_index()
    return {
        "verdicts": {str(name): int(n) for name, n in verdicts.items()},
        "reject_reasons": counts(scored["reject_reasons"].tolist()),
    }


def main(argv: Sequence[str]) -> int:
    return job.main(CAPABILITY, run_job, argv)
