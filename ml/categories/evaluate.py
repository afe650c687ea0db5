"""The classifier on anybody's offers with true categories: what words name, what words teach, what labels teach.

Prints JSON lines; the last is our default: whatever labels the file has on its training part.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.categories.assign import Sorted, read_words, sort_offers
from ml.categories.config import CategoriesConfig
from ml.categories.model import Classifier
from ml.categories.taxonomy import BROAD, NODE_OF, OTHER, WORDS, Node
from ml.categories.training import gather, learn
from ml.categories.words import tokens_of
from ml.core.errors import BadInputError

TRAIN, TEST = range(5), (5, 6)  # of ten, by md5 of the group: as models.md compares methods


@dataclass(frozen=True)
class Truth:
    """True nodes of n offers (None where the label is none of ours) and the fold of each."""

    nodes: list[Node | None]
    fold: NDArray[np.int64]


def node_of(label: str) -> Node | None:
    """The node whose name or word equals a label: `Mobile Phones`, `mobile_phones`, `smartphone`."""
    phrase = tuple(token for part in tokens_of(label.replace("_", " ")) for token in part.split())
    return NODE_OF.get(" ".join(phrase)) or WORDS.get(phrase) or BROAD.get(phrase)


def evaluate_file(path: Path, truth_column: str, config: CategoriesConfig) -> list[dict[str, Any]]:
    """Lines for each method on the test folds. Raises BadInputError where the file lacks the columns."""
    table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    missing = {"title", truth_column} - set(table.columns)
    if missing:
        raise BadInputError(f"no column {', '.join(sorted(missing))}", str(path))
    truth = truth_of(table, truth_column)
    return evaluate_table(table.drop(columns=truth_column), truth, config)


def truth_of(table: pd.DataFrame, column: str) -> Truth:
    """The nodes that a column names, and folds by what keeps one product's offers together, where the table tells."""
    labels = table[column].fillna("").astype(str)
    known = {label: node_of(label) for label in labels.unique()}
    group = next((name for name in ("cluster_id", "product_id", "true_id") if name in table), "title")
    folds = [int(hashlib.md5(str(key).encode(), usedforsecurity=False).hexdigest(), 16) % 10 for key in table[group]]
    return Truth([known[label] for label in labels], np.array(folds, np.int64))


def evaluate_table(table: pd.DataFrame, truth: Truth, config: CategoriesConfig) -> list[dict[str, Any]]:
    """A line a method: share_named, precision, macro_f1 of categories, `fine_` ones of subcategories, processor seconds."""
    train, test = np.isin(truth.fold, TRAIN), np.isin(truth.fold, TEST)
    unjudged = config.model_copy(update={"judging": ()})  # the test folds judge
    told = table.copy()
    told["category_path"] = [node.name if node else "" for node in truth.nodes]
    lines = []
    for method, source in (("words", None), ("taught by words", table), ("taught by labels", told)):
        begun = process_time()
        classifier = None
        if source is not None:
            classifier = learn(gather(read_words(source[train], config), unjudged, 7), config, "evaluation", 7)
        if source is not None and classifier is None:
            continue
        learnt = process_time()
        found = sort_offers(read_words(table[test], config), classifier, config)
        lines.append({
            "method": method, **figures(found, [node for node, is_in in zip(truth.nodes, test, strict=True) if is_in]),
            "fit_seconds": round(learnt - begun, 1), "seconds": round(process_time() - learnt, 1), **_told(classifier),
        })
    return lines


def _told(classifier: Classifier | None) -> Mapping[str, Any]:
    if classifier is None:
        return {}
    return {
        "thresholds": [round(classifier.categories.threshold, 3), round(classifier.subcategories.threshold, 3)],
        "trust": {name: round(value, 3) for name, value in classifier.trust.items()},
    }


def figures(found: Sorted, truth: Sequence[Node | None]) -> dict[str, Any]:
    """Figures of both levels; offers whose label is none of ours count as `other`."""
    top = np.array([node.parent if node else OTHER for node in truth], object)
    fine = np.array([node.name if node and not node.is_category else "" for node in truth], object)
    has_fine = fine != ""
    return {
        "offers": len(found), **_level(found.category, top, OTHER),
        **{f"fine_{name}": value for name, value in _level(found.subcategory[has_fine], fine[has_fine], "").items()},
    }


def _level(found: NDArray[Any], truth: NDArray[Any], nothing: str) -> dict[str, float]:
    """share_named: of what has a name; precision: of what is named; macro_f1: mean of true classes, the unnamed are missed."""
    named, known = found != nothing, truth != nothing
    scores = []
    for name in sorted(set(truth[known].tolist())):
        hits = float(((found == name) & (truth == name)).sum())
        scores.append(2 * hits / max(float((found == name).sum() + (truth == name).sum()), 1.0))
    return {
        "share_named": round(float(named[known].mean()) if known.any() else 0.0, 4),
        "precision": round(float((found == truth)[named].mean()) if named.any() else 0.0, 4),
        "macro_f1": round(float(np.mean(scores)) if scores else 0.0, 4),
    }
