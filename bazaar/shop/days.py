"""The shop's calendar: business days in its own timezone, seconds since 1970 everywhere else."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from bazaar import clock
from bazaar.rng import IntArray

TIMEZONE = ZoneInfo("Europe/Berlin")
COUNTRY = "DE"


@cache
def midnight(day: int) -> int:
    """When the shop's business day `day` begins, as seconds since 1970 (UTC)."""
    local = datetime.combine(clock.START.date() + timedelta(days=day), time(), tzinfo=TIMEZONE)
    return int(local.timestamp())


def instant(day: int) -> int:
    """The clock's instant of `day`, as seconds since 1970."""
    return int(clock.instant(day).timestamp())


def local_day(seconds: int) -> int:
    """The business day that a moment falls into."""
    local = datetime.fromtimestamp(seconds, tz=TIMEZONE).date()
    return (local - clock.START.date()).days


def iso_times(seconds: IntArray | Sequence[int]) -> list[str]:
    """Moments as ISO 8601 texts in UTC, e.g. `2026-05-05T10:15:00+00:00`."""
    moments: npt.NDArray[np.datetime64] = np.asarray(seconds, dtype=np.int64).astype("datetime64[s]")
    return [f"{text}+00:00" for text in np.datetime_as_string(moments)] if len(moments) else []


def iso_time(seconds: int) -> str:
    """One moment as ISO 8601 text in UTC."""
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat()
