"""Which classifier serves, and teaching another: kept when it names more titles rightly, on held-out ones, than what serves."""

from datetime import datetime

import numpy as np
import pandas as pd

from ml.categories.assign import Spoken, read_words, weigh
from ml.categories.config import CAPABILITY, METRIC, RULES_VERSION, CategoriesConfig
from ml.categories.model import Classifier, Examples, restore
from ml.categories.training import gather, learn
from ml.categories.words import of_title
from ml.core import registry, rng
from ml.core.as_of import version as version_at
from ml.core.tracking import data_snapshot, track
from ml.core.training import is_newest, learnt_serving
from ml.core.warehouse_io import run


def serving(as_of: datetime) -> Classifier | None:
    """The classifier that serves at `as_of`, None where the words alone do. Raises ArtifactError when it is lost or altered."""
    version = learnt_serving(CAPABILITY, as_of)
    return restore(version, f"{CAPABILITY}/{version}") if version else None


def teach(frame: pd.DataFrame, as_of: datetime, config: CategoriesConfig) -> tuple[Classifier | None, registry.Candidate | None]:
    """Learn from offers and put it live where it is better; returns what serves from now on, and the candidate if one was learnt.

    frame: title, category_path, description. Writes its own run, apart from its caller's.
    """
    before, readings = serving(as_of), read_words(frame, config)
    seed = rng.seed(CAPABILITY, as_of, "fit")
    learnt = learn(readings, config, version_at("categories-logistic", as_of), seed)
    if learnt is None:
        return before, None
    _, examples = gather(readings, config, seed)
    candidate = registry.Candidate(
        learnt.version, f"{CAPABILITY}/{learnt.version}", METRIC, named_right(learnt, examples, config), words_alone(examples),
        named_right(before, examples, config) if before else None, higher_is_better=True,
        trained_on=data_snapshot(pd.DataFrame({"text": examples.texts, "category": examples.category.astype(str)})),
    )
    track(
        CAPABILITY, as_of, learnt.version, params=config.model_dump(), snapshot=candidate.trained_on,
        metrics={METRIC: candidate.value, "naive": candidate.naive_value, "examples": float(len(examples.texts))},
    )
    better = registry.deserves(candidate) and is_newest(CAPABILITY, as_of)
    served = learnt if better else before
    with run(CAPABILITY, as_of, served.version if served else RULES_VERSION) as opened:
        if better:
            learnt.store()
            registry.promote(opened, candidate)
        opened.metrics = {"trained": True, "examples": len(examples.texts)}
    return served, candidate


def named_right(classifier: Classifier, examples: Examples, config: CategoriesConfig) -> float:
    """Share of held-out texts, naming words taken out, that the text alone names rightly, less the share named wrongly."""
    places = np.flatnonzero(examples.held_out).tolist()
    if not places:
        return 0.0
    p, _ = classifier.probabilities([examples.texts[place] for place in places])
    nothing = Spoken(np.full(len(places), "", object), np.full(len(places), 0.5))
    names, confidence = weigh(nothing, p, classifier.categories, config.least_yes, config.doubt)
    told = confidence >= classifier.categories.threshold
    right = names == examples.category[places]
    return float((told & right).mean() - (told & ~right).mean())


def words_alone(examples: Examples) -> float:
    """The same figure of the words that are left in those titles."""
    places = np.flatnonzero(examples.held_out).tolist()
    score = 0
    for place in places:
        found = of_title([token for token in examples.texts[place].split() if ":" not in token])
        if found:
            score += 1 if found[0].node.parent == examples.category[place] else -1
    return score / len(places) if places else 0.0
