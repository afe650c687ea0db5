from datetime import UTC, datetime, timedelta

from ml.core.as_of import version
from ml.core.rng import generator, seed

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


def test_the_same_question_draws_the_same_numbers() -> None:
    assert generator("deals", AS_OF).random() == generator("deals", AS_OF).random()
    tomorrow = AS_OF + timedelta(days=1)
    others = {seed("deals", AS_OF), seed("demand", AS_OF), seed("deals", tomorrow), seed("deals", AS_OF, "split")}
    assert len(others) == 4
    assert all(0 <= value < 2**31 for value in others)


def test_a_version_names_its_instant() -> None:
    assert version("matching-lightgbm", AS_OF) == "matching-lightgbm-20260505T101500"
