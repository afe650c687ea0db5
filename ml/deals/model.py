"""What a deal is worth: refusals, five factors, a verdict on its reference price, a score; every rule keeps its numbers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from ml.deals.config import DealsConfig
from ml.deals.score import score_parts, scores, shown
from ml.deals.verdicts import verdicts

VERSION = "deals-rules-2"
FACTORS = ("merchant_reputation", "popularity", "price_competitiveness", "content_quality", "historical_performance")
EVIDENCE = (
    "price", "currency", "reference_price", "reference_kind", "discount_pct", "stated_discount_pct", "claimed_pct", "omnibus_pct",
    "lowest_price_30d_before", "mean_price_30", "observed_days_30d", "observed_days_200d", "days_at_reference_200d",
    "reference_days_200d", "reduced_since", "price_unconfirmed", "lowest_price_30d", "lowest_price", "lowest_price_at",
    "observed_days", "on_sale_share_90d", "raised_before_sale", "reference_reporting", "median_reference_reporting",
    "merchants_for_product", "lowest_competitor_reporting", "median_competitor_reporting", "has_gtin", "impressions_30d",
    "clicks_30d", "saving_history", "saving_market", "time_left_hours",
)


def score_deals(
    frame: pd.DataFrame, as_of: datetime, config: DealsConfig, weights: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Rows for predictions.deal_scores from candidates joined with merchant_reputation; without `weights` the hand-set ones."""
    weights = weights or config.score_weights
    f = _derived(frame, as_of)
    out = pd.DataFrame({"deal_id": f["deal_id"]}).assign(**factors(f, config))
    out["confidence"] = out[list(FACTORS)].mean(axis=1)
    out["verdict"] = verdicts(f, config)
    parts = score_parts(f.assign(verdict=out["verdict"], popularity=out["popularity"]), config)
    out["score"] = scores(parts, weights)
    out["parts"] = pd.Series(shown(parts, weights), out.index, dtype=object)
    out["suspicious_pricing"] = (f["reference_price"] > config.suspicious_ratio * f["mean_price_30"]).fillna(False).astype(bool)
    out["reject_reasons"] = pd.Series(reject_reasons(f, config), out.index, dtype=object)
    out["evidence"] = pd.Series(evidence(f), out.index, dtype=object)
    return out.round(dict.fromkeys([*FACTORS, "confidence", "score"], 6))


def _derived(frame: pd.DataFrame, as_of: datetime) -> pd.DataFrame:
    f = frame.copy()
    f["claimed_pct"] = f["stated_discount_pct"].fillna(f["discount_pct"])
    f["saving_history"] = _saving(f["price"], f["mean_price_30"])
    f["saving_market"] = _saving(f["price_reporting"], f["median_competitor_reporting"])
    f["omnibus_pct"] = 100 * (1 - f["price"] / f["lowest_price_30d_before"])
    f["reference_reporting"] = f["reference_price"] * f["price_reporting"] / f["price"]
    f["time_left_hours"] = (pd.to_datetime(f["ends_at"], utc=True) - pd.Timestamp(as_of)).dt.total_seconds() / 3600
    return f


def reject_reasons(f: pd.DataFrame, config: DealsConfig) -> list[list[str]]:
    """Why a deal is refused, each reason; an empty list accepts."""
    title, description = f["title"].fillna("").str.strip(), f["description"].fillna("").str.strip()
    reasons = {
        "missing_title": title == "",
        "missing_original_price": f["reference_price"].isna(),
        "missing_discount": f["claimed_pct"].isna(),
        "invalid_price": ~(f["price"] > 0),
        "invalid_discount": f["claimed_pct"] <= 0,
        "discount_mismatch": (f["discount_pct"] - f["stated_discount_pct"]).abs() > config.discount_tolerance,
        "short_title": (title != "") & (title.str.len() < config.min_title),
        "empty_description": description == "",
        "low_reputation": f["merchant_reputation"] < config.min_reputation,
    }
    table = pd.DataFrame(reasons).fillna(False).to_numpy(bool)
    names = list(reasons)
    return [[names[k] for k in np.flatnonzero(row)] for row in table]


def factors(f: pd.DataFrame, config: DealsConfig) -> dict[str, "pd.Series[float]"]:
    """The five factors of confidence, each 0-1; 0.5 where nothing is known."""
    impressions, clicks = f["impressions_30d"].fillna(0).astype(float), f["clicks_30d"].fillna(0).astype(float)
    base = clicks.sum() / impressions.sum() if clicks.sum() and impressions.sum() else config.base_click_rate
    rate = (clicks + config.prior_impressions * base) / (impressions + config.prior_impressions)
    cheaper = 1 - f["price_reporting"] / f["median_competitor_reporting"]
    past = (1 - f["price"] / f["mean_price_30"]) / config.full_saving
    seen = (f["observed_days_30d"].fillna(0).astype(float) / 30).clip(0, 1)
    return {
        "merchant_reputation": f["merchant_reputation"].clip(0, 1),
        "popularity": rate / (rate + base),
        "price_competitiveness": (0.5 + 0.5 * cheaper / config.full_competitiveness).clip(0, 1).fillna(0.5),
        "content_quality": _content(f, config),
        "historical_performance": 0.5 + seen * (past.clip(0, 1).fillna(0.5) - 0.5),
    }


def _content(f: pd.DataFrame, config: DealsConfig) -> "pd.Series[float]":
    title = f["title"].fillna("").str.strip().str.len()
    checks = (
        title.between(*config.good_title), f["description"].fillna("").str.strip().str.len() >= config.good_description,
        f["image_url"].fillna("") != "", ~f["category"].fillna("other").isin(["", "other"]),
        f["has_gtin"].fillna(False).astype(bool),
    )
    return pd.concat([check.astype(float) for check in checks], axis=1).mean(axis=1)


def _saving(price: "pd.Series[float]", usual: "pd.Series[float]") -> "pd.Series[float]":
    return 1 - price / usual.where(usual > 0)


def evidence(f: pd.DataFrame) -> list[dict[str, Any]]:
    """Per deal the numbers behind verdict and score, null where unknown."""
    return [
        {name: _plain(value) for name, value in zip(EVIDENCE, row, strict=True)}
        for row in f[list(EVIDENCE)].itertuples(index=False, name=None)
    ]


def _plain(value: Any) -> Any:  # noqa: ANN401
    if value is None or pd.isna(value):
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return round(float(value), 4) if isinstance(value, (float, np.floating)) else str(value)


def counts(reasons: Sequence[Sequence[str]]) -> dict[str, int]:
    """How often each reason stands."""
    flat = pd.Series([reason for each in reasons for reason in each], dtype=object)
    return {str(name): int(n) for name, n in flat.value_counts().sort_index().items()}
