"""A whole matching: read, block, train when due, decide, write. Apart from the job, whose no-op needs none of these libraries."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import pandas as pd

from ml.categories import live as categories
from ml.categories.config import CategoriesConfig
from ml.categories.labels import Labels, label
from ml.categories.model import Classifier
from ml.core import job, registry, rng
from ml.core.as_of import version as version_at
from ml.core.tracking import data_snapshot, track
from ml.core.training import is_newest, version_serving
from ml.core.warehouse_io import Run, run
from ml.matching import reviews, store
from ml.matching.canonical import card
from ml.matching.config import CAPABILITY, METRIC, RULES_VERSION, MatchingConfig
from ml.matching.decision import Decision, Task, decide
from ml.matching.evaluate import compare, held_out, labelled_pairs
from ml.matching.model import Blocked, Labelled, Learnt, Rules, Scorer, block, fit, restore
from ml.matching.offers import Offers, prepare
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


def match(
    asked: job.JobArgs, known: store.Known, touched: set[str], config: MatchingConfig, *, due: bool
) -> Outcome:
    """Match the touched offers among all, or all of them when a new model goes live."""
    serving = _serving(asked.as_of)
    offers = prepare(store.read_offers())
    blocked = block(offers, config)
    answers = reviews.settle(reviews.read(), offers)
    labelled = _labelled(asked, (offers, blocked), answers, config) if due else None
    training = _train(asked, offers, labelled, serving, config) if labelled else None
    promoted = training is not None and registry.deserves(training.candidate) and is_newest(CAPABILITY, asked.as_of)
    scorer: Scorer = training.scorer if training and promoted else serving
    wanted = set(offers.frame["offer_id"]) if promoted or known.open_rows.empty else touched
    decision = decide(Task(offers, blocked, scorer, known, asked.as_of, config, answers), wanted)
    classifier, taught = _classifier(asked, offers, due=due)
    with run(CAPABILITY, asked.as_of, scorer.version, stateful=True) as opened:
        if training and promoted:
            training.scorer.store()
            registry.promote(opened, training.candidate)
        write(opened, decision, known, classifier, relabel=taught)
        products = set(decision.alignment.product_of.values())
        store.write_questions(opened, decision.questions, decision.scored, config.max_questions)
        opened.metrics = {
            "offers": len(offers), "touched": len(wanted), "products": len(products), "trained": due,
            "questions": len(decision.questions), "answers": len(answers.every), "answers_refused": len(answers.refused),
        }
    return Outcome(opened, training.candidate if training else None, promoted)


def _serving(as_of: datetime) -> Scorer:
    """The scorer that serves at `as_of`: a backfill uses its own day's."""
    version = version_serving(CAPABILITY, as_of)
    return Rules() if version in (None, RULES_VERSION) else restore(str(version), f"{CAPABILITY}/{version}")


def _labelled(
    asked: job.JobArgs, blocked: tuple[Offers, Blocked], answers: reviews.Answers, config: MatchingConfig
) -> Labelled | None:
    """What there is to learn from: identifiers, and what people said."""
    identified = labelled_pairs(*blocked, config, rng.generator(CAPABILITY, asked.as_of, "sample"))
    return reviews.teach(identified, *blocked, answers, config)


def _train(
    asked: job.JobArgs, offers: Offers, labelled: Labelled, serving: Scorer, config: MatchingConfig
) -> Training | None:
    """Fit on what is labelled, compare with the naive and the serving one on held-out offers. None where none are held out."""
    test = held_out(offers, config)
    if test.empty:
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


def _classifier(asked: job.JobArgs, offers: Offers, *, due: bool) -> tuple[Classifier | None, bool]:
    """The classifier of categories that serves, taught anew when the scorer is, and whether it is a new one."""
    if not due:
        return categories.serving(asked.as_of), False
    classifier, candidate = categories.teach(offers.frame, asked.as_of, CategoriesConfig())
    return classifier, candidate is not None and classifier is not None and classifier.version == candidate.model_version


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
    before = dict(zip(known.products["product_id"], known.products["item_group_id"], strict=True))
    return item_groups(sorted(decision.alignment.minted), decision.family_of, before)
