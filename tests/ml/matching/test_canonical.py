import pandas as pd

from ml.matching.canonical import card
from ml.matching.offers import prepare


def test_the_house_speaks_first_and_else_the_most_typical() -> None:
    frame = pd.DataFrame({
        "title": ["Norvik Falcon 3 128GB", "Falcon 3 Norvik 128GB phone", "AMAZING OFFER Falcon!!!", "Our Falcon 3"],
        "merchant_id": ["a", "b", "c", "house"], "brand": ["Norvik", "NORVIK", "Norvik", None], "gtin": ["1", "1", "2", None],
        "category_path": ["Phones", "Garden", "Phones", None], "image_url": [None, "http://b", "http://c", None],
    })
    offers = prepare(frame)
    everyone = card(offers, [0, 1, 2, 3])
    assert (everyone.title, everyone.brand, everyone.gtin) == ("Our Falcon 3", "Norvik", "1")
    assert everyone.image_url == "http://b"
    assert card(offers, [0, 1, 2]).title in {"Norvik Falcon 3 128GB", "Falcon 3 Norvik 128GB phone"}
