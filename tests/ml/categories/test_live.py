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
    first = live.teach(make_offers(400), FIRST, config)
    assert first.better
    assert first.candidate is not None
    assert first.candidate.value > first.candidate.naive_value
    served = live.serving(FIRST)
    assert served is not None
    assert served.version == first.candidate.model_version
    again = live.teach(make_offers(400), SECOND, config)
    assert again.candidate is not None
    assert again.candidate.live_value is not None
    assert again.better == (again.candidate.value > again.candidate.live_value)
    assert again.served is not None
    assert again.served.version == (again.candidate if again.better else first.candidate).model_version
    live_model = registry.live(CAPABILITY)
    assert live_model is not None
    assert live_model.model_version == again.served.version


def test_offers_that_name_nothing_leave_the_words(warehouse: Engine, make_offers: Make, config: CategoriesConfig) -> None:
    assert live.teach(make_offers(100, named=0.0), FIRST, config) == live.Taught(None)
    assert live.serving(FIRST) is None


def test_words_of_another_number_are_no_classifier(warehouse: Engine) -> None:
    with run(CAPABILITY, FIRST, "categories-words-0") as opened:
        opened.metrics = {"trained": True}
    assert live.serving(SECOND) is None
