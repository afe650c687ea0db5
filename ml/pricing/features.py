"""What pricing reads: the SKUs, with a cost or without, and the demand forecast where there is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from ml.core.warehouse_io import read_frame


@dataclass(frozen=True)
class Sku:
    """One SKU at an instant; money in `currency`; None = not known. daily_demand: units a day expected over the next 28 days.

    demand_source: `forecast` or `units_28d`; demand_as_of: the instant for which that demand was computed.
    """

    sku: str
    category: str
    currency: str
    cost: Decimal
    minimum_price: Decimal | None
    current_price: Decimal | None
    reference_price: Decimal | None
    stock: int | None
    lead_time_days: int | None
    competitor_median: Decimal | None
    competitor_count: int
    lowest_30d: Decimal | None
    daily_demand: float
    demand_source: str
    demand_as_of: datetime
    as_of: datetime


@dataclass(frozen=True)
class Uncosted:
    """A SKU on sale whose cost nobody told us; money in `currency`."""

    sku: str
    currency: str
    current_price: Decimal
    as_of: datetime


MONEY = ("minimum_price", "current_price", "reference_price", "competitor_median", "lowest_30d")


def read(as_of: datetime) -> list[Sku]:
    """Every SKU with a cost, in order."""
    rows = read_frame(
        """select sku, category, currency, cost::text, minimum_price::text, current_price::text, reference_price::text,
                  competitor_median::text, lowest_30d::text, stock, lead_time_days,
                  coalesce(competitor_count, 0) as competitor_count, coalesce(units_28d, 0) as units_28d, as_of
            from features.sku_pricing
            where as_of = (select max(as_of) from features.sku_pricing where as_of <= %(as_of)s)
              and cost > 0 and currency is not null order by sku""",
        {"as_of": as_of},
    )
    return skus(rows, forecast(as_of))


def read_uncosted(as_of: datetime) -> list[Uncosted]:
    """Every SKU with a price and no cost, in order."""
    rows = read_frame(
        """select sku, currency, current_price::text, as_of from features.sku_pricing
            where as_of = (select max(as_of) from features.sku_pricing where as_of <= %(as_of)s)
              and (cost is null or cost <= 0) and current_price > 0 and currency is not null order by sku""",
        {"as_of": as_of},
    )
    return [
        Uncosted(str(row["sku"]), str(row["currency"]), Decimal(str(row["current_price"])), as_of)
        for row in rows.to_dict("records")
    ]


@dataclass(frozen=True)
class Demand:
    """Expected units a day by SKU, from the newest forecast known at as_of."""

    daily: dict[str, float]
    as_of: datetime | None = None


def forecast(as_of: datetime) -> Demand:
    """The newest complete demand run not older than a week; empty when there is none."""
    rows = read_frame(
        """select f.series_id as sku, avg(f.q50)::float8 as daily, max(r.as_of) as as_of
           from predictions.demand_forecasts as f
           join (select run_id, as_of from predictions.run
                 where capability = 'demand' and status = 'complete' and as_of <= %(as_of)s and as_of > %(since)s
                 order by as_of desc limit 1) as r on r.run_id = f.run_id
           where f.level = 'sku' and f.day >= %(today)s group by f.series_id""",
        {"as_of": as_of, "since": as_of - timedelta(days=7), "today": date(as_of.year, as_of.month, as_of.day)},
    )
    if rows.empty:
        return Demand({})
    return Demand(dict(zip(rows["sku"], rows["daily"], strict=True)), rows["as_of"].iloc[0].to_pydatetime())


def skus(rows: pd.DataFrame, demand: Demand) -> list[Sku]:
    """Typed values from rows as read (money as text)."""
    return [_sku(row, demand) for row in rows.to_dict("records")]


def _sku(row: Mapping[Any, Any], demand: Demand) -> Sku:
    sku, as_of = str(row["sku"]), pd.Timestamp(str(row["as_of"])).to_pydatetime()
    known = sku in demand.daily and demand.as_of is not None
    money = {name: _money(row[name]) for name in MONEY}
    return Sku(
        sku=sku, category=_text(row["category"]), currency=str(row["currency"]), cost=Decimal(str(row["cost"])),
        stock=_whole(row["stock"]), lead_time_days=_whole(row["lead_time_days"]),
        competitor_count=_whole(row["competitor_count"]) or 0,
        daily_demand=demand.daily[sku] if known else (_whole(row["units_28d"]) or 0) / 28,
        demand_source="forecast" if known else "units_28d", demand_as_of=demand.as_of if known and demand.as_of else as_of,
        as_of=as_of, **money,
    )


def _money(value: Any) -> Decimal | None:  # noqa: ANN401
    """A positive amount; what is absent, or not positive, is not known."""
    return None if pd.isna(value) or Decimal(str(value)) <= 0 else Decimal(str(value))


def _whole(value: Any) -> int | None:  # noqa: ANN401
    return None if pd.isna(value) else int(value)


def _text(value: Any) -> str:  # noqa: ANN401
    return "other" if pd.isna(value) else str(value)
