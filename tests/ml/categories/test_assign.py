from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ml.categories.assign import Sorted, read_words, sort_offers, vote
from ml.categories.config import CategoriesConfig
from ml.categories.model import Classifier
from ml.categories.taxonomy import NODE_OF

Make = Callable[..., pd.DataFrame]


def test_what_words_teach_names_silent_offers(make_offers: Make, classifier: Classifier, config: CategoriesConfig) -> None:
    silent = make_offers(80, named=0.0, seed=9)
    assert set(sort_offers(read_words(silent, config), None, config).category) == {"other"}
    found = sort_offers(read_words(silent, config), classifier, config)
    truth = np.array([NODE_OF[name].parent for name in silent["truth"]], object)
    named = found.category != "other"
    assert named.mean() > 0.6
    assert (found.category == truth)[named].mean() > 0.97


def test_what_was_never_seen_is_other(classifier: Classifier, config: CategoriesConfig) -> None:
    strange = pd.DataFrame({"title": ["Tessaro oak veneer 180 cm", "Lumira vanilla jar", "Ovanto 2-ply 24 rolls"]})
    assert sort_offers(read_words(strange, config), classifier, config).category.tolist() == ["other"] * 3


def test_a_path_that_the_text_contradicts_is_not_believed(classifier: Classifier, config: CategoriesConfig) -> None:
    frame = pd.DataFrame({
        "title": ["Norvik a11 dual sim 64GB", "Norvik a11 dual sim 64GB"], "category_path": ["Smartphones", "Fridges"],
    })
    found = sort_offers(read_words(frame, config), classifier, config)
    assert found.category[0] == "phones"
    assert found.category[1] != "appliances"


def test_words_alone_keep_their_trust(config: CategoriesConfig) -> None:
    frame = pd.DataFrame({"title": ["Norvik smartphone", "x"], "category_path": ["", "Home"]})
    found = sort_offers(read_words(frame, config), None, config)
    assert found.category.tolist() == ["phones", "home"]
    assert found.confidence.tolist() == [config.trust["TITLE"], config.trust["BROAD"]]
    assert found.subcategory.tolist() == ["mobile phones", ""]


@pytest.mark.parametrize(
    ("categories", "confidences", "wanted"),
    [
        (["phones", "phones", "other"], [0.9, 0.8, 0.0], "phones"),
        (["phones", "audio"], [0.9, 0.9], "other"),
        (["phones", "phones", "phones", "audio"], [0.95, 0.95, 0.95, 0.85], "phones"),
        (["other", "other"], [0.0, 0.0], "other"),
        (["phones"], [0.0], "other"),  # a vote that weighs nothing is none
    ],
)
def test_a_product_is_what_its_offers_agree_on(
    categories: list[str], confidences: list[float], wanted: str, config: CategoriesConfig
) -> None:
    nothing = np.full(len(categories), "", object)
    found = Sorted(np.array(categories, object), np.array(confidences), nothing, np.zeros(len(categories)))
    verdict = vote(found, range(len(categories)), config)
    assert verdict.category == wanted
    assert verdict.google == (NODE_OF[wanted].google if wanted in NODE_OF else None)
