"""One honest deal that tests spoil one fact at a time, and its features tables."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, text

from ml.core.frames import copy_in

DEALS = """
    deal_id uuid, as_of timestamptz, offer_id uuid, product_id uuid, merchant_id text, title text, description text,
    image_url text, category text, price numeric, currency text, price_reporting numeric, reference_price numeric,
    reference_kind text,
    discount_pct numeric, stated_discount_pct numeric, started_at timestamptz, ends_at timestamptz, availability text,
    observed_days_30d int, mean_price_30 numeric, lowest_price_30d_before numeric, observed_days_200d int,
    observed_days_before int, days_at_reference_200d int, reference_days_200d int, reduced_since timestamptz,
    price_unconfirmed boolean, lowest_price numeric, lowest_price_at timestamptz, lowest_price_30d numeric, observed_days int,
    on_sale_share_90d double precision, raised_before_sale boolean,
    median_reference_reporting numeric, merchants_for_product int,
    lowest_competitor_reporting numeric, median_competitor_reporting numeric, has_gtin boolean,
    impressions_30d int, clicks_30d int
"""
MERCHANTS = """
    merchant_id text, as_of timestamptz, offers int, received bigint, rejected bigint, crawls int, crawls_complete int,
    hours_since_success double precision, typical_hours double precision, reference_checked int, reference_charged int,
    price_looks int, price_agreed int, stock_claims int, stock_kept int, impressions int, clicks int,
    expected_clicks double precision, reports int
"""
OUTCOMES = """
    as_of timestamptz, deal_id uuid, shown_at timestamptz, list text, position int, impressions int, clicks int
"""
HONEST: dict[str, Any] = {
    "as_of": "2026-05-05T10:15:00+00:00", "merchant_id": "good", "title": "Norvik Falcon 3 256GB black",
    "description": "A phone with a long and honest description that says what it is and does.", "image_url": "http://img/1.jpg",
    "category": "phones", "price": 80.0, "currency": "EUR", "price_reporting": 80.0, "reference_price": 100.0,
    "reference_kind": "regular", "discount_pct": 20.0, "stated_discount_pct": 20.0, "started_at": "2026-05-01T10:15:00+00:00",
    "ends_at": None, "availability": "in_stock", "observed_days_30d": 30, "mean_price_30": 100.0,
    "lowest_price_30d_before": 100.0, "observed_days_200d": 180, "days_at_reference_200d": 150, "on_sale_share_90d": 0.1,
    "raised_before_sale": False, "observed_days_before": 176, "reference_days_200d": 160,
    "reduced_since": "2026-05-01T10:15:00+00:00", "price_unconfirmed": False, "lowest_price": 78.0,
    "lowest_price_at": "2025-12-01T10:15:00+00:00", "lowest_price_30d": 80.0, "observed_days": 300,
    "median_reference_reporting": 100.0, "merchants_for_product": 4, "lowest_competitor_reporting": 90.0,
    "median_competitor_reporting": 95.0, "has_gtin": True, "impressions_30d": 200, "clicks_30d": 4,
}
UNSEEN = {"typical_hours": 6.0, "price_looks": 0, "price_agreed": 0, "stock_claims": 0, "stock_kept": 0, "impressions": 0,
          "clicks": 0, "expected_clicks": 0.0, "reports": 0}
QUALITY = pd.DataFrame([
    {**UNSEEN, "merchant_id": "good", "offers": 500, "received": 10000, "rejected": 100, "crawls": 90, "crawls_complete": 90,
     "hours_since_success": 1.0, "reference_checked": 100, "reference_charged": 97},
    {**UNSEEN, "merchant_id": "cheat", "offers": 500, "received": 10000, "rejected": 3000, "crawls": 90, "crawls_complete": 80,
     "hours_since_success": 1.0, "reference_checked": 200, "reference_charged": 20},
])


def deals(*changes: dict[str, Any]) -> pd.DataFrame:
    rows = [{**HONEST, "deal_id": str(uuid.uuid5(uuid.NAMESPACE_OID, str(n))), **change} for n, change in enumerate(changes)]
    return pd.DataFrame(rows).assign(offer_id=[row["deal_id"] for row in rows], product_id=[row["deal_id"] for row in rows])


@pytest.fixture
def make_deals() -> Callable[..., pd.DataFrame]:
    """Deals that differ from the honest one by the given facts."""
    return deals


@pytest.fixture
def quality() -> pd.DataFrame:
    return QUALITY


@pytest.fixture
def put_deals(warehouse: Engine) -> Callable[..., None]:
    """(Re)make features.deal_candidates from a frame, with both merchants' quality, and deal_outcomes."""

    def make(frame: pd.DataFrame, outcomes: pd.DataFrame | None = None) -> None:
        with warehouse.begin() as connection:
            tables = (
                ("deal_candidates", DEALS, frame.convert_dtypes()), ("merchant_quality", MERCHANTS, QUALITY),
                ("deal_outcomes", OUTCOMES, pd.DataFrame() if outcomes is None else outcomes),
            )
            for table, columns, rows in tables:
                connection.execute(text(f"drop table if exists features.{table}"))
                connection.execute(text(f"create table features.{table} ({columns})"))
                names: Iterable[str] = map(str, rows.columns)
                copy_in(connection.connection.cursor(), ("features", table), rows, dict.fromkeys(names, "text"))

    return make
