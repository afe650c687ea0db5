"""python -m ml categories: `run` teaches the classifier when due, `evaluate` measures it, `taxonomy` prints the tree.

The matcher calls what serves whenever it writes products, and teaches along with its own training.
"""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from ml.categories.config import CAPABILITY, METRIC, RULES_VERSION, CategoriesConfig
from ml.categories.taxonomy import lines
from ml.core import job, registry
from ml.core.training import version_serving, wanted
from ml.core.warehouse_io import read_frame, run_id_of

OFFERS = """
    select title, category_path, left(description, 200) as description, gtin, matched.product_id::text
    from features.offer_attributes as offers
    left join predictions.offer_product as matched on offers.offer_id = matched.offer_id and matched.valid_to is null
    order by offers.offer_id
"""


def run_job(asked: job.JobArgs, config: CategoriesConfig | None = None) -> job.JobResult:
    """Teach the classifier from all offers when due; categories themselves are written by the matcher."""
    config = config or CategoriesConfig()
    candidate, better, idle = None, False, "no training is due"
    if wanted(CAPABILITY, asked.as_of, asked.train, config.retrain_days):
        from ml.categories.live import teach

        taught = teach(read_frame(OFFERS), asked.as_of, config)
        candidate, better = taught.candidate, taught.better
        idle = "too few offers name a category" if candidate is None else ""
    live = registry.live(CAPABILITY)
    value, naive = (candidate.value, candidate.naive_value) if candidate else (None, None)
    if live and not candidate:
        value, naive = live.value, live.naive_value
    return job.JobResult(
        capability=CAPABILITY, as_of=asked.as_of, run_id=run_id_of(CAPABILITY, asked.as_of),
        model_version=version_serving(CAPABILITY, asked.as_of) or RULES_VERSION, trained=candidate is not None, promoted=better,
        rows_written=0, metric=job.Metric(name=METRIC, value=value, naive=naive), idle=idle or None,
    )


def _evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--offers", type=job.existing_file, required=True, help="parquet or CSV: title, category_path, ...")
    parser.add_argument("--truth-column", required=True, metavar="C", help="true categories, by names or words of ours")


def _evaluate(args: argparse.Namespace) -> Sequence[Mapping[str, Any]]:
    from ml.categories.evaluate import evaluate_file

    return evaluate_file(args.offers, args.truth_column, CategoriesConfig())


def main(argv: Sequence[str]) -> int:
    return job.main(CAPABILITY, run_job, argv, {
        "evaluate": job.Verb(_evaluate_arguments, _evaluate),
        "taxonomy": job.Verb(lambda _: None, lambda _: lines()),
    })
