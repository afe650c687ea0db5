"""A deal's score: six parts from 0 to 1 and what each is worth; the parts are kept for display."""

from collections.abc import Mapping

import pandas as pd

from ml.deals.config import DealsConfig

PARTS = ("saving_history", "saving_market", "trust", "popularity", "stock", "time_left")


def score_parts(f: pd.DataFrame, config: DealsConfig) -> pd.DataFrame:
    """One column for each of PARTS, 0-1: real saving against the offer's past and the other merchants, trust, and so on.

    Savings count from 0 to `full_saving` (unknown counts 0); trust is the reputation times what the verdict leaves of it. f:
    candidates with saving_history, saving_market, time_left_hours, merchant_reputation, verdict and popularity.
    """
    trusted = f["verdict"].map(config.trust_of_verdict).astype(float).fillna(config.trust_otherwise)
    return pd.DataFrame({
        "saving_history": (f["saving_history"] / config.full_saving).clip(0, 1).fillna(0),
        "saving_market": (f["saving_market"] / config.full_saving).clip(0, 1).fillna(0),
        "trust": f["merchant_reputation"].clip(0, 1) * trusted,
        "popularity": f["popularity"],
        "stock": f["availability"].map(config.stock_value).astype(float).fillna(config.stock_value["unknown"]),
        "time_left": (f["time_left_hours"] / config.hours_to_buy).clip(0, 1).fillna(config.open_end),
    }, f.index).astype(float)


def scores(parts: pd.DataFrame, weights: Mapping[str, float]) -> "pd.Series[float]":
    """0-1: the parts' mean by weight."""
    total = pd.Series(0.0, parts.index)
    for part in PARTS:
        total += weights[part] * parts[part]
    return total / sum(weights[part] for part in PARTS)


def shown(parts: pd.DataFrame, weights: Mapping[str, float]) -> list[dict[str, dict[str, float]]]:
    """Per deal and part its value, its weight (all together 1) and what it adds to the score."""
    whole = sum(weights[part] for part in PARTS)
    shares = [weights[part] / whole for part in PARTS]
    return [
        {
            part: {"value": round(value, 4), "weight": round(share, 4), "contribution": round(share * value, 4)}
            for part, value, share in zip(PARTS, values, shares, strict=True)
        }
        for values in parts[list(PARTS)].itertuples(index=False, name=None)
    ]
