"""Deal candidates and merchants' reputations out of the features schema."""

import pandas as pd

from ml.core.warehouse_io import read_frame
from ml.deals.config import DealsConfig

CANDIDATES = "select * from features.deal_candidates order by deal_id"
MERCHANTS = "select * from features.merchant_quality order by merchant_id"


def read_candidates() -> pd.DataFrame:
    """features.deal_candidates; money and percentages as float64, absent ones NaN."""
    return read_frame(CANDIDATES)


def read_reputations(config: DealsConfig) -> pd.DataFrame:
    """merchant_id, merchant_reputation, and the three shares that it is made of."""
    return reputations(read_frame(MERCHANTS), config)


def reputations(merchants: pd.DataFrame, config: DealsConfig) -> pd.DataFrame:
    """A merchant's reputation: weighted mean of three shares, each shrunk towards the market's own.

    honest: references that were really charged, of those that history could check; accepted: records not rejected; complete:
    crawls that came through. share = (good + prior * market) / (all + prior): a newcomer stands where the market stands.
    """
    m = merchants
    shares = {
        "honest_references": _shrunk(m["reference_charged"], m["reference_checked"], config.prior_references, config),
        "accepted_records": _shrunk(m["received"] - m["rejected"], m["received"], config.prior_records, config),
        "complete_crawls": _shrunk(m["crawls_complete"], m["crawls"], config.prior_crawls, config),
    }
    out = pd.DataFrame({"merchant_id": m["merchant_id"], **shares})
    weighted = [weight * out[name] for weight, name in zip(config.reputation_weights, shares, strict=True)]
    return out.assign(merchant_reputation=sum(weighted) / sum(config.reputation_weights))


def _shrunk(good: "pd.Series[float]", every: "pd.Series[float]", prior: float, config: DealsConfig) -> "pd.Series[float]":
    counted, whole = good.fillna(0).astype(float), every.fillna(0).astype(float)
    market = counted.sum() / whole.sum() if whole.sum() else config.prior_share
    return (counted + prior * market) / (whole + prior)


def joined(candidates: pd.DataFrame, reputation: pd.DataFrame, config: DealsConfig) -> pd.DataFrame:
    """Candidates with their merchant's reputation; a merchant never counted gets the mean of the others, or the prior."""
    frame = candidates.merge(reputation[["merchant_id", "merchant_reputation"]], on="merchant_id", how="left")
    mean = reputation["merchant_reputation"].mean() if len(reputation) else config.prior_share
    return frame.assign(merchant_reputation=frame["merchant_reputation"].fillna(mean))
