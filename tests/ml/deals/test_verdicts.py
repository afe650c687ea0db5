from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.deals.config import DealsConfig
from ml.deals.model import EVIDENCE, score_deals
from ml.deals.verdicts import VERDICTS, verdicts
from tests.ml.deals.conftest import deals

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
Make = Callable[..., pd.DataFrame]
NEVER = {"days_at_reference_200d": 0, "reference_days_200d": 0}
UNSEEN = {"observed_days_200d": None, **dict.fromkeys(NEVER), "mean_price_30": None, "price_unconfirmed": None}


def judged(frame: pd.DataFrame) -> pd.DataFrame:
    return score_deals(frame.assign(merchant_reputation=0.9), AS_OF, DealsConfig())


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, "genuine"),
        ({"reference_price": 80.0}, "ref_not_above_price"),
        ({"discount_pct": 4.0, "stated_discount_pct": None}, "discount_out_of_range"),
        ({"discount_pct": 91.0, "stated_discount_pct": None}, "discount_out_of_range"),
        (NEVER, "ref_never_charged"),
        ({"reference_days_200d": 29}, "ref_below_30_of_200"),
        ({"lowest_price_30d_before": 99.0}, "omnibus_overstated"),
        ({"lowest_price_30d_before": 99.6}, "genuine"),
        ({"raised_before_sale": True}, "raised_before_sale"),
        ({"on_sale_share_90d": 0.8}, "permanent_sale"),
        ({"median_reference_reporting": 66.0}, "cross_merchant_inflated"),
        ({"median_reference_reporting": 66.0, "merchants_for_product": 3}, "genuine"),
        ({"observed_days_200d": 60, "reference_days_200d": 20}, "insufficient_history"),
        (UNSEEN, "insufficient_history"),
        ({"price_unconfirmed": True}, "insufficient_history"),
        ({**NEVER, "raised_before_sale": True}, "ref_never_charged"),
    ],
)
def test_the_first_verdict_that_applies_stands_with_its_numbers(make_deals: Make, change: dict[str, Any], verdict: str) -> None:
    row = judged(make_deals(change)).iloc[0]
    assert row["verdict"] == verdict
    assert verdict in VERDICTS
    assert list(row["evidence"]) == list(EVIDENCE)
    assert row["evidence"]["price"] == 80.0
    assert row["evidence"]["reference_days_200d"] == change.get("reference_days_200d", 160)


def test_missed_looks_convict_nobody(make_deals: Make) -> None:
    """The reference stood for 33 days, on 29 of which we looked: what we did not see between two looks is no fault."""
    assert judged(make_deals({"days_at_reference_200d": 29, "reference_days_200d": 33}))["verdict"].iloc[0] == "genuine"


@given(
    observed=st.integers(0, 29) | st.none(), discount=st.floats(-50, 100), lowest=st.floats(1, 500) | st.none(),
    charged=st.integers(0, 29), raised=st.booleans(), share=st.floats(0, 1) | st.none(), median=st.floats(1, 500) | st.none(),
    merchants=st.integers(1, 9),
)
def test_no_verdict_without_enough_history(
    observed: int | None, discount: float, lowest: float | None, charged: int, raised: bool, share: float | None,
    median: float | None, merchants: int,
) -> None:
    """Whatever else is known, fewer than 30 observed days neither convict nor acquit."""
    frame = deals({
        "observed_days_200d": observed, "discount_pct": discount, "lowest_price_30d_before": lowest,
        "days_at_reference_200d": charged, "reference_days_200d": charged, "raised_before_sale": raised,
        "on_sale_share_90d": share, "median_reference_reporting": median, "merchants_for_product": merchants,
    }).assign(claimed_pct=discount, omnibus_pct=0.0, reference_reporting=100.0)
    assert verdicts(frame, DealsConfig()).iloc[0] == "insufficient_history"


def test_times_are_told_as_times(make_deals: Make) -> None:
    frame = make_deals({})
    frame["lowest_price_at"] = pd.to_datetime(frame["lowest_price_at"], utc=True)
    assert judged(frame)["evidence"].iloc[0]["lowest_price_at"] == "2025-12-01T10:15:00+00:00"
