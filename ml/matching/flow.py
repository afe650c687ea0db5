"""A whole matching: read, block, train when due, decide, write. Apart from the job, whose no-op needs none of these libraries."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import pandas as pd

from ml.categories import live as categories
from ml.categories.config import CAPABILITY as CATEGORIES
from ml.categories.config import CategoriesConfig
from ml.categories.labels import Labels, label
from ml.categories.model import Classifier
from ml.core import job, registry, rng
from ml.core.as_of import version as version_at
from ml.core.tracking import data_snapshot, track
from ml.core.training import goes_live, learnt_serving
from ml.core.warehouse_io import Run, capability_lock, run
from ml.matching import reviews, store
from ml.matching.canonical import card
from ml.matching.config import CAPABILITY, METRIC, MatchingConfig
from ml.matching.decision import Decision, Task, decide
from ml.matching.evaluate import compare, held_out, labelled_pairs
from ml.matching.ground import Arrivals, Whole, stand, whole
from ml.matching.index import signature
from ml.matching.model import Learnt, Rules, Scorer, fit, restore
from ml.matching.offers import Offers
from ml.matching.products import item_groups


@dataclass(frozen=True)
class Training:
    """A fresh scorer with its figures on held-out offers; candidate for live."""

    scorer: Learnt
    candidate: registry.Candidate


@dataclass(frozen=True)
class Outcome:
    """What a matching did: the run as written, the candidate when one was trained, whether it went live."""

    run: Run
    candidate: registry.Candidate | None
    promoted: bool


def match(asked: job.JobArgs, news: Arrivals, config: MatchingConfig) -> Outcome:
    """Match the touched offers against the index; everything when a new model goes live, or no index is of use, or on demand."""
    scorer, said = _serving(asked.as_of), reviews.read()
    everything, training = whole(config) if news.due else None, None
    if everything:
        training = _train(asked, everything, said, scorer, config)
    classifier, relabel = _classifier(asked, everything.offers if everything else None, news.known)
    promoted = goes_live(CAPABILITY, training.candidate if training else None, asked.as_of)
    if training and promoted:
        scorer = training.scorer
    ground = stand(replace(news, full=news.full or promoted or relabel), scorer, everything, config)
    answers = reviews.settle(said, ground.offers)
    task = Task(ground.offers, ground.blocked, scorer, news.known, asked.as_of, config, answers, ground.stands)
    decision = decide(task)
    note = ground.leave(decision.probability, signature(config, scorer.version), asked.as_of)
    with run(CAPABILITY, asked.as_of, scorer.version, stateful=True) as opened:
        if training and promoted:
            training.scorer.store()
            registry.promote(opened, training.candidate)
        write(opened, decision, news.known, classifier, relabel=relabel)
        store.write_questions(opened, decision.questions, decision.offers.frame["offer_id"], config.max_questions)
        opened.metrics = {
            "offers": len(news.hashes), "touched": len(news.touched), "decided": len(ground.offers),
            "whole": ground.before is None, "products": len(set(decision.alignment.product_of.values())), "trained": news.due,
            "index": note,
            "questions": len(decision.questions), "answers": len(answers.every), "answers_refused": len(answers.refused),
        }
    return Outcome(opened, training.candidate if training else None, promoted)


def _serving(as_of: datetime) -> Scorer:
    """The scorer that serves at `as_of`: a backfill uses its own day's."""
    version = learnt_serving(CAPABILITY, as_of)
    return restore(version, f"{CAPABILITY}/{version}") if version else Rules()


def _train(
    asked: job.JobArgs, everything: Whole, said: pd.DataFrame, serving: Scorer, config: MatchingConfig
) -> Training | None:
    """Fit on identifiers and what people said, compare with the naive and the serving one on held-out offers; None where few are.
    """
    offers, blocked = everything.offers, everything.blocked
    identified = labelled_pairs(offers, blocked, config, rng.generator(CAPABILITY, asked.as_of, "sample"))
    labelled, test = reviews.teach(identified, offers, blocked, reviews.settle(said, offers), config), held_out(offers, config)
    if labelled is None or test.empty:
        return None
    scorer = fit(labelled, config, version_at("matching-lightgbm", asked.as_of), rng.seed(CAPABILITY, asked.as_of, "fit"))
    naive, mine, current = compare(test, [scorer, serving], config)
    candidate = registry.Candidate(
        scorer.version, f"{CAPABILITY}/{scorer.version}", METRIC, mine.pairs.f1, naive.pairs.f1,
        current.pairs.f1 if isinstance(serving, Learnt) else None,
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


def _classifier(asked: job.JobArgs, offers: Offers | None, known: store.Known) -> tuple[Classifier | None, bool]:
    """The classifier of categories that serves, taught anew (from all offers) when the scorer is, and whether it is a new one."""
    if offers is None:
        return categories.serving(asked.as_of), False
    product = offers.frame["offer_id"].map(known.open_rows.set_index("offer_id")["product_id"])
    with capability_lock(CATEGORIES):
        taught = categories.teach(offers.frame.assign(product_id=product), asked.as_of, CategoriesConfig())
    return taught.served, taught.better


def write(
    opened: Run, decision: Decision, known: store.Known, classifier: Classifier | None = None, *, relabel: bool = False
) -> None:
    """Products first (offer_product refers to them), then assignments, then merges. relabel: all products get new cards."""
    alignment, offers = decision.alignment, decision.offers
    members: dict[str, list[int]] = {}
    for position, offer in enumerate(offers.frame["offer_id"]):
        members.setdefault(alignment.product_of[offer], []).append(position)
    minted = sorted(alignment.minted)
    reworded = sorted(set(members if relabel else decision.assigned["product_id"]) - set(minted))
    labels = _labels(offers, [position for product in [*minted, *reworded] for position in members[product]], classifier)
    if minted:
        cards = _cards(offers, members, minted, labels)
        cards["item_group_id"] = cards["product_id"].map(_groups(decision, known))
        store.write_products(opened, cards, alignment.split)
    if not decision.assigned.empty:
        store.write_assignments(opened, decision.assigned)
    if reworded:
        store.write_cards(opened, _cards(offers, members, reworded, labels))
    if alignment.merged:
        store.write_merges(opened, pd.DataFrame(alignment.merged.items(), columns=["gone", "kept"]))


def _labels(offers: Offers, positions: Sequence[int], classifier: Classifier | None) -> Labels:
    variants = {position: offers.readings[position].variants for position in positions}
    return label(offers.frame, positions, classifier, CategoriesConfig(), variants)


def _cards(offers: Offers, members: Mapping[str, list[int]], products: Sequence[str], labels: Labels) -> pd.DataFrame:
    return pd.DataFrame([
        {"product_id": product, **asdict(card(offers, members[product])), **labels.of(members[product]).columns()}
        for product in products
    ])


def _groups(decision: Decision, known: store.Known) -> dict[str, str]:
    before = store.by_first(known.products[["product_id", "item_group_id"]])
    return item_groups(sorted(decision.alignment.minted), decision.family_of, before)
