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
    min_observed_days: int = 30        # fewer of 200 days: no verdict
    well_observed_days: int = 100      # from here on a reference that stood for fewer than 30 days convicts
    charged_days: int = 30
    omnibus_tolerance: float = 0.5
    permanent_share: float = 0.8
    inflated_ratio: float = 1.5
    inflated_merchants: int = 3        # more than these, its own included, must offer the product: else no market to hold it to
    # reputation: what each part is worth, and how much of the market stands beside what was counted of a merchant
    reputation_weights: dict[str, float] = {
        "honest_references": 0.50, "price_truth": 0.08, "stock_truth": 0.10, "accepted_records": 0.12, "freshness": 0.10,
        "unreported": 0.06, "clicked": 0.04,
    }
    reputation_priors: dict[str, float] = {
        "honest_references": 10.0, "price_truth": 50.0, "stock_truth": 50.0, "accepted_records": 50.0, "freshness": 3.0,
    }
    prior_clicks: float = 5.0          # clicks as expected that stand beside those counted
    full_reports: float = 0.01         # this many reports an impression leave nothing of "unreported"
    late_after: float = 2.0            # usual gaps between complete crawls without one
    usual_hours: float = 24.0          # the gap of a merchant crawled once, and the least that is ever expected
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
    # calibration: position model and isotonic curve on what shoppers did, held against a later period
    retrain_every_days: int = 7        # about as long as the held-out period: the live model has not learned from it
    held_out: float = 0.25             # the last share of the clicks tests, the same share before them chooses the weights
    min_clicks: int = 40               # in each of the periods
    places: int = 20                   # from here on down a list one place is like the other
    rounds: int = 6
    prior_place: float = 5.0           # clicks as expected that stand beside a place's own
    bins: int = 30
    weight_bounds: tuple[float, float] = (0.5, 2.0)  # learned weights, in hand-set ones: a click is no proof of truth
    weight_ridge: float = 5.0
