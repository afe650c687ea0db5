"""The file of synonyms as its reviewer must leave it."""

from collections import Counter

import yaml

from serving.synonyms import FILE, LONGEST, fillers, synonyms
from serving.words import split


def phrases() -> list[list[tuple[str, ...]]]:
    return [[tuple(split(phrase)) for phrase in group] for group in yaml.safe_load(FILE.read_text())["synonyms"]]


def test_a_phrase_stands_in_one_line_only() -> None:
    counted = Counter(phrase for group in phrases() for phrase in dict.fromkeys(group))
    assert [phrase for phrase, lines in counted.items() if lines > 1] == []


def test_a_line_says_the_same_in_more_than_one_way() -> None:
    assert [group for group in phrases() if len(set(group)) < 2] == []


def test_no_phrase_is_longer_than_is_looked_for() -> None:
    assert [phrase for group in phrases() for phrase in group if not 1 <= len(phrase) <= LONGEST] == []


def test_what_says_nothing_means_nothing_else() -> None:
    assert {word for word in fillers() if (word,) in synonyms()} == set()


def test_a_word_leads_to_its_line_and_itself() -> None:
    assert ("headphones",) in synonyms()["kopfhorer",]
    assert ("kopfhorer",) in synonyms()["kopfhorer",]
