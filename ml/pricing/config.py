"""What pricing may be tuned by: shares are fractions (0.1 = 10 %)."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict

CAPABILITY = "pricing"
NAIVE_VERSION = "pricing-hold-1"


class Config(BaseModel):
    """Settings of the capability."""

    model_config = ConfigDict(frozen=True)

    floor_margin: Decimal = Decimal("0.05")  # over cost: below it only on the way up, or where nobody lets us
    ceiling_markup: Decimal = Decimal("4")  # no price is raised above this multiple of cost
    largest_step: Decimal = Decimal("0.10")  # of the current price, per day
    smallest_step: Decimal = Decimal("0.01")  # a smaller change is not worth a new label
    min_competitors: int = 2  # sources that a competitor price needs
    plausible_index: tuple[Decimal, Decimal] = (Decimal("0.4"), Decimal("2.5"))  # of the current price: else a mismatch

    high_cover_days: int = 120
    high_cover_nudge: Decimal = Decimal("-0.03")
    low_cover_nudge: Decimal = Decimal("0.03")
    default_lead_time_days: int = 7

    default_margin: Decimal = Decimal("0.30")
    margin_range: tuple[Decimal, Decimal] = (Decimal("0.10"), Decimal("0.60"))
    competitor_weights: tuple[Decimal, ...] = (Decimal("0"), Decimal("0.25"), Decimal("0.5"), Decimal("0.75"))

    elasticity: float = -2.0  # assumed by the simulation for every SKU; measured on real shops: -1.5 to -2.6
    retrain_every_days: int = 14
    whole_units: frozenset[str] = frozenset({"JPY", "KRW", "ISK", "CLP", "VND", "HUF"})
