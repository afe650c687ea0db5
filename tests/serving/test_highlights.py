import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.highlights import LONGEST, marked

LONG = "word " * 60 + "the Kopfhörer of choice " + "more " * 60


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [
        ("Aurora Wireless Headphones", ["headphones"], "Aurora Wireless <mark>Headphones</mark>"),
        ("Two lamps", ["lamp"], "Two <mark>lamps</mark>"),
        ("Kopfhörer, neu", ["kopfhorer"], "<mark>Kopfhörer</mark>, neu"),
        ("A carpet for the car", ["car"], "A <mark>carpet</mark> for the <mark>car</mark>"),
        ("WH-1000XM4", ["wh", "1000"], "<mark>WH</mark>-<mark>1000</mark>XM4"),
        ("<b>Lamp</b> & more", ["lamp"], "&lt;b&gt;<mark>Lamp</mark>&lt;/b&gt; &amp; more"),
    ],
)
def test_words_and_their_forms_are_marked(text: str, words: list[str], told: str) -> None:
    assert marked(text, words) == told


@pytest.mark.parametrize(("text", "words"), [(None, ["a"]), ("", ["a"]), ("Lamp", []), ("Lamp", ["chair"]), ("longword", ["lo"])])
def test_where_nothing_was_found_nothing_is_shown(text: str | None, words: list[str]) -> None:
    assert marked(text, words) is None


def test_of_a_long_text_the_piece_around_the_word_is_shown() -> None:
    shown = marked(LONG, ["kopfhorer"])
    assert shown is not None
    assert "<mark>Kopfhörer</mark> of choice" in shown
    assert shown.startswith("…word")
    assert shown.endswith("more…")
    assert len(re.sub("</?mark>|…", "", shown)) <= LONGEST


@given(st.text(max_size=400), st.text(min_size=1, max_size=5))
def test_no_text_brings_marks_or_tags_of_its_own(text: str, word: str) -> None:
    shown = marked(text, [word]) or ""
    assert re.sub("</?mark>", "", shown).count("<") == 0
    assert shown.count("<mark>") == shown.count("</mark>")
