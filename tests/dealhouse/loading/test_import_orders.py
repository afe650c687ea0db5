import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from sqlalchemy import text

from dealhouse import database
from dealhouse.errors import BadInputError
from dealhouse.loading import ids
from dealhouse.loading.import_orders import import_orders
from dealhouse.loading.orders_mapping import Mapping, read_mapping
from stack.database import PROJECT

Ask = Callable[[str], list[tuple[Any, ...]]]

DATA = Path(os.environ.get("DEALHOUSE_DATA", PROJECT.parent / "shared" / "data"))
RETAIL = DATA / "online_retail" / "online_retail.parquet"
HEAD = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
LINES = (
    "536365,85123A,HEART LAMP,6,2010-12-01 08:26:00,2.55,17850,United Kingdom",
    "536365,85123A,HEART LAMP,6,2010-12-01 08:26:00,2.55,17850,United Kingdom",
    "536365,POST,POSTAGE,1,2010-12-01 08:26:00,18.00,17850,United Kingdom",
    "536366,22633,,2,2010-12-01 09:00:00,0.00,,United Kingdom",
    "536367,22633,\"HAND WARMER, \u0000 RED\",2,2010-12-01 09:30:00,1.85,,Atlantis",
    "C536379,85123A,HEART LAMP,-1,2010-12-02 10:00:00,2.55,17850,United Kingdom",
)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join((HEAD, *LINES)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def retail() -> Mapping:
    return read_mapping("online_retail")


def test_every_line_becomes_a_fact_or_a_reject(ask: Ask, export: Path, retail: Mapping) -> None:
    result = import_orders(export, retail)
    assert (result.received, result.loaded, result.rejected) == (6, 4, 2)
    assert (result.orders, result.customers, result.products) == (3, 1, 2)
    assert ask("select reason, kind from raw.rejects order by 1") == [
        ("duplicate_line", "shop_order_lines"), ("zero_unit_price", "shop_order_lines")
    ]
    assert ask("select order_id, kind, quantity from raw.shop_order_lines order by 1, line_no") == [
        ("536365", "sale", 6), ("536365", "fee", 1), ("536367", "sale", 2), ("C536379", "return", -1)
    ]
    assert ask("select order_id, customer_key, total::text, country, status from raw.shop_orders order by 1") == [
        ("536365", ids.customer_key("house", "17850"), "33.3000", "GB", "completed"),
        ("536367", None, "3.7000", None, "completed"),
        ("C536379", ids.customer_key("house", "17850"), "-2.5500", "GB", "returned"),
    ]
    assert ask("select sku, offer_id::text, currency from raw.shop_products order by 1") == [
        ("22633", ids.offer_id("house", "GB", "22633"), "GBP"), ("85123A", ids.offer_id("house", "GB", "85123A"), "GBP")
    ]
    assert "17850" not in str(ask("select r::text from raw.rejects r"))


def test_the_same_export_twice_is_once(ask: Ask, export: Path, retail: Mapping) -> None:
    first = import_orders(export, retail)
    assert import_orders(export, retail) == first
    assert ask("select count(*) from raw.shop_order_lines") == [(4,)]
    assert ask("select count(*), count(distinct loaded_at) from raw.load_ledger") == [(4, 1)]


def test_parquet_says_the_same_as_csv(ask: Ask, tmp_path: Path, retail: Mapping) -> None:
    rows = [dict(zip(HEAD.split(","), line.split(","), strict=True)) for line in LINES if '"' not in line]
    path = tmp_path / "orders.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    result = import_orders(path, retail)
    assert (result.received, result.loaded, result.rejected) == (5, 3, 2)


@pytest.mark.parametrize(
    ("content", "fault"),
    [("a,b\n1,2\n", "no column"), (HEAD + "\n", "not one line"), (HEAD + "\n1,2\n", "not one line")],
)
def test_a_file_that_is_no_export_is_refused(house: str, tmp_path: Path, retail: Mapping, content: str, fault: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(content)
    with pytest.raises(BadInputError, match=fault):
        import_orders(path, retail)


def test_a_file_that_is_not_there_or_not_parquet_is_refused(house: str, tmp_path: Path, retail: Mapping) -> None:
    with pytest.raises(BadInputError, match="no such file"):
        import_orders(tmp_path / "nothing.csv", retail)
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(BadInputError, match="no readable Parquet"):
        import_orders(tmp_path / "bad.parquet", retail)


def test_a_database_whose_shop_is_polled_takes_no_other_shop(ask: Ask, export: Path, retail: Mapping) -> None:
    with database.transaction("loader") as connection:
        connection.execute(text("insert into raw.feed_cursors values ('house', 'orders', '7', 'b1', '2026-05-05')"))
    with pytest.raises(BadInputError, match="polled already"):
        import_orders(export, retail)
    assert ask("select count(*) from raw.load_ledger") == [(0,)]


@pytest.mark.parametrize("wrong", ["currency: EURO", "timezone: Mars/Olympus", "cost_share: 2", "colums: {}"])
def test_a_wrong_mapping_is_refused(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "m.yml"
    good = ["columns: {order_id: o, sku: s, quantity: q, unit_price: p, event_at: t}", "currency: EUR", "country: DE",
            "timezone: Europe/Berlin", "cost_share: 0.5"]
    kept = [entry for entry in good if entry.split(":")[0] != wrong.split(":", maxsplit=1)[0]]
    path.write_text("\n".join([*kept, wrong]))
    with pytest.raises(BadInputError):
        read_mapping(str(path))


def test_what_a_line_cost_is_kept_to_the_cent_where_no_unit_price_is_told(ask: Ask, tmp_path: Path) -> None:
    mapping, path = tmp_path / "m.yml", tmp_path / "orders.csv"
    mapping.write_text("columns: {order_id: o, sku: s, quantity: q, line_total: p, event_at: t}\n"
                       "currency: USD\ncountry: US\ntimezone: America/New_York\n")
    path.write_text("o,s,q,p,t\n1,A,3,10.00,2026-05-01\n1,B,2,5.00,2026-05-01\n2,A,-3,-10.00,2026-05-02\n2,B,2,-5.00,2026-05-02\n")
    result = import_orders(path, read_mapping(str(mapping)))
    assert (result.loaded, result.rejected) == (3, 1)
    assert ask("select unit_price::text, discount::text from raw.shop_order_lines order by quantity") == [
        ("3.3334", "-0.0002"), ("2.5000", None), ("3.3334", "0.0002")
    ]
    assert ask("select total::text from raw.shop_orders order by 1") == [("-10.0000",), ("15.0000",)]
    assert ask("select reason from raw.rejects") == [("invalid_line_total",)]


def test_the_real_online_retail_loses_no_line(ask: Ask, retail: Mapping, tmp_path: Path) -> None:
    """Its first two months: benchmarks/own_shop_online_retail.py imports the whole year."""
    if not RETAIL.is_file():
        pytest.skip(f"the real Online Retail export is not at {RETAIL}")
    lines = pq.read_table(RETAIL, filters=[("InvoiceDate", "<", pa.scalar("2011-02-01").cast(pa.timestamp("us")))])
    pq.write_table(lines, tmp_path / "orders.parquet")
    result = import_orders(tmp_path / "orders.parquet", retail)
    assert (result.received, result.loaded + result.rejected) == (len(lines), len(lines))
    found: dict[str, int] = dict(ask("select reason, count(*) from raw.rejects group by 1"))
    twice = len(lines) - len(lines.group_by(lines.column_names).aggregate([]))
    assert twice - 20 < found.pop("duplicate_line") <= twice, "a line of no price is refused for that"
    assert set(found) <= {"invalid_unit_price", "zero_unit_price"}
    people = len(pc.unique(lines["CustomerID"].drop_null()))
    assert ask("select count(distinct customer_key) from raw.shop_orders") == [(people,)]
    kinds: dict[str, int] = dict(ask("select kind, count(*) from raw.shop_order_lines group by 1"))
    assert kinds["sale"] > 60_000
    assert kinds["return"] > 1_000
