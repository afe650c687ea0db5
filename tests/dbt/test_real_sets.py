"""Real exports through the importer and the same models: what stands in the marts is what pandas reads off the file."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from benchmarks.warehouse_real_sets import DAILY, ORDERS, SETS, daily
from dealhouse.database import engine
from dealhouse.loading.import_orders import import_orders
from dealhouse.loading.orders_mapping import read_mapping
from dealhouse.settings import settings

if TYPE_CHECKING:
    from tests.dbt.conftest import Warehouse



@pytest.fixture
def imported(warehouse: "Warehouse", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Warehouse"]:
    """The importer points at the warehouse."""
    monkeypatch.setenv("DATABASE_URL", warehouse.url)
    monkeypatch.setenv("DEALHOUSE_HOME", str(tmp_path))
    settings.cache_clear()
    engine.cache_clear()
    yield warehouse
    engine("loader").dispose()
    settings.cache_clear()
    engine.cache_clear()


@pytest.mark.parametrize(("name", "column"), [("online_retail", "InvoiceDate"), ("complete_journey", "transaction_timestamp")])
def test_an_export_adds_up(imported: "Warehouse", tmp_path: Path, name: str, column: str) -> None:
    """Its first five days; benchmarks/warehouse_real_sets.py holds them whole."""
    path, read = SETS[name]
    if not path.is_file():
        pytest.skip(f"the real data are not at {path} (DEALHOUSE_DATA)")
    export = pd.read_parquet(path)
    export = export[export[column] < export[column].min().normalize() + pd.Timedelta(days=5)]
    export.to_parquet(tmp_path / path.name)
    result = import_orders(tmp_path / path.name, read_mapping(name))
    imported.dbt("run", "--select", "+fct_orders", "+fct_order_lines", "+fct_demand_daily", as_of=result.as_of.isoformat())
    lines = read(export)
    assert len(lines) > 500
    assert {day: tuple(rest) for day, *rest in imported.execute(DAILY)} == daily(lines, "Europe/Berlin")
    totals = (lines["order"].nunique(), lines["customer"].nunique(), int(lines["amount"].sum()))
    assert imported.execute(ORDERS) == [totals]
