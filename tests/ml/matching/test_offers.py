import numpy as np
import pandas as pd

from ml.matching.normalise import read
from ml.matching.offers import prepare, take
from ml.matching.readings import read_all
from tests.ml.matching.conftest import market


def test_a_packed_reading_is_the_reading() -> None:
    titles = ["Norvik WH-1000XM4 v11 2 x 500 ml black/blue", "", "Norvik WH-1000XM4 v11 2 x 500 ml black/blue"]
    packed = read_all(titles, ["42 / Black", "", "42 / Black"])
    assert list(packed) == [read(title, variant) for title, variant in zip(titles, ["42 / Black", "", "42 / Black"], strict=True)]


def test_rows_prepared_alone_by_what_is_known_are_those_prepared_among_all() -> None:
    frame = market(products=40)
    whole = prepare(frame)
    places = np.arange(3, len(frame), 5)
    few, kept = prepare(frame.iloc[places], whole.knowledge), take(whole, places, frame.iloc[places].reset_index(drop=True))
    assert few.knowledge.values == whole.knowledge.values
    for name in ("word", "char", "idf", "code", "shape", "number", "value", "dimension"):
        assert (getattr(few, name) != getattr(kept, name)).nnz == 0, name
    for name in ("brand", "mpn", "merchant", "group", "price", "pack"):
        pd.testing.assert_series_equal(pd.Series(getattr(few, name)), pd.Series(getattr(kept, name)), check_names=False)
    assert list(few.readings) == list(kept.readings)
    assert few.texts == kept.texts


def test_a_variant_value_of_a_new_dimension_gets_a_column() -> None:
    known = prepare(pd.DataFrame({"title": ["phone 128 GB"]})).knowledge
    later = prepare(pd.DataFrame({"title": ["tv 55 inch"]}), known)
    assert later.knowledge.values[: len(known.values)] == known.values
    assert later.value.shape[1] == later.dimension.shape[0] == len(known.values) + 1
