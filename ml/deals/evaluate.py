"""Does a score foretell what shoppers click? The last run's scores against the clicks that came since."""

from datetime import datetime

import numpy as np
import pandas as pd

from ml.core.job import Metric
from ml.core.metrics import auc
from ml.core.warehouse_io import read_frame
from ml.deals.config import DealsConfig

NAME = "next_period_click_auc"
PREVIOUS = """
    select deal_id::text, score, (evidence ->> 'discount_pct')::float8 as discount_pct,
           coalesce((evidence ->> 'clicks_30d')::int, 0) as clicks_before,
           coalesce((evidence ->> 'impressions_30d')::int, 0) as impressions_before
    from predictions.deal_scores
    where run_id = (
        select run_id from predictions.run where capability = 'deals' and status = 'complete' and as_of < %(as_of)s
        order by as_of desc limit 1
    )
"""


def agreement(candidates: pd.DataFrame, as_of: datetime, config: DealsConfig) -> Metric:
    """AUC of the previous run's score for `clicked since`, among deals seen since; naive: the computed discount.

    None without a previous run, or with too few clicked or unclicked deals to say anything.
    """
    return measured(candidates, read_frame(PREVIOUS, {"as_of": as_of}), config)


def measured(candidates: pd.DataFrame, previous: pd.DataFrame, config: DealsConfig) -> Metric:
    """The same from frames. Counts are of the last 30 days, so a rise between two runs is what came since (at least)."""
    both = previous.merge(candidates[["deal_id", "clicks_30d", "impressions_30d"]], on="deal_id")
    clicked = (both["clicks_30d"].fillna(0) - both["clicks_before"]).to_numpy(float) > 0
    seen = clicked | ((both["impressions_30d"].fillna(0) - both["impressions_before"]).to_numpy(float) > 0)
    labels = clicked[seen]
    if min(int(labels.sum()), int((~labels).sum())) < config.min_outcomes:
        return Metric(name=NAME, value=None, naive=None)
    values = {name: both[name].fillna(0).to_numpy(np.float64)[seen] for name in ("score", "discount_pct")}
    return Metric(name=NAME, value=auc(labels, values["score"]), naive=auc(labels, values["discount_pct"]))
