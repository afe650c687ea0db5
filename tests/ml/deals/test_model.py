from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from ml.deals.config import DealsConfig
from ml.deals.model import FACTORS, score_deals
from ml.deals.reputation import joined, reputations

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
Make = Callable[..., pd.DataFrame]


def score(frame: pd.DataFrame, quality: pd.DataFrame) -> pd.DataFrame:
    config = DealsConfig()
    return score_deals(joined(frame, reputations(quality, config), config), AS_OF, config)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": None}, "missing_title"),
        ({"title": "Short"}, "short_title"),
        ({"description": "  "}, "empty_description"),
        ({"reference_price": None}, "missing_original_price"),
        ({"discount_pct": None, "stated_discount_pct": None}, "missing_discount"),
        ({"price": 0.0}, "invalid_price"),
        ({"discount_pct": -2.0, "stated_discount_pct": None}, "invalid_discount"),
        ({"stated_discount_pct": 25.1}, "discount_mismatch"),
        ({"merchant_id": "cheat"}, "low_reputation"),
    ],
)
def test_each_refusal_names_its_reason(make_deals: Make, quality: pd.DataFrame, change: dict[str, Any], reason: str) -> None:
    assert reason in score(make_deals(change), quality)["reject_reasons"].iloc[0]


@pytest.mark.parametrize("change", [{}, {"stated_discount_pct": 25.0}, {"title": "0123456789"}, {"stated_discount_pct": None}])
def test_a_deal_at_the_limits_is_accepted(make_deals: Make, quality: pd.DataFrame, change: dict[str, Any]) -> None:
    assert score(make_deals(change), quality)["reject_reasons"].iloc[0] == []


@pytest.mark.parametrize(("mean", "suspicious"), [(76.9, True), (77.0, False), (None, False)])
def test_a_reference_above_130_percent_of_the_past_is_flagged(
    make_deals: Make, quality: pd.DataFrame, mean: float | None, suspicious: bool
) -> None:
    assert score(make_deals({"mean_price_30": mean}), quality)["suspicious_pricing"].iloc[0] == suspicious


def test_confidence_is_the_mean_of_the_five_factors(make_deals: Make, quality: pd.DataFrame) -> None:
    out = score(make_deals({}, {"clicks_30d": 40}, {"price_reporting": 60.0}, {"image_url": None}), quality)
    assert (out[list(FACTORS)].mean(axis=1) - out["confidence"]).abs().max() < 1e-5
    assert out[list(FACTORS)].min().min() >= 0
    assert out[list(FACTORS)].max().max() <= 1


@pytest.mark.parametrize(
    "worse",
    [
        {"mean_price_30": 85.0}, {"median_competitor_reporting": 82.0}, {"availability": "out_of_stock"}, {"clicks_30d": 0},
        {"ends_at": "2026-05-05T11:15:00+00:00"}, {"merchant_id": "cheat"},
        {"days_at_reference_200d": 0, "reference_days_200d": 0},
    ],
)
def test_whatever_is_worse_scores_less(make_deals: Make, quality: pd.DataFrame, worse: dict[str, Any]) -> None:
    best, other = score(make_deals({}, worse), quality)["score"]
    assert 0 <= other < best <= 1
