"""What forecasting may be tuned by."""

from pydantic import BaseModel, ConfigDict

CAPABILITY = "demand"
NAIVE_VERSION = "demand-seasonal-naive-1"
NAIVE = "seasonal_naive"


class Config(BaseModel):
    """Settings of the capability; lengths in days."""

    model_config = ConfigDict(frozen=True)

    horizon: int = 28
    profile_days: int = 56
    recent_half_life: float = 14.0
    croston_alpha: float = 0.1
    origins: int = 3  # rolling origins, `horizon` apart: the last one tests, the others choose
    min_history_days: int = 28
    smooth_share: float = 0.5  # of days with a sale: at or above it a SKU is smooth, below it intermittent

    prophet_min_days: int = 90
    prophet_yearly_days: int = 730
    explosion: float = 3.0  # no category forecast above this multiple of its busiest recent day
    scale_limit: float = 3.0  # no SKU day scaled by more than this to agree with its category

    retrain_every_days: int = 14
    default_dispersion: float = 0.5
    default_spread: float = 0.3

    @property
    def window(self) -> int:
        """How many days of SKU history are read."""
        return self.horizon * self.origins + 2 * self.profile_days
