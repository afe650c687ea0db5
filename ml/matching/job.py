"""python -m ml matching run --as-of KEY: which offers are the same product.

Only offers that are new, or whose features_hash changed, are matched against all; a new model matches everything again.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import pandas as pd

from ml.core import job, registry, rng
from ml.core.as_of import version
from ml.core.tracking import data_snapshot, track
from ml.core.warehouse_io import Run, run
from ml.matching import store
from ml.matching.canonical import card
from ml.matching.config import MatchingConfig
from ml.matching.decision import Decision, Task, decide
from ml.matching.evaluate import compare, held_out, labelled_pairs
from ml.matching.features import Offers, prepare
from ml.matching.model import Blocked, Learnt, Rules, Scorer, block, fit, restore
from ml.matching.pairs_file import evaluate_pairs
from ml.matching.products import item_groups

CAPABILITY = "matching"
METRIC = "pair_f1_gtin_masked"


@dataclass(frozen=True)
class Training:
    """A fresh scorer with its figures on held-out offers; candidate for live."""

    scorer: Learnt
    candidate: registry.Candidate


def run_job(asked: job.JobArgs, config: MatchingConfig | None = None) -> job.JobResult:
    """Match what is new at `as_of`."""
    config = config or MatchingConfig()
    known, live = store.read_known(), registry.live(CAPABILITY)
    due = _due(asked, live, config)
    touched = _touched(store.read_hashes(), known)
    if not touched and not due:
        return _nothing_new(asked, live)
    offers = prepare(store.read_offers())
    blocked = block(offers, config)
    training = _train(asked, offers, blocked, live, config) if due else None
    promoted = training is not None and registry.deserves(training.candidate)
    scorer: Scorer = training.scorer if training and promoted else _live_scorer(live)
    everything = promoted or known.open_rows.empty
    wanted = set(offers.frame["offer_id"]) if everything else touched
    decision = decide(Task(offers, blocked, scorer, known, asked.as_of, config), wanted)
    with run(CAPABILITY, asked.as_of, scorer.version, stateful=True) as opened:
        if training and promoted:
            registry.promote(opened, training.candidate)
        write(opened, decision, known)
        products = set(decision.alignment.product_of.values())
        opened.metrics = {"offers": len(offers), "touched": len(wanted), "products": len(products)}
    return _result(asked, opened, live, training)


def _due(asked: job.JobArgs, live: registry.LiveModel | None, config: MatchingConfig) -> bool:
    if asked.train != "auto" or live is None:
        return asked.train != "never"
    return asked.as_of - live.as_of >= timedelta(days=config.retrain_days)


def _touched(hashes: pd.DataFrame, known: store.Known) -> set[str]:
    before = dict(zip(known.open_rows["offer_id"], known.open_rows["features_hash"], strict=True))
    now = zip(hashes["offer_id"], hashes["features_hash"], strict=True)
    return {offer for offer, features_hash in now if before.get(offer) != features_hash}


def _live_scorer(live: registry.LiveModel | None) -> Scorer:
    return restore(live.model_version, live.artifact_uri) if live and live.artifact_uri else Rules()


def _train(
    asked: job.JobArgs, offers: Offers, blocked: Blocked, live: registry.LiveModel | None, config: MatchingConfig
) -> Training | None:
    """Fit on identified offers, compare with the naive and the live one on held-out ones, store, track. None without labels."""
    labelled = labelled_pairs(offers, blocked, config, rng.generator(CAPABILITY, asked.as_of, "sample"))
    test = held_out(offers, config)
    if labelled is None or test.empty:
        return None
    scorer = fit(labelled, config, version("matching-lightgbm", asked.as_of), rng.seed(CAPABILITY, asked.as_of, "fit"))
    naive, mine, current = compare(test, [scorer, _live_scorer(live)], config)
    candidate = registry.Candidate(
        scorer.version, scorer.store(), METRIC, mine.pairs.f1, naive.pairs.f1, current.pairs.f1 if live else None,
        higher_is_better=True, trained_on=data_snapshot(offers.frame[["offer_id", "features_hash"]]),
    )
    track(
        CAPABILITY, asked.as_of, scorer.version, params=config.model_dump(), snapshot=candidate.trained_on,
        metrics={
            METRIC: mine.pairs.f1, "precision": mine.pairs.precision, "recall": mine.pairs.recall,
            "b_cubed_f1": mine.b_cubed.f1, "naive_f1": naive.pairs.f1, "other_f1": current.pairs.f1,
            "training_pairs": float(len(labelled.train_labels)),
        },
    )
    return Training(scorer, candidate)


def write(opened: Run, decision: Decision, known: store.Known) -> None:
    """Products first (offer_product refers to them), then assignments, then merges."""
    alignment, offers = decision.alignment, decision.offers
    members: dict[str, list[int]] = {}
    for position, offer in enumerate(offers.frame["offer_id"]):
        members.setdefault(alignment.product_of[offer], []).append(position)
    reworded = sorted(set(decision.assigned["product_id"]) - set(alignment.minted))
    minted = sorted(alignment.minted)
    if minted:
        cards = _cards(offers, members, minted)
        cards["item_group_id"] = cards["product_id"].map(_groups(offers, alignment.product_of, known, minted))
        store.write_products(opened, cards, alignment.split)
    if not decision.assigned.empty:
        store.write_assignments(opened, decision.assigned)
    if reworded:
        store.write_cards(opened, _cards(offers, members, reworded))
    if alignment.merged:
        store.write_merges(opened, pd.DataFrame(alignment.merged.items(), columns=["gone", "kept"]))


def _cards(offers: Offers, members: Mapping[str, list[int]], products: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame([{"product_id": product, **asdict(card(offers, members[product]))} for product in products])


def _groups(offers: Offers, product_of: Mapping[str, str], known: store.Known, minted: Sequence[str]) -> dict[str, str]:
    groups_of: dict[str, set[str]] = {}
    for offer, name in zip(offers.frame["offer_id"], offers.group, strict=True):
        if name:
            groups_of.setdefault(product_of[offer], set()).add(name)
    before = dict(zip(known.products["product_id"], known.products["item_group_id"], strict=True))
    return item_groups(minted, groups_of, before)


def _nothing_new(asked: job.JobArgs, live: registry.LiveModel | None) -> job.JobResult:
    with run(CAPABILITY, asked.as_of, live.model_version if live else Rules().version, stateful=True) as opened:
        opened.metrics = {"touched": 0}
    return _result(asked, opened, live, None)


def _result(asked: job.JobArgs, opened: Run, live: registry.LiveModel | None, training: Training | None) -> job.JobResult:
    value, naive = (live.value, live.naive_value) if live else (None, None)
    if training:
        value, naive = training.candidate.value, training.candidate.naive_value
    return job.JobResult(
        capability=CAPABILITY, as_of=asked.as_of, run_id=opened.run_id, model_version=opened.model_version,
        trained=training is not None, promoted=training is not None and registry.deserves(training.candidate),
        rows_written=opened.rows_written, metric=job.Metric(name=METRIC, value=value, naive=naive),
    )


def _evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pairs", type=job.existing_file, required=True, help="parquet or CSV: split, label, l_*, r_*")
    parser.add_argument("--category", help="only rows whose `category` is this")


def _evaluate(args: argparse.Namespace) -> Sequence[Mapping[str, Any]]:
    return evaluate_pairs(args.pairs, MatchingConfig(), args.category)


def main(argv: Sequence[str]) -> int:
    return job.main(CAPABILITY, run_job, argv, {"evaluate": job.Verb(_evaluate_arguments, _evaluate)})
