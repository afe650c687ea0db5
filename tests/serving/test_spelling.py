import pytest

from serving.spelling import Vocabulary

WORDS = Vocabulary(1, {"headphones": 9, "headphone": 1, "wireless": 5, "lamp": 3, "lamb": 7, "fjell": 2})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("headphnes", "headphones"),
        ("haedphones", "headphones"),
        ("Wireles LAMP", "wireless lamp"),
        ("lams", "lamb"),
        ("headpohnse", "headphones"),
    ],
)
def test_a_misspelt_word_becomes_the_nearest_known_one(typed: str, meant: str) -> None:
    assert WORDS.corrected(typed) == meant


@pytest.mark.parametrize("typed", ["headphones", "xyz", "wh1000", "qqqqqqqq", "", "lam", "lamp  wireless"])
def test_what_is_known_short_or_far_stays(typed: str) -> None:
    assert WORDS.corrected(typed) is None
