import pandas as pd
import pytest

from ml.matching.canonical import card, category_of
from ml.matching.offers import prepare


@pytest.mark.parametrize(
    ("path", "title", "category"),
    [
        ("Electronics > Phones", "", "phones"),
        ("Elektronik / Handys & Smartphones", "", "phones"),
        ("Électronique > Téléphones", "", "phones"),
        ("Home > Kitchen > Coffee machines", "", "kitchen"),
        ("Things > Stuff", "Bosch Waschmaschine 8 kg", "appliances"),
        ("", "TV stand with speaker", "other"),
        ("", "Gift card", "other"),
    ],
)
def test_other_rather_than_wrong(path: str, title: str, category: str) -> None:
    assert category_of(path, title) == category


def test_the_house_speaks_first_and_else_the_most_typical() -> None:
    frame = pd.DataFrame({
        "title": ["Norvik Falcon 3 128GB", "Falcon 3 Norvik 128GB phone", "AMAZING OFFER Falcon!!!", "Our Falcon 3"],
        "merchant_id": ["a", "b", "c", "house"], "brand": ["Norvik", "NORVIK", "Norvik", None], "gtin": ["1", "1", "2", None],
        "category_path": ["Phones", "Garden", "Phones", None], "image_url": [None, "http://b", "http://c", None],
    })
    offers = prepare(frame)
    everyone = card(offers, [0, 1, 2, 3])
    assert (everyone.title, everyone.brand, everyone.category, everyone.gtin) == ("Our Falcon 3", "Norvik", "phones", "1")
    assert everyone.image_url == "http://b"
    assert card(offers, [0, 1, 2]).title in {"Norvik Falcon 3 128GB", "Falcon 3 Norvik 128GB phone"}
