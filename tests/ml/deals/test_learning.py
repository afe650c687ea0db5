from datetime import UTC, datetime

import pandas as pd

from ml.deals.config import DealsConfig
from ml.deals.learning import METRIC, Model, split, train
from ml.deals.score import PARTS
from tests.ml.deals.clicking import outcomes

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
CONFIG = DealsConfig()


def test_the_curve_is_held_against_a_later_period() -> None:
    trained = train(outcomes(1), AS_OF, None, CONFIG)
    assert trained is not None
    assert trained.value < min(trained.naive.values())
    assert trained.model.version == "deals-20260505T101500"
    assert trained.told()[METRIC] == round(trained.value, 6)
    assert trained.live is None
    again = train(outcomes(1), AS_OF, trained.model, CONFIG)
    assert again is not None
    assert again.live is not None


def test_periods_follow_each_other_and_never_share_an_hour() -> None:
    found = outcomes(2)
    periods = split(found, CONFIG)
    assert periods is not None
    sizes = [len(period.clicks) for period in periods]
    assert sum(sizes) == len(found)
    hours = found["shown_at"]
    edges = [hours.iloc[sizes[0] - 1], hours.iloc[sizes[0]], hours.iloc[sizes[0] + sizes[1] - 1], hours.iloc[sizes[0] + sizes[1]]]
    assert edges[0] < edges[1]
    assert edges[2] < edges[3]


def test_a_handful_of_clicks_teaches_nothing() -> None:
    assert train(outcomes(3, rows=300), AS_OF, None, CONFIG) is None
    assert train(pd.DataFrame(), AS_OF, None, CONFIG) is None


def test_weights_are_learned_only_where_they_foretell_better() -> None:
    hand = DealsConfig().score_weights
    as_set = train(outcomes(4, rows=3000), AS_OF, None, CONFIG)
    other = train(outcomes(5, rows=12_000, saving_market=0.9, stock=0.1), AS_OF, None, CONFIG)
    assert as_set is not None
    assert other is not None
    assert other.model.weights["saving_market"] > 1.5 * hand["saving_market"]
    assert abs(as_set.model.weights["saving_market"] - hand["saving_market"]) < 0.1


def test_learned_weights_stay_near_the_hand_set_ones() -> None:
    """Clicks alone cannot silence trust: shoppers click on fake discounts, too."""
    hand, (low, high) = CONFIG.score_weights, CONFIG.weight_bounds
    trained = train(outcomes(6, rows=12_000, saving_market=1.0, trust=-1.0), AS_OF, None, CONFIG)
    assert trained is not None
    found = trained.model.weights
    assert abs(sum(found.values()) - sum(hand.values())) < 1e-4
    shares = {part: found[part] / hand[part] for part in PARTS}
    assert max(shares.values()) / min(shares.values()) <= high / low + 1e-3
    assert found["trust"] > 0


def test_without_a_curve_nothing_is_said_of_clicks() -> None:
    assert pd.isna(Model().click_probability(pd.Series([0.1, 0.9]))).all()
