"""Deals' numbers: the limits of the rules and the weights of the score."""

from pydantic import BaseModel, ConfigDict


class DealsConfig(BaseModel):
    """Every limit; percentages in points, shares and factors 0-1."""

    model_config = ConfigDict(frozen=True)

    # refusals and the flag, as asked for
    discount_tolerance: float = 5.0
    min_title: int = 10
    min_reputation: float = 0.6
    suspicious_ratio: float = 1.3
    # verdicts
    min_discount: float = 5.0          # Google's sale annotation: more than 5, less than 90 percent
    max_discount: float = 90.0
    min_observed_days: int = 30        # fewer of 200 days: history can neither convict nor acquit
    well_observed_days: int = 100      # from here on "fewer than 30 days charged" convicts
    charged_days: int = 30
    omnibus_tolerance: float = 0.5
    permanent_share: float = 0.8
    inflated_ratio: float = 1.5
    inflated_merchants: int = 3
    # reputation: shares of honest references, accepted records, complete crawls; each shrunk towards the market's own share
    reputation_weights: tuple[float, float, float] = (0.6, 0.25, 0.15)
    prior_references: float = 10.0
    prior_records: float = 50.0
    prior_crawls: float = 3.0
    prior_share: float = 0.9           # the market's share where nothing was counted yet
    # factors
    prior_impressions: float = 100.0
    base_click_rate: float = 0.02      # where the market has no impressions yet
    full_competitiveness: float = 0.2  # this much below the others' median counts 1, as much above 0
    full_saving: float = 0.3           # this much below one's own past counts 1
    good_title: tuple[int, int] = (20, 150)
    good_description: int = 60
    # score
    score_weights: dict[str, float] = {
        "saving_history": 0.35, "saving_market": 0.20, "trust": 0.20, "popularity": 0.10, "stock": 0.10, "time_left": 0.05,
    }
    trust_of_verdict: dict[str, float] = {"genuine": 1.0, "insufficient_history": 0.7}
    trust_otherwise: float = 0.2
    stock_value: dict[str, float] = {"in_stock": 1.0, "preorder": 0.5, "backorder": 0.5, "unknown": 0.6, "out_of_stock": 0.0}
    hours_to_buy: float = 24.0         # less time than this counts in proportion
    open_end: float = 0.7
    min_outcomes: int = 10             # clicked and unclicked deals each, for a figure that means something
