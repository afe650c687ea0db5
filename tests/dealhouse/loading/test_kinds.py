from collections.abc import Callable
from typing import Any

import pytest

from dealhouse.loading.kinds import KINDS
from dealhouse.loading.records import Context, Reader
from dealhouse.scraping.shop_feed import KINDS as FEEDS

Ask = Callable[[str], list[tuple[Any, ...]]]
AT = "2026-05-05T10:15:00+00:00"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_fills_every_column_of_its_table_and_no_other(ask: Ask, kind: str) -> None:
    spec = KINDS[kind]
    columns: dict[str, str] = dict(ask("select column_name, is_nullable from information_schema.columns "
                       f"where table_schema = 'raw' and table_name = '{spec.table}'"))
    columns.pop("measured", None)  # what a crawl cost comes with its manifest, not with a record
    ours = {"batch_id", "row_no", *Reader(spec, Context("acme", "house", AT, AT)).columns} - ({"row_no"} - set(columns))
    assert ours == set(columns)
    optional = {column.name for column in spec.columns if column.treatment != "required"} - {"price", "currency"}
    assert {name for name in optional if columns[name] == "NO"} == set()


def test_every_feed_has_its_kind() -> None:
    assert {f"shop_{feed}" for feed in FEEDS} == {kind for kind in KINDS if kind.startswith("shop_")}


def test_kinds_that_name_customers_are_personal() -> None:
    named = {name for name, spec in KINDS.items() if any(column.name == "customer_key" for column in spec.columns)}
    assert named == {name for name, spec in KINDS.items() if spec.personal}
