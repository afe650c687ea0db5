"""A merchant's reputation: what we counted of it, each share shrunk towards the market's, and the parts kept."""

from typing import Any

import pandas as pd

from ml.core.warehouse_io import read_frame
from ml.deals.config import DealsConfig

MERCHANTS = "select * from features.merchant_quality order by merchant_id"
# part: (good, of all)
SHARES = {
    "honest_references": ("reference_charged", "reference_checked"),
    "price_truth": ("price_agreed", "price_looks"),
    "stock_truth": ("stock_kept", "stock_claims"),
    "accepted_records": ("accepted", "received"),
    "freshness": ("crawls_complete", "crawls"),
}
PARTS = (*SHARES, "unreported", "clicked")


def read_reputations(config: DealsConfig) -> pd.DataFrame:
    """What `reputations` tells of features.merchant_quality."""
    return reputations(read_frame(MERCHANTS), config)


def reputations(merchants: pd.DataFrame, config: DealsConfig) -> pd.DataFrame:
    """merchant_id, merchant_reputation (0-1), a column for each of PARTS (0-1), and `parts` for display, in the given order.

    A share is (good + prior * market) / (all + prior), the mean of a beta posterior: who was hardly seen stands where the market
    stands. The reputation is the parts' mean by `reputation_weights`.
    """
    m = merchants.reset_index(drop=True)
    m["accepted"] = _number(m["received"]) - _number(m["rejected"])
    counts = {part: (_number(m[good]), _number(m[every])) for part, (good, every) in SHARES.items()}
    priors = config.reputation_priors
    found = {part: _shrunk(good, every, priors[part], config.prior_share) for part, (good, every) in counts.items()}
    found["freshness"] = found["freshness"] * _recency(m, config)
    clicks, reports = _number(m["clicks"]), _number(m["reports"])
    shown = _number(m["impressions"]).clip(lower=reports)
    found["unreported"] = _unreported(reports, shown, config)
    found["clicked"] = _clicked(clicks, _number(m["expected_clicks"]), config)
    counts |= {"unreported": (shown - reports, shown), "clicked": (clicks, _number(m["expected_clicks"]))}
    out = pd.DataFrame({"merchant_id": m["merchant_id"], **{part: found[part] for part in PARTS}})
    weights = {part: config.reputation_weights[part] / sum(config.reputation_weights.values()) for part in PARTS}
    out["merchant_reputation"] = sum(weights[part] * out[part] for part in PARTS)
    return out.assign(parts=pd.Series(_shown(out, counts, weights), out.index, dtype=object))


def joined(candidates: pd.DataFrame, reputation: pd.DataFrame, config: DealsConfig) -> pd.DataFrame:
    """Candidates with their merchant's reputation; a merchant never counted gets the mean of the others, or the prior."""
    frame = candidates.merge(reputation[["merchant_id", "merchant_reputation"]], on="merchant_id", how="left")
    mean = reputation["merchant_reputation"].mean() if len(reputation) else config.prior_share
    return frame.assign(merchant_reputation=frame["merchant_reputation"].fillna(mean))


def _number(column: "pd.Series[Any]") -> "pd.Series[float]":
    return column.astype(float).fillna(0.0)


def _shrunk(good: "pd.Series[float]", every: "pd.Series[float]", prior: float, first: float) -> "pd.Series[float]":
    """Each merchant's weight in the market's share is capped at `prior`: a giant is one voice, not the market.

    first: the market's share before anything was counted.
    """
    share, weight = (good / every.where(every > 0)).fillna(0), every.clip(upper=prior)
    market = ((share * weight).sum() + first * prior) / (weight.sum() + prior)
    return (good + prior * market) / (every + prior)


def _recency(m: pd.DataFrame, config: DealsConfig) -> "pd.Series[float]":
    """1 while the last complete crawl is not older than `late_after` usual gaps, then falling with its age; 1 without crawls."""
    usual = m["typical_hours"].astype(float)
    usual = usual.fillna(usual.median()).fillna(config.usual_hours).clip(lower=config.usual_hours)
    return (config.late_after * usual / m["hours_since_success"].astype(float)).clip(0, 1).fillna(1.0)


def _unreported(reports: "pd.Series[float]", shown: "pd.Series[float]", config: DealsConfig) -> "pd.Series[float]":
    """1 without a report, 0 at `full_reports` reports per impression; few impressions count like the market's."""
    rate = 1 - _shrunk(shown - reports, shown, config.prior_impressions, 1.0)
    return 1 - (rate / config.full_reports).clip(0, 1)


def _clicked(clicks: "pd.Series[float]", expected: "pd.Series[float]", config: DealsConfig) -> "pd.Series[float]":
    """Clicks against those that the places would bring anybody; more than expected proves no more trust than expected."""
    return ((clicks + config.prior_clicks) / (expected + config.prior_clicks)).clip(0, 1)


def _shown(
    out: pd.DataFrame, counts: dict[str, tuple["pd.Series[float]", "pd.Series[float]"]], weights: dict[str, float]
) -> list[dict[str, dict[str, float]]]:
    """Per merchant and part its value, weight and contribution to the reputation, and the counts behind it."""
    return [
        {
            part: {
                "value": round(float(value), 4), "weight": round(weights[part], 4),
                "contribution": round(weights[part] * float(value), 4),
                "good": round(float(counts[part][0].iloc[row]), 2), "of": round(float(counts[part][1].iloc[row]), 2),
            }
            for part, value in zip(PARTS, values, strict=True)
        }
        for row, values in enumerate(out[list(PARTS)].itertuples(index=False, name=None))
    ]
