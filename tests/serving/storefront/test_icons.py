import re
from pathlib import Path

import pytest

from serving.storefront import icons, pages

SPRITE = (Path(pages.HERE) / "templates" / "_icons.html").read_text()


@pytest.mark.parametrize(
    ("category", "name"),
    [
        ("Electronics > Audio > Headphones", "headphones"),
        ("Smartphones", "phone"),
        ("coffee_machines", "cup"),
        ("pet_food", "paw"),
        ("storage", "drive"),
        (None, "tag"),
        ("Unheard of", "tag"),
    ],
)
def test_a_category_has_its_drawing(category: str | None, name: str) -> None:
    assert icons.drawing(category) == name


def test_every_drawing_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'id="i-([a-z]+)"', SPRITE))
    assert {name for name, _ in icons._DRAWINGS} | {"tag"} <= drawn


def test_tints_stay_in_their_range() -> None:
    assert {icons.tint(words[0]) for _, words in icons._DRAWINGS} == set(range(icons.TINTS))
    assert icons.tint(None) == icons.TINTS - 1
