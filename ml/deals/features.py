"""Deal candidates, and what shoppers did with the deals of earlier runs."""

from datetime import datetime

import pandas as pd

from ml.core.warehouse_io import read_frame

CANDIDATES = "select * from features.deal_candidates order by deal_id"
# an outcome belongs to the run that was the newest when its hour began
OUTCOMES = """
    with runs as (
        select run_id, as_of, lead(as_of, 1, 'infinity') over (order by as_of) as until
        from predictions.run
        where capability = 'deals' and status = 'complete' and as_of < %(as_of)s and as_of > %(as_of)s - interval '32 days'
    )
    select outcomes.shown_at, outcomes.list, outcomes.position, outcomes.impressions, outcomes.clicks, scores.score,
           (scores.evidence ->> 'discount_pct')::float8 as discount_pct,
           (scores.parts -> 'saving_history' ->> 'value')::float8 as saving_history,
           (scores.parts -> 'saving_market' ->> 'value')::float8 as saving_market,
           (scores.parts -> 'trust' ->> 'value')::float8 as trust,
           (scores.parts -> 'popularity' ->> 'value')::float8 as popularity,
           (scores.parts -> 'stock' ->> 'value')::float8 as stock,
           (scores.parts -> 'time_left' ->> 'value')::float8 as time_left
    from features.deal_outcomes as outcomes
    join runs on outcomes.shown_at >= runs.as_of and outcomes.shown_at < runs.until
    join predictions.deal_scores as scores on scores.run_id = runs.run_id and scores.deal_id = outcomes.deal_id
    order by outcomes.shown_at, outcomes.list, outcomes.position, outcomes.deal_id
"""


def read_candidates() -> pd.DataFrame:
    """features.deal_candidates; money and percentages as float64, absent ones NaN."""
    return read_frame(CANDIDATES)


def read_outcomes(as_of: datetime) -> pd.DataFrame:
    """What shoppers did with the deals that earlier runs scored: a row per deal, hour, list and position, in order of
    time, with the score, its parts and the discount of the run in force; parts are NaN where the run kept none."""
    return read_frame(OUTCOMES, {"as_of": as_of})
