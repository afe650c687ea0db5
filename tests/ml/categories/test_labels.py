import pandas as pd

from ml.categories.config import CategoriesConfig
from ml.categories.labels import label
from ml.matching.normalise import read


def test_a_products_label_is_what_its_offers_agree_on(config: CategoriesConfig) -> None:
    frame = pd.DataFrame({
        "title": ["Norvik smartphone 64GB black", "Norvik A11 64 GB schwarz", "Brunmark fridge"],
        "category_path": ["Electronics > Phones > Smartphones", None, "Home"], "description": [None, None, None],
    })
    positions = [0, 1, 2]
    found = label(frame, positions, None, config, {place: read(frame["title"][place]).variants for place in positions})
    columns = found.of([0, 1]).columns()
    assert (columns["category"], columns["subcategory"], columns["google_category_id"]) == ("phones", "mobile phones", 267)
    assert {(tag["kind"], tag["value"]) for tag in columns["tags"]} == {("capacity", "64 GB"), ("colour", "black")}
    assert found.of([1]).columns()["category"] == "other"
    assert found.of([1]).columns()["google_category_id"] is None


def test_only_the_asked_offers_are_read(config: CategoriesConfig) -> None:
    frame = pd.DataFrame({"title": ["Norvik smartphone", "Brunmark fridge", "Kestrel laptop"]})
    found = label(frame, [2], None, config)
    assert found.of([2]).verdict.category == "computers"
    assert len(found.found) == 1
