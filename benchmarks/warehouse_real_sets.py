"""Two real sets through the importer and the models: the marts' totals beside those that pandas reads off the same file.

    python benchmarks/warehouse_real_sets.py

Online Retail (541,909 lines of a British wholesaler) and the sample of dunnhumby's Complete Journey (75,000 lines of American
groceries), each whole and in a database of its own. Prints a JSON line a set: seconds of importing and of building; lines, units,
money, orders and customers by `warehouse` and by `pandas`; `days_apart`: business days whose lines, units or money differ.
Skips where the data (DEALHOUSE_DATA) are absent.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "plugins")]
from benchmarks.warehouse import ask, dispose, own_database  # noqa: E402

DATA = Path(os.environ.get("DEALHOUSE_DATA") or PROJECT.parent / "shared" / "data")
DAILY = "select day::text, count(*), sum(quantity)::bigint, (sum(amount) * 10000)::bigint from marts.fct_order_lines group by 1"
ORDERS = "select count(*), count(distinct customer_key), (sum(total) * 10000)::bigint from marts.fct_orders"
SELECTORS = ("core", "learnt_from")
Days = dict[str, tuple[int, int, int]]


def online_retail(export: pd.DataFrame) -> pd.DataFrame:
    """Its sound lines: `at`, `order`, `customer`, `units`, `amount` in ten-thousandths (exact)."""
    sound = export.drop_duplicates()
    sound = sound[(sound["UnitPrice"] > 0) & (sound["Quantity"] != 0)]
    return pd.DataFrame({
        "at": sound["InvoiceDate"].dt.tz_localize("Europe/London"), "order": sound["InvoiceNo"], "customer": sound["CustomerID"],
        "units": sound["Quantity"], "amount": (sound["UnitPrice"] * 10_000).round().astype("int64") * sound["Quantity"],
    })


def complete_journey(export: pd.DataFrame) -> pd.DataFrame:
    """The same of the other set; it tells what a line cost."""
    sound = export[(export["quantity"] != 0) & (export["sales_value"] > 0)]
    return pd.DataFrame({
        "at": sound["transaction_timestamp"].dt.tz_localize("America/New_York", ambiguous=True, nonexistent="shift_forward"),
        "order": sound["basket_id"], "customer": sound["household_id"], "units": sound["quantity"].astype("int64"),
        "amount": (sound["sales_value"] * 10_000).round().astype("int64"),
    })


SETS: dict[str, tuple[Path, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "online_retail": (DATA / "online_retail" / "online_retail.parquet", online_retail),
    "complete_journey": (DATA / "complete_journey" / "transactions_sample.parquet", complete_journey),
}


def daily(lines: pd.DataFrame, timezone: str) -> Days:
    """Lines, units and money of each business day."""
    days = lines.groupby(lines["at"].dt.tz_convert(timezone).dt.strftime("%Y-%m-%d"))
    return {str(day): (len(rows), int(rows["units"].sum()), int(rows["amount"].sum())) for day, rows in days}


def totals(days: Days, orders: int, customers: int, billed: int) -> dict[str, float]:
    lines, units, money = (sum(numbers) for numbers in zip(*days.values(), strict=True))
    return {"lines": lines, "units": units, "money": money / 10_000, "orders": orders, "customers": customers,
            "billed": billed / 10_000}


def measure(name: str, path: Path, read: Callable[[pd.DataFrame], pd.DataFrame]) -> dict[str, Any]:
    from dealhouse import dbt_runs
    from dealhouse.loading.import_orders import import_orders
    from dealhouse.loading.orders_mapping import read_mapping
    from dealhouse.settings import settings

    mapping = read_mapping(name)
    with own_database() as (url, _):
        os.environ |= {"DEALHOUSE_SHOP_TIMEZONE": mapping.timezone, "DEALHOUSE_REPORTING_CURRENCY": mapping.currency}
        settings.cache_clear()
        began = time.monotonic()
        result = import_orders(path, mapping)
        imported = time.monotonic()
        for selector in SELECTORS:
            dbt_runs.build(selector, result.as_of)
        built = time.monotonic()
        found: Days = {day: (lines, units, money) for day, lines, units, money in ask(url, DAILY)}
        ((orders, customers, billed),) = ask(url, ORDERS)
        dispose()
    export = read(pd.read_parquet(path))
    wanted = daily(export, mapping.timezone)
    return {
        "figure": "set", "set": name, "received": result.received, "rejected": result.rejected,
        "import_seconds": round(imported - began, 1), "build_seconds": round(built - imported, 1),
        "warehouse": totals(found, orders, customers, billed),
        "pandas": totals(wanted, export["order"].nunique(), export["customer"].nunique(), int(export["amount"].sum())),
        "days": len(wanted), "days_apart": sum(found.get(day) != wanted.get(day) for day in found.keys() | wanted.keys()),
    }


def main() -> None:
    for name, (path, read) in SETS.items():
        if path.is_file():
            print(json.dumps(measure(name, path, read)), flush=True)
        else:
            print(json.dumps({"figure": "set", "set": name, "skipped": f"no {path.name} (DEALHOUSE_DATA)"}))


if __name__ == "__main__":
    main()
