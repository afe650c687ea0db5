import pandas as pd

from ml.matching.canonical import card
from ml.matching.offers import prepare


def test_the_house_speaks_first_and_else_the_most_typical() -> None:
    frame = pd.DataFrame({
        "title": ["Norvik Falcon 3 128GB", "Falcon 3 Norvik 128GB phone", "AMAZING OFFER Falcon!!!", "OUR FALCON PHONE 3"],
        "merchant_id": ["a", "b", "c", "house"], "brand": ["Norvik", "NORVIK", "Norvik", None], "gtin": ["1", "1", "2", None],
        "category_path": ["Phones", "Garden", "Phones", None], "image_url": [None, "http://b", "http://c", None],
    })
    offers = prepare(frame)
    everyone = card(offers, [0, 1, 2, 3])
    assert (everyone.title, everyone.brand, everyone.gtin) == ("OUR FALCON PHONE 3", "Norvik", "1")
    assert everyone.image_url == "http://b"
    assert card(offers, [0, 1, 2]).title in {"Norvik Falcon 3 128GB", "Falcon 3 Norvik 128GB phone"}


def test_a_card_does_not_shout_names_the_variant_and_takes_no_shop_for_a_brand() -> None:
    frame = pd.DataFrame({
        "title": ["NORVIK FALCON PHONE 128GB", "Norvik Falcon phone 128GB NEW!", "Norvik Falcon phone"],
        "variant_title": [None, None, "128 GB / Black"],
        "merchant_id": ["acme-de", "mart", "shop"], "brand": ["Acme", "ACME", "Norvik"], "gtin": None, "image_url": None,
    })
    offers = prepare(frame)
    assert card(offers, [0]).title == "Norvik Falcon Phone 128GB"
    assert card(offers, [0, 1]).title == "Norvik Falcon phone 128GB"
    assert card(offers, [2]).title == "Norvik Falcon phone, 128 GB / Black"
    assert card(offers, [0, 2]).brand == "Norvik", "acme-de's own name is no brand"
    assert card(offers, [0]).brand == "Acme", "but for want of any other"
    assert card(offers, [0, 1]).brand == "ACME", "another merchant calls it so"
