"""Pulled from a real database: the schema `erp` of the test's own, by its owner; the warehouse is its other schemas."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import yaml

from dealhouse.errors import BadInputError, ConfigurationError, DatabaseBusyError, TransientError
from dealhouse.landing.store import FolderStore
from dealhouse.loading import ids
from dealhouse.loading.kind_mapping import kind_named, named_columns
from dealhouse.loading.pull import pull, pull_all
from dealhouse.loading.source import Source, registered
from dealhouse.settings import PROJECT, settings

Ask = Callable[[str], list[tuple[Any, ...]]]
Erp = Callable[[str], None]
SourceFile = Callable[..., Path]
NOON, ONE, TWO = (datetime(2026, 5, 5, hour, tzinfo=UTC) for hour in (12, 13, 14))
COLUMNS = {
    "payment_id": "nr", "order_id": "auftrag", "amount": "betrag", "status": "art", "event_at": "am", "updated_at": "stand",
}
PAYMENTS: dict[str, Any] = {
    "kind": "payments", "connection": "ERP_URL", "table": "erp.zahlung", "key": ["nr"], "watermark": "stand",
    "overlap_minutes": 30, "timezone": "Europe/Berlin", "constants": {"currency": "EUR"}, "words": {"status": {"ok": "captured"}},
    "columns": COLUMNS,
}
COMING_LATE = "update erp.zahlung set betrag = 5, stand = '2026-05-05 13:40' where nr = 1"  # of Berlin: 11:40 UTC


@pytest.fixture
def erp(house: str, monkeypatch: pytest.MonkeyPatch) -> Erp:
    """A database of somebody else's, with two payments; its times are Berlin's."""
    monkeypatch.setenv("ERP_URL", house)

    def run(statement: str) -> None:
        with psycopg2.connect(house) as connection, connection.cursor() as cursor:
            cursor.execute(statement)

    run("create schema erp")
    run("create table erp.zahlung (nr int primary key, auftrag text, betrag numeric, art text, am timestamp, stand timestamp)")
    run("insert into erp.zahlung values (1, 'A', 10, 'ok', '2026-05-05 10:00', '2026-05-05 10:00'), "
        "(2, 'B', 7.5, '100%', '2026-05-05 13:30', '2026-05-05 13:30')")
    return run


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SourceFile:
    monkeypatch.setenv("DEALHOUSE_SOURCES", str(tmp_path / "sources"))
    (tmp_path / "sources").mkdir()
    settings.cache_clear()

    def write(name: str = "erp", **changes: Any) -> Path:
        path = tmp_path / "sources" / f"{name}.yml"
        path.write_text(yaml.safe_dump({key: value for key, value in {**PAYMENTS, **changes}.items() if value is not None}))
        return path

    return write


def test_only_what_is_new_lands_and_late_and_changed_rows_do(ask: Ask, erp: Erp, source: SourceFile) -> None:
    first = pull(source(), NOON)
    assert first is not None
    assert (first.received, first.loaded, first.watermark) == (2, 2, datetime(2026, 5, 5, 11, 30, tzinfo=UTC))
    assert pull(source(), ONE) is None, "the row within the overlap is not landed again"
    erp(COMING_LATE)
    erp("insert into erp.zahlung values (3, 'C', 1, 'ok', '2026-05-05 13:10', '2026-05-05 13:10')")  # before the watermark
    erp("insert into erp.zahlung values (4, 'D', 1, 'ok', '2026-05-05 15:30', '2026-05-05 15:30')")  # after as_of
    second = pull(source(), ONE)
    assert second is not None
    assert second.received == 2
    third = pull(source(), TWO)
    assert third is not None
    assert third.received == 1
    assert ask("select payment_id, amount::text, event_at, status from raw.shop_payments order by loaded_at, payment_id") == [
        ("1", "10.0000", datetime(2026, 5, 5, 8, tzinfo=UTC), "captured"),
        ("2", "7.5000", datetime(2026, 5, 5, 11, 30, tzinfo=UTC), "100%"),
        ("1", "5.0000", datetime(2026, 5, 5, 8, tzinfo=UTC), "captured"),
        ("3", "1.0000", datetime(2026, 5, 5, 11, 10, tzinfo=UTC), "captured"),
        ("4", "1.0000", datetime(2026, 5, 5, 13, 30, tzinfo=UTC), "captured"),
    ]
    assert ask("select source, rows_received from raw.load_ledger order by loaded_at") == [("erp", 2), ("erp", 2), ("erp", 1)]


def test_all_comes_again_when_it_is_asked_for(ask: Ask, erp: Erp, source: SourceFile) -> None:
    pull(source(), NOON)
    again = pull(source(), ONE, full=True)
    assert again is not None
    assert again.received == 2
    assert pull(source(), TWO) is None


def test_a_query_is_a_source_and_its_customers_are_keys(ask: Ask, erp: Erp, source: SourceFile) -> None:
    kept = {name: column for name, column in COLUMNS.items() if name not in ("payment_id", "amount")}
    columns = {**kept, "native_customer_id": "auftrag", "order_id": "nr", "total": "betrag"}
    path = source(kind="orders", table=None, query="select * from erp.zahlung where art like '100%';", columns=columns)
    result = pull(path, NOON)
    assert result is not None
    assert result.loaded == 1
    assert ask("select order_id, customer_key from raw.shop_orders") == [("2", ids.customer_key("house", "B"))]


def test_of_two_pulls_at_once_only_one_lands(ask: Ask, erp: Erp, source: SourceFile, tmp_path: Path) -> None:
    path = source()
    pull(path, NOON)
    erp(COMING_LATE)

    class Meddling(FolderStore):
        def put_if_absent(self, key: str, content: bytes) -> bool:
            pull(path, TWO)
            return super().put_if_absent(key, content)

    with pytest.raises(DatabaseBusyError, match="another pull of erp"):
        pull(path, ONE, store=Meddling(tmp_path / "store"))
    assert ask("select loaded_at from raw.load_ledger order by 1") == [(NOON,), (TWO,)]
    assert list(FolderStore(tmp_path / "store").list("landing/")) == [], "what was not loaded is gone"
    assert ask("select count(*) from raw.shop_payments") == [(3,)]


@pytest.mark.parametrize(("changes", "fault"), [
    ({"table": "erp.nichts"}, "erp.nichts"),
    ({"watermark": "gestern"}, "gestern"),
    ({"columns": {**COLUMNS, "amount": "preis"}}, r"no column preis \(for amount\)"),
    ({"query": "select 1"}, "a table or a query"),
    ({"kind": "telepathy"}, "no kind 'telepathy'"),
])
def test_a_source_that_is_not_what_its_file_says_is_refused(
    ask: Ask, erp: Erp, source: SourceFile, changes: dict[str, Any], fault: str
) -> None:
    with pytest.raises(BadInputError, match=fault):
        pull(source(**changes), NOON)
    assert ask("select count(*) from raw.source_watermarks") == [(0,)]


def test_one_source_that_is_away_stops_no_other(
    ask: Ask, erp: Erp, source: SourceFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWAY_URL", "postgresql://127.0.0.1:1/x")
    for name, variable in (("another", "NOBODY_SAYS"), ("away", "AWAY_URL"), ("erp", "ERP_URL")):
        source(name, connection=variable)
    with pytest.raises(TransientError, match=r"ConfigurationError: NOBODY_SAYS .*; DatabaseBusyError: .* away does not answer"):
        pull_all(registered(), NOON)
    assert ask("select source from raw.source_watermarks") == [("erp",)]
    with pytest.raises(ConfigurationError, match="NOBODY_SAYS"):
        pull_all(registered()[:1], NOON)


def test_the_runbooks_source_is_one() -> None:
    words = (PROJECT / "docs" / "runbooks" / "own-shop.md").read_text()
    (told,) = [block for block in words.split("```yaml\n")[1:] if "watermark:" in block]
    source = Source.model_validate(yaml.safe_load(told.split("```")[0]))
    assert named_columns(kind_named(source.kind), source, set(source.columns.values()), "the runbook") == source.columns
