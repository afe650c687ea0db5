"""python -m ml matching run --as-of KEY: which offers are the same product.

Only offers that are new, or whose features_hash changed, are matched against all; a new model matches everything again.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
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
    hashes = store.read_hashes()
    touched = touched_since(hashes, known)
    untaught = asked.train == "auto" and live is None and bool(touched)  # labels may have come with the new offers
    due = untaught or wanted(CAPABILITY, asked.as_of, asked.train, config.retrain_days)
    if not touched and not due and not asked.full:
        return _nothing_new(asked, live)
    from ml.matching.flow import match
    from ml.matching.ground import Arrivals

    outcome = match(asked, Arrivals(hashes, touched, known, due, asked.full), config)
    return _result(asked, outcome.run, live, outcome.candidate, promoted=outcome.promoted)


def touched_since(hashes: pd.DataFrame, known: store.Known) -> set[str]:
    """Offers that are new or other than the last run knew them, by their hash."""
    before, now = (store.by_first(rows[["offer_id", "features_hash"]]) for rows in (known.open_rows, hashes))
    return {offer for offer, features_hash in now.items() if before.get(offer) != features_hash}


def _nothing_new(asked: job.JobArgs, live: registry.LiveModel | None) -> job.JobResult:
    version, index = version_serving(CAPABILITY, asked.as_of) or RULES_VERSION, store.latest_index()
    with run(CAPABILITY, asked.as_of, version, stateful=True) as opened:
        opened.metrics = {"touched": 0, **({"index": index} if index else {})}  # the run of this very key may have noted it
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


def _cluster_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--offers", type=job.existing_file, required=True, help="parquet or CSV: a title and whatever else")
    parser.add_argument("--truth-column", metavar="NAME", help="what is truly one product: for figures, and of --train")
    parser.add_argument("--train", type=job.existing_file, help="offers whose products are known, to learn from")
    parser.add_argument("--out", type=Path, help="where the labels go: .csv or .parquet")


def _cluster(args: argparse.Namespace) -> Sequence[Mapping[str, Any]]:
    from ml.matching.clusters_file import Asked, cluster_offers

    return cluster_offers(Asked(args.offers, args.truth_column, args.train, args.out), MatchingConfig())


def _link_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--left", type=job.existing_file, required=True, help="parquet or CSV: a table of records")
    parser.add_argument("--right", type=job.existing_file, required=True)
    parser.add_argument("--truth", type=job.existing_file, help="known links: two columns of ids, the left ones first")
    parser.add_argument("--out", type=Path, help="where the links go: .csv or .parquet")


def _link(args: argparse.Namespace) -> Sequence[Mapping[str, Any]]:
    from ml.matching.link_file import Asked, link_files

    return link_files(Asked(args.left, args.right, args.truth, args.out), MatchingConfig())


def main(argv: Sequence[str]) -> int:
    return job.main(CAPABILITY, run_job, argv, {
        "evaluate": job.Verb(_evaluate_arguments, _evaluate), "cluster": job.Verb(_cluster_arguments, _cluster),
        "link": job.Verb(_link_arguments, _link),
    }, rebuilds=True)
