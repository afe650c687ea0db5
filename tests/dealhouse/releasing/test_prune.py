"""Pruning keeps what may be rolled back to and never makes a reader wait."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from dealhouse.errors import BadInputError
from dealhouse.releasing import prune as pruning
from dealhouse.releasing.build import build
from dealhouse.releasing.flip import flip
from dealhouse.releasing.prune import prune
from dealhouse.releasing.rollback import rollback

Query = Callable[..., list[tuple[Any, ...]]]

TABLES = (
    "select relname from pg_class where relnamespace = 'publish'::regnamespace "
    "and relname ~ '^deal_[vc]' and relkind in ('r', 'p')"
)


@pytest.fixture
def live(manifest: Path, judge: Callable[..., None], as_of: datetime) -> Callable[[int], str]:
    def make(day: int) -> str:
        release = build(as_of + timedelta(days=day))
        judge(release.release_id)
        flip(release.release_id)
        return release.release_id

    return make


def deal_tables(query: Query) -> set[str]:
    return {row[0] for row in query(TABLES)}


def test_three_versions_stay(live: Callable[[int], str], query: Query) -> None:
    for day in range(5):
        live(day)
    pruned = prune()
    assert set(pruned.dropped) == {f"{name}_v{version}" for name in ("deal", "product", "search_doc") for version in (1, 2)}
    assert deal_tables(query) == {"deal_v3", "deal_v4", "deal_v5"}
    assert prune().dropped == ()
    with pytest.raises(BadInputError, match="pruned"):
        rollback("r000001")


def test_the_live_version_and_those_waiting_for_their_gate_stay(
    live: Callable[[int], str], query: Query, as_of: datetime
) -> None:
    for day in range(4):
        live(day)
    rollback("r000001")
    build(as_of + timedelta(days=9))
    prune(2)
    assert deal_tables(query) == {"deal_v1", "deal_v2", "deal_v3", "deal_v4", "deal_v5"} - {"deal_v2"}


def test_a_release_that_never_flipped_goes_once_a_newer_one_is_live(
    live: Callable[[int], str], query: Query, as_of: datetime
) -> None:
    build(as_of)
    live(1)
    prune()
    assert deal_tables(query) == {"deal_v2"}


def test_a_table_that_somebody_reads_waits_for_the_next_prune(
    house: str, live: Callable[[int], str], query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "ATTEMPTS", 1)
    monkeypatch.setattr(pruning, "DETACH_TIMEOUT_MS", 300)
    for day in range(3):
        live(day)
    analyst = psycopg2.connect(house, options="-c role=bi_reader")
    try:
        analyst.cursor().execute("select count(*) from publish.deal")
        assert set(prune(1).busy) == {"deal_v1", "deal_v2"}
        assert query("select count(*) from publish.deal where version = 3", role="serving") == [(200,)]
    finally:
        analyst.close()
    assert set(prune(1).dropped) == {"deal_v1", "deal_v2"}, "a detach that was cut short is finished"
    assert deal_tables(query) == {"deal_v3"}


def test_a_version_whose_detach_was_cut_short_may_be_rolled_back_to(
    house: str, live: Callable[[int], str], query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "ATTEMPTS", 1)
    monkeypatch.setattr(pruning, "DETACH_TIMEOUT_MS", 300)
    for day in range(2):
        live(day)
    analyst = psycopg2.connect(house, options="-c role=bi_reader")
    try:
        analyst.cursor().execute("select count(*) from publish.deal")
        assert "deal_v1" in prune(1).busy
    finally:
        analyst.close()
    query("update publish.release set datasets = datasets - 'product' - 'search_doc' where release_id = 'r000001'")
    assert rollback("r000001").release_id == "r000001"
    assert query("select distinct version from publish.deal order by 1") == [(1,), (2,)]


def test_a_retired_parent_goes_with_its_last_version(
    live: Callable[[int], str], query: Query, models: dict[str, Any], declare: Callable[..., Path]
) -> None:
    live(0)
    query("set role transformer; create or replace view publish_candidate.deal as "
          "select deal_id, title, price, marker, 'x'::text as colour from staging.deal")
    models["deal"]["columns"]["colour"] = {"name": "colour", "data_type": "text"}
    declare(models)
    live(1)
    assert len(deal_tables(query)) == 3, "the retired parent stays while its version may be rolled back to"
    live(2)
    prune(2)
    assert deal_tables(query) == {"deal_v2", "deal_v3"}
