"""What the deal score learns from clicks: its weights and its curve, chosen by time and held against what needs no learning."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from ml.core.as_of import version
from ml.deals.calibration import Curve, Floats, Looks, fit, from_arrays, log_loss, looks_of, naive_losses, to_arrays
from ml.deals.config import DealsConfig
from ml.deals.model import VERSION
from ml.deals.weights import learned, rescored

CAPABILITY = "deals"
METRIC = "click_log_loss"


@dataclass(frozen=True)
class Model:
    """Weights of the score and the curve to a click's chance; without a curve nothing is said of clicks."""

    weights: Mapping[str, float] = field(default_factory=lambda: dict(DealsConfig().score_weights))
    curve: Curve | None = None
    version: str = VERSION

    def parts(self) -> dict[str, Any]:
        """For `artifacts.save`."""
        curve = {"curve.npz": to_arrays(self.curve)} if self.curve else {}
        return {"score.json": {"version": self.version, "weights": dict(self.weights)}, **curve}

    def click_probability(self, score: "pd.Series[float]") -> Floats:
        """NaN without a curve."""
        values = np.asarray(score, np.float64)
        return self.curve.probability(values).round(6) if self.curve else np.full(len(values), np.nan)


@dataclass(frozen=True)
class Trained:
    """A candidate with its log loss on the held-out period, beside what needs no learning and the live model."""

    model: Model
    value: float
    naive: Mapping[str, float]
    live: float | None

    def told(self) -> dict[str, float]:
        """Every figure, flat."""
        named = {METRIC: self.value, **{f"naive_{name}": value for name, value in self.naive.items()}}
        return {name: round(value, 6) for name, value in (named | ({"live": self.live} if self.live is not None else {})).items()}


def from_parts(parts: Mapping[str, Any]) -> Model:
    """What `Model.parts` told."""
    told = parts["score.json"]
    return Model(told["weights"], from_arrays(parts["curve.npz"]) if "curve.npz" in parts else None, told["version"])


def train(outcomes: pd.DataFrame, as_of: datetime, live: Model | None, config: DealsConfig) -> Trained | None:
    """Learn on the first period, choose on the second, test on the third, then fit on all. None with too few clicks in any."""
    periods = split(outcomes, config)
    if periods is None:
        return None
    first, second, third = periods
    weights = _chosen(first, second, config)
    earlier, tested = rescored(first.joined(second), weights), rescored(third, weights)
    value = log_loss(tested, fit(earlier, config).expected(tested))
    hand = config.score_weights
    naive = naive_losses(rescored(earlier, hand), rescored(third, hand), config)
    final = Model(weights, fit(earlier.joined(tested), config), version(CAPABILITY, as_of))
    return Trained(final, value, naive, _loss(live, third))


def split(outcomes: pd.DataFrame, config: DealsConfig) -> tuple[Looks, Looks, Looks] | None:
    """Three periods in order of time, cut between hours at shares of the clicks; None when one has fewer than `min_clicks`."""
    if outcomes.empty:
        return None
    looks = looks_of(outcomes, config)
    hour = pd.factorize(outcomes["shown_at"], sort=True)[0]
    share = np.bincount(hour, looks.clicks).cumsum()[hour] / max(looks.clicks.sum(), 1)
    cuts = (1 - 2 * config.held_out, 1 - config.held_out)
    period = np.searchsorted(cuts, share - 1e-9)
    found = (looks.take(period == 0), looks.take(period == 1), looks.take(period == 2))
    return found if min(each.clicks.sum() for each in found) >= config.min_clicks else None


def _chosen(first: Looks, second: Looks, config: DealsConfig) -> Mapping[str, float]:
    """The learned weights where they foretell the second period better than the hand-set ones."""
    hand = dict(config.score_weights)
    learnt = learned(first, fit(rescored(first, hand), config), config)

    def loss(weights: Mapping[str, float]) -> float:
        after = rescored(second, weights)
        return log_loss(after, fit(rescored(first, weights), config).expected(after))

    return learnt if loss(learnt) < loss(hand) else hand


def _loss(live: Model | None, looks: Looks) -> float | None:
    if live is None or live.curve is None:
        return None
    seen = rescored(looks, live.weights)
    return log_loss(seen, live.curve.expected(seen))
