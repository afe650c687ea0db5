"""A build makes detached, keyed, sorted, indexed tables under one snapshot; whatever is wrong is named and leaves no table."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dealhouse.errors import ConfigurationError, ContractError
from dealhouse.releasing.build import build
from dealhouse.releasing.listing import list_releases

Query = Callable[..., list[tuple[Any, ...]]]

TABLES = "select relname from pg_class where relnamespace = 'publish'::regnamespace and relname ~ '_v[0-9]+$' order by 1"


@pytest.mark.usefixtures("manifest")
def test_a_build_copies_every_dataset_into_detached_tables(query: Query, as_of: datetime) -> None:
    release = build(as_of)
    assert (release.release_id, release.status, release.as_of) == ("r000001", "built", as_of)
    assert {name: (dataset.table, dataset.rows) for name, dataset in release.datasets.items()} == {
        "deal": ("deal_v1", 200), "product": ("product_v1", 200), "search_doc": ("search_doc_v1", 200),
    }
    assert query("select count(*), min(version), max(version) from publish.deal_v1") == [(200, 1, 1)]
    assert query("select count(*) from publish.deal") == [(0,)], "nobody reads it before the flip"
    assert query("select count(*) from publish.current") == [(0,)]


@pytest.mark.usefixtures("manifest")
def test_tables_carry_order_key_and_indexes(query: Query, as_of: datetime) -> None:
    build(as_of)
    prices = [row[0] for row in query("select price from publish.deal_v1 order by ctid")]
    assert prices == sorted(prices, reverse=True)
    definitions = " ".join(row[0] for row in query("select indexdef from pg_indexes where schemaname = 'publish'"))
    assert "gin (title gin_trgm_ops)" in definitions
    assert "USING gin (tsv)" in definitions
    assert "btree (version, deal_id)" in definitions
    assert query("select reltuples > 0 from pg_class where relname = 'deal_v1'") == [(True,)], "analysed"


@pytest.mark.usefixtures("manifest")
@pytest.mark.parametrize("role", ["serving", "auditor", "bi_reader"])
def test_readers_need_no_grant_of_their_own(query: Query, as_of: datetime, role: str) -> None:
    build(as_of)
    assert query("select count(*) from publish.deal_v1", role=role) == [(200,)]
    assert query("select count(*) from publish.deal", role=role) == [(0,)]


@pytest.mark.usefixtures("manifest")
def test_the_next_build_takes_the_next_version_for_all_datasets(as_of: datetime) -> None:
    build(as_of)
    second = build(as_of)
    assert second.release_id == "r000002"
    assert {dataset.version for dataset in second.datasets.values()} == {2}


@pytest.mark.usefixtures("manifest")
def test_builds_at_the_same_time_take_versions_of_their_own(as_of: datetime) -> None:
    with ThreadPoolExecutor(2) as pool:
        releases = list(pool.map(build, [as_of] * 4))
    assert {release.version for release in releases} == {1, 2, 3, 4}
    assert {release.status for release in list_releases()} == {"built"}


@pytest.mark.usefixtures("manifest")
@pytest.mark.parametrize(
    ("breach", "words"),
    [
        ("insert into staging.deal select * from staging.deal limit 1", "deal.*key"),
        ("insert into staging.deal values (null, 'nameless', 1, 1)", "deal.*key"),
        ("drop view publish_candidate.product", "product is not built"),
        (
            "drop view publish_candidate.product; "
            "create view publish_candidate.product as select deal_id as product_id, title from staging.deal",
            "product: marker is absent",
        ),
        (
            "drop view publish_candidate.product; "
            "create view publish_candidate.product as select deal_id as product_id, title, now() as marker from staging.deal",
            "product: marker is timestamptz, not int4",
        ),
    ],
)
def test_a_candidate_that_breaks_its_contract_is_named_and_leaves_no_table(
    query: Query, as_of: datetime, breach: str, words: str
) -> None:
    query(f"set role transformer; {breach}")
    with pytest.raises(ContractError, match=words):
        build(as_of)
    assert query(TABLES) == []
    assert [release.status for release in list_releases()] == ["refused"]


@pytest.mark.usefixtures("manifest")
def test_an_added_column_is_tolerated(query: Query, as_of: datetime) -> None:
    query("set role transformer; create or replace view publish_candidate.product as "
          "select deal_id as product_id, title, marker, 'new' as novelty from staging.deal")
    assert build(as_of).datasets["product"].rows == 200


def test_another_contract_gets_a_parent_of_its_own_beside_the_live_one(
    query: Query, as_of: datetime, models: dict[str, dict[str, Any]], declare: Callable[..., Path]
) -> None:
    declare(models)
    first = build(as_of)
    query("set role transformer; create or replace view publish_candidate.deal as "
          "select deal_id, title, price, marker, 'x'::text as colour from staging.deal")
    models["deal"]["columns"]["colour"] = {"name": "colour", "data_type": "text"}
    declare(models)
    second = build(as_of)
    assert second.datasets["deal"].contract_hash != first.datasets["deal"].contract_hash
    assert second.datasets["product"].contract_hash == first.datasets["product"].contract_hash
    assert query("select attname from pg_attribute where attrelid = 'publish.deal'::regclass and attname = 'colour'") == []
    beside = f"publish.deal_c{second.datasets['deal'].contract_hash[:8]}"
    assert query("select colour from publish.deal_v2 limit 1") == [("x",)]
    assert query(f"select count(*) from {beside}") == [(0,)]


@pytest.mark.usefixtures("house")
def test_without_a_manifest_a_build_says_where_it_looked(as_of: datetime) -> None:
    with pytest.raises(ConfigurationError, match=r"dbt/target/manifest\.json"):
        build(as_of)
