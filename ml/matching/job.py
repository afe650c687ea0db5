"""python -m ml matching run --as-of KEY: which offers are the same product.

Only offers that are new, or whose features_hash changed, are matched against all; a new model matches everything again.
"""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ml.core import job, registry
from ml.core.training import version_serving, wanted
from ml.core.warehouse_io import Run, run
from ml.matching import store
from ml.matching.config import CAPABILITY, METRIC, RULES_VERSION, MatchingConfig


def run_job(asked: job.JobArgs, config: MatchingConfig | None = None) -> job.JobResult:
    """Match what is new at `as_of`; nothing new and no training due is a run of no rows, and quick."""
    config = config or MatchingConfig()
    known, live = store.read_known(), registry.live(CAPABILITY)
    touched = _touched(store.read_hashes(), known)
    untaught = asked.train == "auto" and live is None and bool(touched)  # labels may have come with the new offers
    due = untaught or wanted(CAPABILITY, asked.as_of, asked.train, config.retrain_days)
    if not touched and not due:
        return _nothing_new(asked, live)
    from ml.matching.flow import match

    outcome = match(asked, known, touched, config, due=due)
    return _result(asked, outcome.run, live, outcome.candidate, promoted=outcome.promoted)


def _touched(hashes: pd.DataFrame, known: store.Known) -> set[str]:
    before = dict(zip(known.open_rows["offer_id"], known.open_rows["features_hash"], strict=True))
    now = zip(hashes["offer_id"], hashes["features_hash"], strict=True)
    return {offer for offer, features_hash in now if before.get(offer) != features_hash}


def _nothing_new(asked: job.JobArgs, live: registry.LiveModel | None) -> job.JobResult:
    version = version_serving(CAPABILITY, asked.as_of) or RULES_VERSION
    with run(CAPABILITY, asked.as_of, version, stateful=True) as opened:
        opened.metrics = {"touched": 0}
    return _result(asked, opened, live, None, idle="no offer is new or changed")


def _result(
    asked: job.JobArgs, opened: Run, live: registry.LiveModel | None, candidate: registry.Candidate | None, *,
    promoted: bool = False, idle: str | None = None,
) -> job.JobResult:
    value, naive = (live.value, live.naive_value) if live else (None, None)
    if candidate:
        value, naive = candidate.value, candidate.naive_value
    return job.JobResult(
        capability=CAPABILITY, as_of=asked.as_of, run_id=opened.run_id, model_version=opened.model_version,
        trained=candidate is not None, promoted=promoted,
        rows_written=opened.rows_written, metric=job.Metric(name=METRIC, value=value, naive=naive),
        idle=idle,
    )


def _evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pairs", type=job.existing_file, required=True, help="parquet or CSV: split, label, l_*, r_*")
    parser.add_argument("--category", help="only rows whose `category` is this")


def _evaluate(args: argparse.Namespace) -> Sequence[Mapping[str, Any]]:
    from ml.matching.pairs_file import evaluate_pairs

    return evaluate_pairs(args.pairs, MatchingConfig(), args.category)


def main(argv: Sequence[str]) -> int:
    return job.main(CAPABILITY, run_job, argv, {"evaluate": job.Verb(_evaluate_arguments, _evaluate)})
