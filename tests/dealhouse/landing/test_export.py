"""A mart as Parquet reads back as it stands in Postgres, and only what analysts may read leaves."""

import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg2
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from dealhouse.database import engine
from dealhouse.errors import BadInputError
from dealhouse.landing import export as exporting
from dealhouse.landing.__main__ import main
from dealhouse.landing.export import export
from dealhouse.landing.store import open_store
from dealhouse.settings import settings

AS_OF = datetime(2026, 5, 5, 10, tzinfo=UTC)
TABLE = """
    set role transformer;
    create table marts.fct_things (
        thing_id uuid, day date, amount numeric, whole numeric(14, 4), n integer, big bigint, share double precision, ok boolean,
        title text, currency char(3), parts jsonb, tags text[], at timestamptz
    );
    insert into marts.fct_things values
        ('00000000-0000-4000-8000-000000000001', '2026-05-01', 12345.678901234567, 1.5, 1, 2, 0.1, true, 'Käse "\\', 'EUR',
         '{"b": 1, "a": [null]}', '{x,y}', '2026-05-01T10:00:00.123456Z'),
        ('00000000-0000-4000-8000-000000000002', '2026-05-02', -0.1, null, null, null, null, null, null, null, null, null, null),
        ('00000000-0000-4000-8000-000000000003', '2026-05-02', null, 2, 1, 2, 1, false, '', 'EUR', '[]', '{}', '2026-05-01Z'),
        ('00000000-0000-4000-8000-000000000004', null, null, 2, 1, 2, 1, false, '', 'EUR', '[]', '{}', '2026-05-01Z');
    create table marts.fct_none (day date, n integer);
    create table marts.numbers as select n, 'a longer title ' || n as title from generate_series(1, 60000) as n;
"""


def execute(url: str, statement: str) -> list[tuple[Any, ...]]:
    connection = psycopg2.connect(url, options="-c timezone=UTC")
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    node = {"resource_type": "model", "schema": "marts", "alias": "fct_things",
            "description": "Things. Grain: one row per thing.",
            "columns": {"amount": {"name": "amount", "description": "What it is worth."}}}
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"nodes": {"a": node}}))
    return path


@pytest.fixture
def house(warehouse: str) -> Iterator[str]:
    execute(warehouse, TABLE)
    yield warehouse
    engine("bi_reader").dispose()


def read(folder: str) -> pa.Table:
    days = ds.partitioning(pa.schema([("day", pa.date32())]), flavor="hive")
    return ds.dataset(folder, format="parquet", partitioning=days, exclude_invalid_files=True).to_table()


def test_what_is_read_back_is_what_stands_there(house: str, manifest: Path) -> None:
    done = export("fct_things", AS_OF, manifest=manifest)
    assert (done.mart, done.rows, done.files) == ("marts.fct_things", 4, 3)
    assert (done.first_day, done.last_day) == (date(2026, 5, 1), date(2026, 5, 2))
    found = read(done.uri).sort_by("thing_id").to_pylist()
    rows = execute(house, "select * from marts.fct_things order by thing_id")
    names = [name for (name,) in execute(house, "select attname from pg_attribute where attrelid = 'marts.fct_things'::regclass "
                                                "and attnum > 0 order by attnum")]
    wanted = [dict(zip(names, row, strict=True)) for row in rows]
    for row in wanted:
        row["parts"] = None if row["parts"] is None else json.dumps(row["parts"], sort_keys=True)
    assert found == [{name: row[name] for name in found[0]} for row in wanted]
    assert found[0]["amount"] == Decimal("12345.678901234567")


def test_the_schema_and_its_words_go_along(house: str, manifest: Path) -> None:
    done = export("marts.fct_things", AS_OF, manifest=manifest)
    told = json.loads((Path(done.uri) / "schema.json").read_text())
    assert (told["rows"], told["files"], told["as_of"]) == (4, 3, "2026-05-05T10:00:00+00:00")
    assert [column["name"] for column in told["partitioned_by"]] == ["day"]
    assert {"name": "amount", "type": "decimal128(38, 12)", "postgres_type": "numeric",
            "description": "What it is worth."} in told["columns"]
    schema = pq.read_schema(Path(done.uri) / "day=2026-05-01" / "part-0000.parquet")
    assert schema.metadata[b"description"] == b"Things. Grain: one row per thing."
    assert schema.field("amount").metadata == {b"description": b"What it is worth."}
    assert house


def test_again_for_the_same_instant_replaces_it(house: str, manifest: Path) -> None:
    export("fct_things", AS_OF, manifest=manifest)
    execute(house, "delete from marts.fct_things where day = '2026-05-01'")
    assert read(export("fct_things", AS_OF, manifest=manifest).uri).num_rows == 3


def test_a_mart_without_rows_still_says_its_columns(house: str, manifest: Path) -> None:
    done = export("fct_none", AS_OF, manifest=manifest)
    assert (done.rows, done.files, done.first_day) == (0, 1, None)
    assert pq.read_schema(Path(done.uri) / "part-0000.parquet").names == ["n"]
    assert house


def test_memory_holds_a_chunk_and_files_end(house: str, manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "CHUNK_ROWS", 1_000)
    monkeypatch.setattr(exporting, "FILE_ROWS", 25_000)
    export("fct_none", AS_OF, manifest=manifest)  # what is imported at first use is not what a mart costs
    tracemalloc.start()
    done = export("numbers", AS_OF, manifest=manifest)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (done.rows, done.files) == (60_000, 3)
    assert peak < 2e6
    assert read(done.uri)["n"].to_pylist() == list(range(1, 60_001))
    assert house


@pytest.mark.parametrize("mart", ["raw.shop_orders", "features.interactions", "fct_nothing", "a; drop table b", "inbox.events"])
def test_what_is_no_mart_is_refused(house: str, manifest: Path, mart: str) -> None:
    with pytest.raises(BadInputError):
        export(mart, AS_OF, manifest=manifest)
    assert list(open_store().list("exports/")) == []
    assert house


def test_from_a_terminal(house: str, manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "fct_things", "fct_none", "--as-of", "2026-05-05T10:00:00", "--manifest", str(manifest)]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["mart"], line["rows"]) for line in told] == [("marts.fct_things", 4), ("marts.fct_none", 0)]
    assert told[0]["uri"] == str(settings().home / "store/exports/marts.fct_things/2026-05-05T100000")
    assert main(["export", "nowhere", "--manifest", str(manifest)]) == 2
    assert house
