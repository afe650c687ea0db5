import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealhouse.scraping.parsers.page import words
from dealhouse.scraping.parsers.page.letters import alternatives, by_letter


def test_alternatives_are_the_outermost_ones() -> None:
    assert alternatives(r"ab|a(?:c|d)|[|)]x|\|y|") == ["ab", "a(?:c|d)", "[|)]x", r"\|y", ""]


@given(st.text(alphabet="abx| ", max_size=12))
def test_grouped_by_letter_they_match_the_same(text: str) -> None:
    pattern = r"ab|b+|a(?:b|x)|bx|\bx|a?x "
    grouped = by_letter(pattern)
    assert bool(re.search(grouped, text)) == bool(re.search(pattern, text))


@pytest.mark.parametrize(("text", "value"), [
    ("sku: ab-1", "ab-1"), ("ref. 12 34", "12 34"), ("référence:\n77-a", "77-a"), ("art.-nr. 5500", "5500"), ("item no 7x", "7x"),
])
def test_labels_are_told(text: str, value: str) -> None:
    found = words.SKU.search(text)
    assert found is not None
    assert found[1] == value
