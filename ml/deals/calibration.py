"""From a score to the chance of a click: where a deal stood counts for itself, what remains rises with the score.

P(click) = examined(place) * chance(score), the position-based model of Craswell et al. 2008; the curve is isotonic. Both are
fitted in turns (the regression EM of Wang et al. 2018, with the curve as its regression).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.deals.config import DealsConfig
from ml.deals.score import PARTS

Floats = NDArray[np.float64]
LEAST, MOST = 1e-4, 1 - 1e-4
_ROWS = ("place", "impressions", "clicks", "score", "discount", "parts")


@dataclass(frozen=True)
class Looks:
    """n rows of what shoppers saw: place (index into `places`), impressions, clicks (at most as many), score, discount, parts."""

    places: NDArray[np.str_]
    place: NDArray[np.int64]
    impressions: Floats
    clicks: Floats
    score: Floats
    discount: Floats
    parts: Floats

    def take(self, chosen: NDArray[np.bool_]) -> "Looks":
        return Looks(self.places, *(getattr(self, name)[chosen] for name in _ROWS))

    def joined(self, other: "Looks") -> "Looks":
        """These rows and others of the same places."""
        return Looks(self.places, *(np.concatenate([getattr(self, name), getattr(other, name)]) for name in _ROWS))

    def scored(self, score: Floats) -> "Looks":
        return replace(self, score=score)


@dataclass(frozen=True)
class Curve:
    """The chance of a click on a deal that is looked at, by score (linear between the `at`), and how well each place is seen."""

    at: Floats
    chance: Floats
    places: NDArray[np.str_]
    examined: Floats

    def probability(self, score: Floats) -> Floats:
        """The chance of a click where a deal is looked at most: what compares deals wherever they stood."""
        return np.asarray(np.interp(score, self.at, self.chance), np.float64)

    def expected(self, looks: Looks) -> Floats:
        """The chance of a click at the place where each row stood; a place never seen counts as the mean place."""
        known = dict(zip(self.places.tolist(), self.examined.tolist(), strict=True))
        examined = np.array([known.get(place, float(self.examined.mean())) for place in looks.places.tolist()])
        return np.asarray(np.clip(examined[looks.place] * self.probability(looks.score), LEAST, MOST), np.float64)


def looks_of(outcomes: pd.DataFrame, config: DealsConfig) -> Looks:
    """From `features.read_outcomes`; rows in its order."""
    position = outcomes["position"].astype(float).fillna(config.places).clip(0, config.places).astype(int).astype(str)
    place, places = pd.factorize(outcomes["list"].fillna("") + "|" + position, sort=True)
    impressions = outcomes["impressions"].to_numpy(np.float64)
    return Looks(
        np.asarray(places, str), place.astype(np.int64), impressions,
        np.minimum(outcomes["clicks"].to_numpy(np.float64), impressions), outcomes["score"].to_numpy(np.float64),
        outcomes["discount_pct"].fillna(0).to_numpy(np.float64), outcomes[list(PARTS)].to_numpy(np.float64),
    )


def fit(looks: Looks, config: DealsConfig) -> Curve:
    """The curve and the places' shares that explain the clicks; needs at least one click."""
    examined = np.ones(len(looks.places))
    at = chance = np.zeros(1)
    for _ in range(config.rounds):
        at, chance = _curve(looks, looks.impressions * examined[looks.place], config)
        hoped = np.bincount(looks.place, looks.impressions * np.interp(looks.score, at, chance), len(looks.places))
        found = np.bincount(looks.place, looks.clicks, len(looks.places))
        examined = (found + config.prior_place) / (hoped + config.prior_place)
        examined = examined / examined.max()
    at, chance = _curve(looks, looks.impressions * examined[looks.place], config)
    return Curve(at, chance, looks.places, examined)


def _curve(looks: Looks, weight: Floats, config: DealsConfig) -> tuple[Floats, Floats]:
    """Isotonic over bins of equal weight, each with one more click at the mean rate: no bin without a click means never."""
    from sklearn.isotonic import isotonic_regression

    order = np.argsort(looks.score, kind="stable")
    score, heavy, clicks = looks.score[order], weight[order], looks.clicks[order]
    # equal scores stay together: one deal is one point
    edge = np.concatenate([[True], score[1:] != score[:-1]])
    distinct = np.cumsum(edge) - 1
    share = np.bincount(distinct, heavy).cumsum() / heavy.sum()
    bins = np.minimum((share * config.bins).astype(int), config.bins - 1)[distinct]
    _, bins = np.unique(bins, return_inverse=True)
    mass, mean = np.bincount(bins, heavy), clicks.sum() / heavy.sum()
    middle = np.bincount(bins, heavy * score) / mass
    rate = (np.bincount(bins, clicks) + 1) / (mass + 1 / mean)
    return middle, np.asarray(isotonic_regression(rate, sample_weight=mass, y_min=LEAST, y_max=MOST), np.float64)


def log_loss(looks: Looks, chance: Floats) -> float:
    """Mean -log likelihood of an impression's outcome; NaN without impressions."""
    p = np.clip(chance, LEAST, MOST)
    total = looks.impressions.sum()
    told = looks.clicks * np.log(p) + (looks.impressions - looks.clicks) * np.log(1 - p)
    return float(-told.sum() / total) if total else float("nan")


def naive_losses(trained: Looks, tested: Looks, config: DealsConfig) -> dict[str, float]:
    """What the same places give with a chance that is constant, in proportion to the raw score, or to the raw discount."""
    examined = fit(trained.scored(np.zeros(len(trained.score))), config).examined
    guesses = {
        "constant": (np.ones(len(trained.score)), np.ones(len(tested.score))), "raw_score": (trained.score, tested.score),
        "raw_discount": (trained.discount, tested.discount),
    }
    losses = {}
    for name, (before, after) in guesses.items():
        looked = (trained.impressions * examined[trained.place] * before.clip(0)).sum()
        per = trained.clicks.sum() / looked if looked > 0 else 0.0
        losses[name] = log_loss(tested, examined[tested.place] * per * after.clip(0))
    return losses


def to_arrays(curve: Curve) -> Mapping[str, Any]:
    return {"at": curve.at, "chance": curve.chance, "places": curve.places, "examined": curve.examined}


def from_arrays(arrays: Mapping[str, Any]) -> Curve:
    return Curve(arrays["at"], arrays["chance"], arrays["places"], arrays["examined"])
