"""A small house with three datasets: candidate views over tables that a test may change, and the manifest that declares them."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from dealhouse.database import engine
from dealhouse.settings import settings

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)

CANDIDATES = """
set role transformer;
create table staging.deal (deal_id uuid, title text, price numeric(14, 2), marker int);
insert into staging.deal
select md5(n::text)::uuid, 'Deal ' || n, 10 + n % 7, 1 from generate_series(1, 200) n;
create view publish_candidate.deal as select deal_id, title, price, marker from staging.deal;
create view publish_candidate.product as select deal_id as product_id, title, marker from staging.deal;
create view publish_candidate.search_doc as
    select deal_id, (row_number() over (order by deal_id))::int as prank, to_tsvector('simple', title) as tsv, marker
    from staging.deal;
create table staging.live_offer (
    offer_id uuid, price numeric, currency text, price_reporting numeric, availability text, stock int, observed_at timestamptz
);
create view publish_candidate.live_offer as select * from staging.live_offer;
reset role;
"""


def node(name: str, columns: dict[str, str], key: list[str], **meta: list[Any]) -> dict[str, Any]:
    """A model of dbt's manifest, as far as a release reads it."""
    return {
        "resource_type": "model", "schema": "publish_candidate", "name": name, "alias": name,
        "config": {"contract": {"enforced": True}, "meta": {"key": key, **meta}},
        "columns": {column: {"name": column, "data_type": data_type} for column, data_type in columns.items()},
    }


Query = Callable[..., list[tuple[Any, ...]]]
Judge = Callable[..., None]
Declare = Callable[[dict[str, dict[str, Any]]], Path]


@pytest.fixture
def as_of() -> datetime:
    return AS_OF


@pytest.fixture
def house(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A migrated database with candidates, which this process's settings name; no manifest yet."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DEALHOUSE_HOME", str(tmp_path))
    settings.cache_clear()
    engine.cache_clear()
    run(database_url, CANDIDATES)
    yield database_url
    engine("publisher").dispose()
    engine("loader").dispose()
    engine.cache_clear()
    settings.cache_clear()


@pytest.fixture
def query(house: str) -> Query:
    """Runs a statement as the superuser, or as `role`, and commits."""
    return lambda statement, *values, role="postgres": run(house, statement, *values, role=role)


@pytest.fixture
def models() -> dict[str, dict[str, Any]]:
    """The manifest's nodes: a test may change them and declare them anew."""
    datasets = [
        node(
            "deal", {"deal_id": "uuid", "title": "text", "price": "numeric(14,2)", "marker": "integer"}, ["deal_id"],
            sort=["price desc", "deal_id"], indexes=[["price"]], gin=[["title gin_trgm_ops"]],
        ),
        node("product", {"product_id": "uuid", "title": "text", "marker": "integer"}, ["product_id"]),
        node(
            "search_doc", {"deal_id": "uuid", "prank": "integer", "tsv": "tsvector", "marker": "integer"}, ["deal_id"],
            sort=["prank"], gin=[["tsv"]],
        ),
        node("live_offer", {"offer_id": "uuid"}, ["offer_id"]),
    ]
    return {dataset["name"]: dataset for dataset in datasets}


@pytest.fixture
def declare(tmp_path: Path) -> Declare:
    """Writes a manifest where a release looks for it when none is named."""
    path = tmp_path / "dbt" / "target" / "manifest.json"
    path.parent.mkdir(parents=True, exist_ok=True)

    def write(nodes: dict[str, dict[str, Any]]) -> Path:
        path.write_text(json.dumps({"metadata": {}, "nodes": nodes}))
        return path

    return write


@pytest.fixture
def manifest(house: str, declare: Declare, models: dict[str, dict[str, Any]]) -> Path:
    """The house with the manifest of its three datasets."""
    assert house
    return declare(models)


@pytest.fixture
def judge(query: Query) -> Judge:
    """Writes the gate's verdict on a release (or on `only` one of its datasets), as the auditor."""

    def write(release_id: str, *, passed: bool = True, only: str | None = None) -> None:
        query(
            "insert into ops.gate_results (release_id, dataset, version, passed, checked_at) "
            "select release_id, d.key, (d.value ->> 'version')::bigint, %s, now() from publish.release, jsonb_each(datasets) d "
            "where release_id = %s and (%s::text is null or d.key = %s) "
            "on conflict (release_id, dataset) do update set passed = excluded.passed",
            passed, release_id, only, only, role="auditor",
        )

    return write


def run(url: str, statement: str, *values: object, role: str = "postgres") -> list[tuple[Any, ...]]:
    connection = psycopg2.connect(url, options=f"-c role={role}")
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()
