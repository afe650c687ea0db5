"""A migrated database whose `features` a test fills by itself, and the models' room pointed at it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, create_engine, text

from ml.core.frames import copy_in
from ml.core.settings import settings

FEATURES = {
    "match_reviews": "offer_a uuid, offer_b uuid, as_of timestamptz, answer text, answered_at timestamptz, review_id bigint",
    "interactions": """customer_key text, product_id uuid, event_at timestamptz, kind text, quantity integer,
        price_reporting numeric(14,4), country text, as_of timestamptz""",
    "customer_profiles": """customer_key text, as_of timestamptz, country text, city text, language text,
        registered_at timestamptz, orders integer, last_order_at timestamptz""",
    "product_attributes": """product_id uuid, as_of timestamptz, item_group_id uuid, title text, brand text,
        category text, price_reporting numeric(14,4), discount_pct numeric(5,2), house_sku text,
        offers integer, merchants integer, is_available boolean, first_seen_at timestamptz""",
    "demand_history": """sku text, product_id uuid, category text, day date, units integer,
        revenue_reporting numeric(14,4), price_reporting numeric(14,4), on_promotion boolean,
        is_stock_out boolean, is_holiday boolean, as_of timestamptz""",
    "sku_pricing": """sku text, as_of timestamptz, product_id uuid, category text, cost numeric(14,4),
        minimum_price numeric(14,4), current_price numeric(14,4), currency text,
        reference_price numeric(14,4), stock integer, units_7d integer, units_28d integer,
        lead_time_days integer, competitor_lowest numeric(14,4), competitor_median numeric(14,4),
        competitor_count integer, lowest_30d numeric(14,4)""",
}

KINDS = {"integer": "int4", "bigint": "int8"}  # as COPY of ours names them

Fill = Callable[[str, pd.DataFrame], None]
Query = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def mlflow_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One tracking database for the session: making its tables takes seconds."""
    return f"sqlite:///{tmp_path_factory.mktemp('mlflow') / 'mlflow.db'}"


@pytest.fixture
def warehouse(database_url: str, mlflow_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The test's database with empty features tables, as their owner sees it; `ml` is pointed at it."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DEALHOUSE_HOME", str(tmp_path))
    monkeypatch.setenv("DEALHOUSE_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow_uri)
    settings.cache_clear()
    options = {"options": "-c role=transformer -c timezone=UTC"}
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg2://", 1), connect_args=options)
    with engine.begin() as connection:
        for table, columns in FEATURES.items():
            connection.execute(text(f"create table features.{table} ({columns})"))
    yield engine
    engine.dispose()
    settings.cache_clear()


@pytest.fixture
def fill(warehouse: Engine) -> Fill:
    """Append a frame to a features table."""
    of_table = text("select attname, atttypid::regtype::text from pg_attribute where attrelid = cast(:name as regclass)")

    def append(table: str, frame: pd.DataFrame) -> None:
        with warehouse.begin() as connection:
            columns = connection.execute(of_table, {"name": f"features.{table}"})
            kinds = {str(row.attname): KINDS.get(row.atttypid, str(row.atttypid)) for row in columns}
            copy_in(connection.connection.cursor(), ("features", table), frame, kinds)

    return append


@pytest.fixture
def query(warehouse: Engine) -> Query:
    """Rows of a statement as dicts."""

    def ask(statement: str) -> list[dict[str, Any]]:
        with warehouse.connect() as connection:
            return [dict(row) for row in connection.execute(text(statement)).mappings()]

    return ask
