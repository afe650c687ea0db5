"""Which classifier serves, and teaching another: kept when it names more titles rightly, of products unseen, than what serves."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from ml.categories.assign import Spoken, read_words, weigh
from ml.categories.config import CAPABILITY, METRIC, RULES_VERSION, CategoriesConfig
from ml.categories.model import Classifier, Examples, restore
from ml.categories.split import Part, identities
from ml.categories.training import gather, learn
from ml.categories.words import of_title
from ml.core import registry, rng
from ml.core.as_of import version as version_at
from ml.core.tracking import data_snapshot, track
from ml.core.training import goes_live, learnt_serving
from ml.core.warehouse_io import run


def serving(as_of: datetime) -> Classifier | None:
    """The classifier that serves at `as_of`, None where the words alone do. Raises ArtifactError when it is lost or altered."""
    version = learnt_serving(CAPABILITY, as_of)
    return restore(version, f"{CAPABILITY}/{version}") if version else None


@dataclass(frozen=True)
class Taught:
    """What teaching led to. served: from now on, None: the words; candidate: None where too little was told to learn from.

    better: whether the candidate is what serves.
    """

    served: Classifier | None
    candidate: registry.Candidate | None = None
    better: bool = False


def teach(frame: pd.DataFrame, as_of: datetime, config: CategoriesConfig) -> Taught:
    """Learn from offers and put it live where it is better. The caller holds the capability's lock.

    frame: title, and where there are any category_path, description, product_id, gtin. Writes a run of its own.
    """
    before, seed = serving(as_of), rng.seed(CAPABILITY, as_of, "fit")
    examples = gather(read_words(frame, config), config, seed, identities(frame))
    learnt = learn(examples, config, version_at("categories-logistic", as_of), seed)
    if learnt is None:
        return Taught(before)
    candidate = _judged(learnt, before, examples, config)
    track(
        CAPABILITY, as_of, learnt.version, params=config.model_dump(), snapshot=candidate.trained_on,
        metrics={METRIC: candidate.value, "naive": candidate.naive_value, "examples": float(len(examples))},
    )
    better = goes_live(CAPABILITY, candidate, as_of)
    served = learnt if better else before
    with run(CAPABILITY, as_of, served.version if served else RULES_VERSION) as opened:
        if better:
            learnt.store()
            registry.promote(opened, candidate)
        opened.metrics = {"trained": True, "examples": len(examples)}
    return Taught(served, candidate, better)


def _judged(
    learnt: Classifier, before: Classifier | None, examples: Examples, config: CategoriesConfig
) -> registry.Candidate:
    """Held against the words and what serves, by examples that neither taught nor calibrated it."""
    judges = examples.of(Part.JUDGE)
    return registry.Candidate(
        learnt.version, f"{CAPABILITY}/{learnt.version}", METRIC, named_right(learnt, judges, config), words_alone(judges),
        named_right(before, judges, config) if before else None, higher_is_better=True,
        trained_on=data_snapshot(pd.DataFrame({"text": examples.texts, "category": examples.category.astype(str)})),
    )


def named_right(classifier: Classifier, judges: Examples, config: CategoriesConfig) -> float:
    """Share of texts, naming words taken out, that the text alone names rightly, less the share named wrongly; 0 of none."""
    if not judges:
        return 0.0
    p, _ = classifier.probabilities(judges.texts)
    nothing = Spoken(np.full(len(judges), "", object), np.full(len(judges), 0.5))
    names, confidence = weigh(nothing, p, classifier.categories, config.least_yes, config.doubt)
    told = confidence >= classifier.categories.threshold
    right = names == judges.category
    return float((told & right).mean() - (told & ~right).mean())


def words_alone(judges: Examples) -> float:
    """The same figure of the words that are left in those texts."""
    score = 0
    for text, category in zip(judges.texts, judges.category, strict=True):
        found = of_title([token for token in text.split() if ":" not in token])
        if found:
            score += 1 if found[0].node.parent == category else -1
    return score / len(judges) if judges else 0.0
