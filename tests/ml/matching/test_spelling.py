import numpy as np
import pytest

from ml.matching.offers import Pairs
from ml.matching.spelling import longest_code, numbers_in, spelling_features


def test_numbers_and_codes_of_a_title() -> None:
    assert numbers_in("photoshop 4.0 cs3 2007") == ("2007", "3", "4")
    assert longest_code("sony mdrex85lpblk headphones 100 x1") == "mdrex85lpblk"
    assert longest_code("plain words 2007") == ""


def test_a_code_is_found_however_the_other_side_parts_it() -> None:
    texts = ["samsung htz510 home theater", "samsung ht z510 system", "samsung htz410 home theater", "print shop", "printshop 22"]
    out = spelling_features(texts, Pairs(np.array([0, 0, 3, 0]), np.array([1, 2, 4, 3])))
    assert out["code_found"][:2].tolist() == pytest.approx([100, 100 * 5 / 6], abs=1)
    assert np.isnan(out["code_found"][2:3]).all()
    assert out["code_like"][1] == pytest.approx(5 / 6)
    assert out["joined_jaro"][2] > 0.9
    assert out["numbers_apart"].tolist() == [0, 1, 0, 0]
    assert out["numbers_extra"].tolist() == [0, 1, 1, 1]


def test_no_offer_comes_first() -> None:
    texts = ["canon cli8b ink 16", "canon ink cartridge 0620b002 cli 8"]
    there, back = (spelling_features(texts, Pairs(np.array([a]), np.array([1 - a]))) for a in (0, 1))
    assert {name: float(value[0]) for name, value in there.items()} == {name: float(value[0]) for name, value in back.items()}
