import pytest

from bazaar.titles import WORDS
from bazaar.vocabulary import Category, categories, colour_words

LANGUAGES = {market["language"] for market in WORDS["markets"]}


@pytest.mark.parametrize("category", categories(), ids=lambda category: category.name)
def test_every_category_speaks_every_language(category: Category) -> None:
    assert set(category.noun) >= LANGUAGES
    assert set(WORDS["synonyms"][category.name]) >= LANGUAGES
    assert set(category.axes.get("colour", ())) <= set(colour_words())


@pytest.mark.parametrize("part", ["labels", "fluff", "sizes", "inches"])
def test_every_language_has_its_words(part: str) -> None:
    assert set(WORDS[part]) >= LANGUAGES
