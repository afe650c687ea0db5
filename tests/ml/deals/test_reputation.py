from typing import Any

import pandas as pd
import pytest

from ml.deals.config import DealsConfig
from ml.deals.reputation import PARTS, reputations
from tests.ml.deals.conftest import QUALITY

CONFIG = DealsConfig()


Told = dict[str, dict[str, Any]]
SOUND: dict[str, Any] = {str(name): value for name, value in QUALITY.iloc[0].items()}


def told(*changes: dict[str, Any]) -> Told:
    """Reputations by name in a market of ten sound merchants, m0 one of them, and those that a change makes."""
    rows = [{**SOUND, "merchant_id": f"m{n}"} for n in range(10)] + [{**SOUND, **change} for change in changes]
    found = reputations(pd.DataFrame(rows), CONFIG)
    return {str(row["merchant_id"]): {str(name): value for name, value in row.items()} for row in found.to_dict("records")}


def test_one_bad_of_one_is_better_than_300_bad_of_1000() -> None:
    found = told(
        {"merchant_id": "small", "reference_checked": 1, "reference_charged": 0},
        {"merchant_id": "large", "reference_checked": 1000, "reference_charged": 700},
    )
    assert found["large"]["merchant_reputation"] < found["small"]["merchant_reputation"] < found["m0"]["merchant_reputation"]


@pytest.mark.parametrize("giant", [1, 1_000_000])
def test_the_market_is_no_giants_own_share(giant: int) -> None:
    found = told(
        {"merchant_id": "giant", "reference_checked": giant, "reference_charged": 0},
        {"merchant_id": "new", "reference_checked": 0, "reference_charged": 0},
    )
    assert found["new"]["honest_references"] > 0.85


@pytest.mark.parametrize(
    ("part", "worse"),
    [
        ("honest_references", {"reference_charged": 50}),
        ("price_truth", {"price_looks": 1000, "price_agreed": 700}),
        ("stock_truth", {"stock_claims": 1000, "stock_kept": 700}),
        ("accepted_records", {"rejected": 3000}),
        ("freshness", {"crawls_complete": 60}),
        ("freshness", {"hours_since_success": 100.0}),
        ("unreported", {"impressions": 10_000, "reports": 50}),
        ("clicked", {"impressions": 10_000, "clicks": 50, "expected_clicks": 100.0}),
    ],
)
def test_whatever_is_observed_to_be_worse_costs_reputation(part: str, worse: dict[str, Any]) -> None:
    found = told({"merchant_id": "worse", **worse})
    assert found["worse"][part] < found["m0"][part] - 0.05
    assert found["worse"]["merchant_reputation"] < found["m0"]["merchant_reputation"]


def test_more_clicks_than_expected_prove_nothing() -> None:
    found = told({"merchant_id": "loved", "impressions": 10_000, "clicks": 900, "expected_clicks": 100.0})
    assert found["loved"]["clicked"] == found["m0"]["clicked"] == 1.0


def test_a_merchant_that_nobody_crawls_is_not_late() -> None:
    found = told({"merchant_id": "house", "crawls": 0, "crawls_complete": 0, "hours_since_success": None, "typical_hours": None})
    assert found["house"]["freshness"] == pytest.approx(0.99, abs=0.02)


def test_cheats_fall_below_the_limit_and_newcomers_do_not() -> None:
    new = {**SOUND, "merchant_id": "new", "received": 3, "rejected": 3, "crawls": 1, "crawls_complete": 0,
           "reference_checked": 1, "reference_charged": 0}
    out = reputations(pd.concat([QUALITY, pd.DataFrame([new])]), CONFIG).set_index("merchant_id")["merchant_reputation"]
    assert out["cheat"] < CONFIG.min_reputation < out["new"] < out["good"]


def test_the_parts_say_what_the_reputation_is_made_of() -> None:
    found = told({"merchant_id": "worse", "reference_charged": 50})
    for row in found.values():
        assert list(row["parts"]) == list(PARTS)
        assert sum(part["contribution"] for part in row["parts"].values()) == pytest.approx(row["merchant_reputation"], abs=1e-3)
    assert found["worse"]["parts"]["honest_references"]["good"] == 50
    assert found["worse"]["parts"]["honest_references"]["of"] == 100
    assert set(CONFIG.reputation_weights) == set(PARTS)


def test_no_merchant_has_no_reputation() -> None:
    assert reputations(QUALITY.iloc[:0], CONFIG).empty
