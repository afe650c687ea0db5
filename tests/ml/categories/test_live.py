from collections.abc import Callable
from datetime import UTC, datetime

import pandas as pd
from sqlalchemy import Engine

from ml.categories import live
from ml.categories.config import CAPABILITY, CategoriesConfig
from ml.core import registry
from ml.core.warehouse_io import run

Make = Callable[..., pd.DataFrame]
FIRST, SECOND = datetime(2026, 5, 5, 10, tzinfo=UTC), datetime(2026, 6, 5, 10, tzinfo=UTC)


def test_what_is_taught_serves_and_gives_way_only_to_better(
    warehouse: Engine, make_offers: Make, config: CategoriesConfig
) -> None:
    assert live.serving(FIRST) is None
    taught, candidate = live.teach(make_offers(400), FIRST, config)
    assert taught is not None
    assert candidate is not None
    assert candidate.value > candidate.naive_value
    served = live.serving(FIRST)
    assert served is not None
    assert served.version == taught.version == candidate.model_version
    again, other = live.teach(make_offers(400), SECOND, config)
    assert other is not None
    assert other.live_value is not None
    assert again is not None
    assert (again.version == taught.version) == (other.value <= other.live_value)
    live_model = registry.live(CAPABILITY)
    assert live_model is not None
    assert live_model.model_version == again.version


def test_offers_that_name_nothing_leave_the_words(warehouse: Engine, make_offers: Make, config: CategoriesConfig) -> None:
    assert live.teach(make_offers(100, named=0.0), FIRST, config) == (None, None)
    assert live.serving(FIRST) is None


def test_words_of_another_number_are_no_classifier(warehouse: Engine) -> None:
    with run(CAPABILITY, FIRST, "categories-words-0") as opened:
        opened.metrics = {"trained": True}
    assert live.serving(SECOND) is None
