"""Variants of one article share an item group; articles do not."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ml.matching.clusters import traits
from ml.matching.config import MatchingConfig
from ml.matching.groups import Made, by_product, families
from ml.matching.model import Blocked, Rules, block
from ml.matching.offers import FloatArray, IntArray, Offers, prepare


class Alike(Rules):
    """A scorer to whom all pairs are alike as soon as variants say nothing."""

    def probabilities(self, features: pd.DataFrame) -> FloatArray:
        return np.where(features["variant_conflict"] > 0, 0.01, 0.9).astype(np.float32)


def offers_of(rows: Sequence[Sequence[str | None]]) -> Offers:
    """Rows of merchant, title, brand, merchant's group."""
    frame = pd.DataFrame(rows, columns=["merchant_id", "title", "brand", "item_group_key"])
    return prepare(frame.assign(offer_id=[str(place) for place in range(len(rows))]))


def grouped(offers: Offers, labels: Sequence[int]) -> IntArray:
    """Families of products, one offer in each unless `labels` say otherwise."""
    config = MatchingConfig()
    blocked: Blocked = block(offers, config)
    made = Made(offers, np.array(labels), traits(offers))
    return families(made, Alike(), blocked, config)


def test_capacities_of_one_phone_are_one_article_across_merchants() -> None:
    offers = offers_of([("a", "Norvik Falcon phone 64 GB", "Norvik", None), ("b", "Norvik Falcon phone 128 GB", "Norvik", None)])
    one, two = grouped(offers, [0, 1])
    assert one == two


def test_brands_codes_and_articles_of_a_merchant_are_not_grouped() -> None:
    rows: list[Sequence[str | None]]
    rows = [("a", "Falcon phone 64 GB", "Norvik", None), ("b", "Falcon phone 128 GB", "Altera", None)]
    assert len(set(grouped(offers_of(rows), [0, 1]))) == 2, "brands"
    rows = [("a", "Falcon phone WH1000XM4 64 GB", None, None), ("b", "Falcon phone WH1000XM5 128 GB", None, None)]
    assert len(set(grouped(offers_of(rows), [0, 1]))) == 2, "codes of one shape"
    rows = [("a", "Falcon phone 64 GB", None, "a:1"), ("a", "Falcon phone 128 GB", None, "a:2")]
    assert len(set(grouped(offers_of(rows), [0, 1]))) == 2, "two articles of a merchant"


def test_what_a_merchant_lists_as_variants_is_one_article_and_so_is_what_others_list_with_them() -> None:
    offers = offers_of([
        ("a", "Falcon", None, "a:1"), ("a", "Orbit", None, "a:1"), ("b", "Orbit", None, "b:7"), ("b", "Delta", None, "b:7"),
        ("c", "Titan", None, None),
    ])
    out = grouped(offers, [0, 1, 1, 2, 3])
    assert len(set(out[:4])) == 1
    assert out[4] != out[0]


def test_a_products_family_is_that_of_its_offers() -> None:
    assert by_product({"a": "P", "b": "P", "c": "Q"}, ["a", "b", "c"], np.array([4, 4, 2])) == {"P": 4, "Q": 2}
