"""What teaches, calibrates and judges."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from ml.categories.assign import read_words
from ml.categories.config import CategoriesConfig
from ml.categories.split import Part, identities, parts
from ml.categories.training import gather, learn

Make = Callable[..., pd.DataFrame]
LINES = [f"{brand} {line}" for brand in ("norvik", "altera", "sunwei", "kestrel") for line in range(20)]


def test_an_offer_is_known_by_its_product_then_by_its_gtin() -> None:
    frame = pd.DataFrame({
        "product_id": ["p", None, None, None, None], "gtin": ["1", "1", "2", "", None],
    })
    assert identities(frame) == ["p", "p", "2", "", ""]
    assert identities(frame[["gtin"]]) == ["1", "1", "2", "", ""]
    assert identities(pd.DataFrame({"title": ["a", "b"]})) == ["", ""]


def test_a_products_texts_stand_where_most_of_them_begin(config: CategoriesConfig) -> None:
    texts = [f"{words} {end}" for words in LINES for end in ("64gb", "128gb")]
    known = [f"product {number // 2}" for number in range(len(texts))]
    odd = [f"new {words}" for words in LINES]
    found = parts([*texts, *odd], [*known, *(f"product {number}" for number in range(len(LINES)))], config)
    plain = parts(texts, [""] * len(texts), config)
    assert set(plain.values()) == set(Part)
    assert [found[text] for text in texts] == [plain[text] for text in texts]
    assert [found[text] for text in odd] == [plain[text] for text in texts[::2]]


def test_a_text_of_products_that_are_parted_has_no_part(config: CategoriesConfig) -> None:
    plain = parts(LINES, [""] * len(LINES), config)
    one, two = (next(words for words in LINES if plain[words] == part) for part in (Part.TEACH, Part.JUDGE))
    found = parts([one, one, two, two, "dual sim", "dual sim"], ["a", "a", "b", "b", "a", "b"], config)
    assert found == {one: Part.TEACH, two: Part.JUDGE}


def test_no_product_is_learnt_from_and_judged_by(make_offers: Make, config: CategoriesConfig) -> None:
    offers = make_offers(400, named=1.0)
    product = [f"product {number % 90}" for number in range(len(offers))]  # of many beginnings each
    readings = read_words(offers, config)
    examples = gather(readings, config, 3, product)
    of_text = pd.Series(product, [reading.rest for reading in readings])
    rows = pd.DataFrame([(name, part) for text, part in zip(examples.texts, examples.part, strict=True)
                         for name in np.atleast_1d(of_text[text])], columns=["product", "part"])
    assert set(rows["part"]) == set(Part)
    assert (rows.groupby("product")["part"].nunique() == 1).all()


def test_what_judges_neither_teaches_nor_calibrates(make_offers: Make, config: CategoriesConfig) -> None:
    examples = gather(read_words(make_offers(400), config), config, 3)
    shuffled = examples.category.copy()
    judges = examples.part == Part.JUDGE
    shuffled[judges] = shuffled[judges][::-1]
    assert (shuffled != examples.category).any()
    one, two = (learn(each, config, "v", 3) for each in (examples, replace(examples, category=shuffled)))
    assert one is not None
    assert two is not None
    np.testing.assert_array_equal(one.categories.weights, two.categories.weights)
    np.testing.assert_array_equal(one.categories.calibrated, two.categories.calibrated)
    assert (one.categories.threshold, one.trust) == (two.categories.threshold, two.trust)
