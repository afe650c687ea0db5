"""What the parts of a score are worth, learned from clicks: never negative, and never far from what was set by hand."""

from collections.abc import Mapping

import numpy as np

from ml.deals.calibration import Curve, Floats, Looks
from ml.deals.config import DealsConfig
from ml.deals.score import PARTS


def learned(looks: Looks, curve: Curve, config: DealsConfig) -> dict[str, float]:
    """Weights brought to the hand-set ones' sum; before that each lies within `weight_bounds` times its hand-set value.

    Logistic regression of a click on the parts, with the places' shares given (`curve`) and a ridge towards the hand-set weights.
    """
    from scipy.optimize import minimize
    from scipy.special import expit, log_expit

    hand = np.array([config.score_weights[part] for part in PARTS])
    examined, rows = curve.examined[looks.place], np.asarray(np.isfinite(looks.parts).all(axis=1), bool)
    seen, parts, examined = looks.take(rows), looks.parts[rows], examined[rows]

    def loss(free: Floats) -> tuple[float, Floats]:
        inside = free[0] + free[1] * (parts @ free[2:])
        liked = expit(inside)
        p = np.clip(examined * liked, 1e-12, 1 - 1e-12)
        told = seen.clicks * (np.log(examined) + log_expit(inside)) + (seen.impressions - seen.clicks) * np.log1p(-p)
        slope = (seen.impressions - seen.clicks) * examined * liked * (1 - liked) / (1 - p) - seen.clicks * (1 - liked)
        away, along = (free[2:] - hand) / hand, slope @ parts
        gradient = np.concatenate([[slope.sum(), along @ free[2:]], free[1] * along + 2 * config.weight_ridge * away / hand])
        return float(-told.sum() + config.weight_ridge * (away**2).sum()), gradient

    mean = np.clip(seen.clicks.sum() / max((seen.impressions * examined).sum(), 1e-9), 1e-4, 0.5)
    low, high = config.weight_bounds
    bounds = [(-12.0, 12.0), (0.0, 50.0), *((low * each, high * each) for each in hand)]
    found = minimize(loss, np.concatenate([[np.log(mean / (1 - mean)), 1.0], hand]), jac=True, method="L-BFGS-B", bounds=bounds)
    weights = found.x[2:] * hand.sum() / found.x[2:].sum()
    return dict(zip(PARTS, weights.round(6).tolist(), strict=True))


def rescored(looks: Looks, weights: Mapping[str, float]) -> Looks:
    """The same looks under other weights; a row without parts keeps its score."""
    worth = np.array([weights[part] for part in PARTS])
    score = looks.parts @ worth / worth.sum()
    return looks.scored(np.where(np.isfinite(score), score, looks.score))
