"""What forecasting reads: units per SKU and day as matrices, and long histories per category."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.errors import BadInputError
from ml.core.settings import settings
from ml.core.warehouse_io import read_frame
from ml.demand.config import Config

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """units (skus x days), NaN before a SKU's first day; stock_out (skus x days): sold out, so units say nothing of demand.

    category_units (categories x long days), NaN before the first day. Both end on the same day, the one before `start`,
    the first day to be forecast (in the shop's timezone).
    """

    skus: list[str]
    category: NDArray[np.int64]
    categories: list[str]
    units: Floats
    stock_out: NDArray[np.bool_]
    category_units: Floats
    start: date

    @property
    def days(self) -> int:
        return int(self.units.shape[1])

    def weekday(self, place: int) -> int:
        """The weekday (0 = Monday) of a column of `units`; columns from `days` on lie in the future."""
        return (self.start + timedelta(days=place - self.days)).weekday()

    @property
    def demand(self) -> Floats:
        """Units, NaN where they say nothing of demand."""
        return np.where(self.stock_out, np.nan, self.units)


def read(as_of: datetime, config: Config, timezone: str | None = None) -> Panel:
    """Read features.demand_history of days before as_of's day. Raises BadInputError when there is none."""
    start = as_of.astimezone(ZoneInfo(timezone or settings().shop_timezone)).date()
    known = {"as_of": as_of, "start": start, "since": start - timedelta(days=config.window)}
    daily = read_frame(
        """select sku, coalesce(category, 'other') as category, day, units, is_stock_out from features.demand_history
           where day >= %(since)s and day < %(start)s and as_of <= %(as_of)s order by sku, day""",
        known,
    )
    categories = read_frame(
        """select coalesce(category, 'other') as category, day, sum(units)::float8 as units from features.demand_history
           where day < %(start)s and as_of <= %(as_of)s group by 1, 2 order by 1, 2""",
        known,
    )
    if daily.empty:
        raise BadInputError("no day of demand is known", f"features.demand_history before {start}")
    return panel(daily, categories, start, config)


def panel(daily: pd.DataFrame, categories: pd.DataFrame, start: date, config: Config) -> Panel:
    """Matrices from rows: (sku, category, day, units, is_stock_out) and (category, day, units)."""
    last = daily.drop_duplicates("sku", keep="last").sort_values("sku")
    names = sorted(set(categories["category"]) | set(last["category"]))
    days = pd.date_range(start - timedelta(days=config.window), periods=config.window)
    sold_out = daily.assign(out=daily["is_stock_out"].fillna(False).astype(float))
    units, stock_out = (_matrix(sold_out, "sku", value, last["sku"].tolist(), days) for value in ("units", "out"))
    long_days = pd.date_range(min(categories["day"].min(), days[0]), days[-1])
    return Panel(
        last["sku"].tolist(), np.array([names.index(c) for c in last["category"]], np.int64), names,
        units, stock_out == 1, _matrix(categories, "category", "units", names, long_days), start,
    )


def _matrix(rows: pd.DataFrame, series: str, value: str, names: list[str], days: pd.DatetimeIndex) -> Floats:
    """(names x days); a day without a row after the first one counts 0, before it NaN."""
    wide = rows.pivot_table(index=series, columns="day", values=value, aggfunc="sum").reindex(index=names, columns=days)
    values = wide.to_numpy(dtype=np.float64, na_value=np.nan)
    begun = np.maximum.accumulate(~np.isnan(values), axis=1)
    return np.where(np.isnan(values) & begun, 0.0, values)
