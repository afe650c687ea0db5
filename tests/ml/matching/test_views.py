import numpy as np
import pandas as pd

from ml.matching.attributes import mapped
from ml.matching.config import MatchingConfig
from ml.matching.offers import Pairs, prepare
from ml.matching.tables import share_of_odds, together
from ml.matching.views import plain, view_features, views

LEFT = pd.DataFrame({
    "name": ["Norvik kettle", "Altera lamp", "Tessaro CM-2000X"], "description": ["steel, 2 litres", "", ""],
    "upc": ["4006381333931", "", ""], "style": ["kitchen", "", "kitchen"],
})
RIGHT = pd.DataFrame({
    "title": ["kettle of steel", "Norvik kettle 3000", "coffee machine"], "features": ["", "", "by Tessaro: cm2000x"],
    "ean": ["4006381333931", "4006381333948", ""], "style": ["Kitchen", "", ""],
})


def test_what_each_side_says_that_the_other_lacks() -> None:
    both = pd.concat([mapped(LEFT)[0], mapped(RIGHT)[0]], ignore_index=True)
    offers = prepare(both)
    out = view_features(views(offers), offers, Pairs(np.array([0, 0, 2]), np.array([3, 4, 5])))
    assert out["held_left"].tolist()[1] == 1
    assert 0 < out["held_left"][0] < out["held_left"][1]
    assert out["held_right"][1] < 1
    assert out["gtin_same"].tolist() == [1, 0, 0]
    assert out["gtin_apart"].tolist() == [0, 1, 0]
    assert out["code_left"][2] == 100
    assert out["category_path_sort"][0] == 100
    assert np.isnan(out["category_path_sort"][1])


def test_tables_are_blocked_across_only_and_rows_found_again() -> None:
    given = np.array([[1], [2]])
    tables, blocked = together(mapped(LEFT)[0], mapped(RIGHT)[0], MatchingConfig(), given)
    assert (tables.pairs.left < tables.lefts).all()
    assert (tables.pairs.right >= tables.lefts).all()
    assert len(tables.pairs) == len(blocked) + 1 == len(tables.features) == tables.words.shape[0]
    row = tables.rows_of(np.array([1, 0, 1]), np.array([2, 1, 0]))
    assert row[2] == -1
    assert (tables.pairs.left[row[:2]].tolist(), tables.pairs.right[row[:2]].tolist()) == ([1, 0], [5, 4])
    share = share_of_odds(tables, np.full(len(tables.pairs), 0.5, np.float32))
    assert share.to_numpy().max() < 1


def test_plain_words() -> None:
    assert plain("Größe: 2.5 l, (NEW)") == "grosse 2.5 l new"
    assert not plain("…")
