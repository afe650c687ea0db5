"""Shoppers whose every chance is known: lists from the top, fewer looks further down, a click by what the deal is worth."""

import numpy as np
import pandas as pd

from ml.deals.config import DealsConfig
from ml.deals.score import PARTS

EXAMINED = 1 / np.arange(1, 11) ** 0.5


def outcomes(seed: int, rows: int = 6000, pull: float = 3.0, **worth: float) -> pd.DataFrame:
    """What `read_outcomes` tells of `rows` visits over 30 days: log odds of a click that is looked at = pull * worth . parts - 3.

    worth: by default the hand-set weights of the score. Better deals stand higher, so places and scores are entangled.
    """
    rng = np.random.default_rng(seed)
    hand = DealsConfig().score_weights
    parts = rng.random((rows, len(PARTS)))
    score = parts @ np.array([hand[part] for part in PARTS])
    value = parts @ np.array([worth.get(part, 0.0) if worth else hand[part] for part in PARTS])
    place = np.clip((10 * (1 - score) + rng.normal(0, 3, rows)).astype(int), 0, 9)
    clicked = rng.random(rows) < EXAMINED[place] / (1 + np.exp(3 - 2 * pull * value))
    hours = pd.Timestamp("2026-04-05T10:00:00+00:00") + pd.to_timedelta(np.sort(rng.integers(0, 720, rows)), unit="h")
    return pd.DataFrame({
        "shown_at": hours, "list": "deals", "position": place + 1, "impressions": 1, "clicks": clicked.astype(int),
        "score": score, "discount_pct": 50 * rng.random(rows), **dict(zip(PARTS, parts.T, strict=True)),
    })
