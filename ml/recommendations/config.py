"""What recommendations may be tuned by; every length in days, every weight without unit."""

from pydantic import BaseModel, ConfigDict

CAPABILITY = "recommendations"
NAIVE_VERSION = "recommendations-popularity-1"
COMPONENTS = ("bought", "interest", "together", "also_bought", "also_viewed", "trending")


class Weights(BaseModel):
    """How much each component adds to a score; chosen on the validation fortnight, stored with the model.

    bought: occasions on which the shopper bought the item, fading · interest: views, clicks, carts and saves of it, fading ·
    together: bought in one basket with what they bought · also_bought: by the same customers ·
    also_viewed: in one visit with what they looked at · trending: popular in their country.
    """

    model_config = ConfigDict(frozen=True)

    bought: float = 1.0
    interest: float = 0.5
    together: float = 0.3
    also_bought: float = 0.3
    also_viewed: float = 0.2
    trending: float = 0.1

    def vector(self) -> list[float]:
        return [getattr(self, name) for name in COMPONENTS]


POPULARITY = Weights(bought=0, interest=0, together=0, also_bought=0, also_viewed=0, trending=1)
PERSONAL_FREQUENCY = Weights(bought=1, interest=0, together=0, also_bought=0, also_viewed=0, trending=1e-4)


class Config(BaseModel):
    """Settings of the capability."""

    model_config = ConfigDict(frozen=True)

    history_days: int = 365
    active_days: int = 180
    holdout_days: int = 14
    retrain_every_days: int = 14

    bought_half_life: float = 180.0
    interest_half_life: float = 14.0
    profile_half_life: float = 90.0
    trending_days: int = 28
    trending_half_life: float = 7.0
    trending_min_items: int = 30

    neighbours: int = 50
    min_support: int = 2
    shrink: float = 5.0
    candidates: int = 60

    items_per_customer: int = 20
    similar_per_product: int = 12
    trending_per_country: int = 30
    category_cap: int = 6
    group_cap: int = 2

    evaluated_customers: int = 1500
    min_evaluated_customers: int = 20
    at: int = 10
    chunk: int = 2000
    start: Weights = Weights()
    steps: tuple[float, ...] = (0.0, 0.3, 3.0)
    rounds: int = 2
