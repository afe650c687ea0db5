import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ml.core.registry import Candidate, deserves, live, promote
from ml.core.warehouse_io import run

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
BETTER = Candidate("v1", "matching/v1", "f1", 0.8, 0.5, None, higher_is_better=True)


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        (BETTER, True),
        (replace(BETTER, value=0.5), False),
        (replace(BETTER, value=math.nan), False),
        (replace(BETTER, live_value=0.9), False),
        (replace(BETTER, live_value=0.7), True),
        (replace(BETTER, higher_is_better=False), False),
        (replace(BETTER, value=0.4, higher_is_better=False), True),
        (replace(BETTER, value=0.4, live_value=0.3, higher_is_better=False), False),
    ],
)
def test_only_the_better_deserves(candidate: Candidate, expected: bool) -> None:
    assert deserves(candidate) is expected


@pytest.mark.usefixtures("warehouse")
def test_the_live_model_gives_way_only_to_a_better_one() -> None:
    assert live("matching") is None
    for candidate, wanted in (
        (replace(BETTER, value=0.4), None), (BETTER, "v1"),
        (replace(BETTER, model_version="v2", value=0.7, live_value=0.75), "v1"),
        (replace(BETTER, model_version="v3", value=0.8, live_value=0.75), "v3"),
    ):
        with run("matching", AS_OF, candidate.model_version) as opened:
            promote(opened, candidate)
        current = live("matching")
        assert (current.model_version if current else None) == wanted
    assert live("matching", "another scope") is None
