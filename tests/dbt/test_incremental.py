"""Grown day by day equals built at once; what is known later is invisible; the order of loading leaves no trace."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.dbt.days import FIRST, LASTS, LEAVES, SECOND, SLIP, C, after_the_first_build, first_day, second_day
from tests.fingerprints import Prints, differences

if TYPE_CHECKING:
    from tests.dbt.conftest import Warehouse, Workshop

LOW_OF_A_SLIP = f"select lowest_price from marts.fct_offer_lows where offer_id = '{SLIP}'"
LOWS_OF_SILENT_OFFERS = f"""
select lowest_price, lowest_seen_30d from marts.fct_offer_lows where offer_id in ('{LEAVES}', '{LASTS}') order by offer_id desc
"""
DEMAND_OF_THE_SECOND = "select units from marts.fct_demand_daily where sku = 'S' and day = '2026-05-02'"


@pytest.fixture(scope="module")
def first_day_built(workshop: "Workshop") -> Iterator[str]:
    """A template with the first day, built."""

    def work(w: "Warehouse") -> None:
        first_day(w)
        w.fill(as_of=FIRST)

    with workshop.template_with(work) as name:
        yield name


@pytest.fixture
def built(workshop: "Workshop", first_day_built: str) -> Iterator["Warehouse"]:
    """A warehouse in which the first day is loaded and built."""
    with workshop.warehouse(first_day_built) as made:
        yield made


@pytest.fixture(scope="module")
def at_once(workshop: "Workshop", two_days_built: str) -> Prints:
    """Both days in one build of an empty warehouse."""
    with workshop.warehouse(two_days_built) as made:
        return made.hashes()


def test_two_days_equal_one_build(at_once: Prints, built: "Warehouse", manifest_json: dict[str, Any]) -> None:
    warehouse, before = built, built.hashes()
    assert warehouse.execute(LOW_OF_A_SLIP) == [(10,)]
    assert warehouse.execute(LOWS_OF_SILENT_OFFERS) == [(5, 5), (20, 20)]
    after_the_first_build(warehouse)
    second_day(warehouse)
    warehouse.build(as_of=SECOND)
    grown = warehouse.hashes()
    assert differences(grown, at_once) == []
    moved = differences(before, grown)
    assert incremental(manifest_json) - set(moved) == set(), "an incremental model to which the second day brings nothing"
    assert warehouse.execute("select offer_id::text from marts.fct_offers where not is_live and merchant_id = 'm'") == [(C,)]
    assert warehouse.execute("select count(*) from publish_candidate.deal") == [(1,)]
    assert warehouse.execute("select sum(units) from features.demand_history") == [(2,)]
    assert warehouse.execute(LOW_OF_A_SLIP) == [(10,)]
    assert warehouse.execute(LOWS_OF_SILENT_OFFERS) == [(5, 10), (5, 5)]
    assert warehouse.execute("select offer_id::text, low from marts.fct_price_daily where is_glitch") == [(SLIP, 10)]


def incremental(manifest: dict[str, Any]) -> set[str]:
    """The models that keep their past, as `schema.name`."""
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    return {f"{node['schema']}.{node['name']}" for node in models if node["config"]["materialized"] == "incremental"}


def test_a_full_refresh_of_one_model_makes_the_others_start_over(warehouse: "Warehouse") -> None:
    first_day(warehouse)
    warehouse.fill("--select", "+fct_order_lines", "+fct_events", as_of=FIRST)
    once = warehouse.hashes(schemas=["marts"])
    warehouse.execute("truncate marts.fct_order_lines")
    warehouse.fill("--select", "fct_events", "--full-refresh", as_of=FIRST)
    warehouse.fill("--select", "fct_order_lines", as_of=FIRST)
    assert differences(once, warehouse.hashes(schemas=["marts"])) == []


def test_what_an_older_version_left_in_another_shape_is_whole_after_an_upgrade_and_nothing_else_starts_over(
    built: "Warehouse", monkeypatch: pytest.MonkeyPatch
) -> None:
    state = "select model, as_of::text from intermediate.build_state order by 1"
    before, remembered = built.hashes(), built.execute(state)
    built.execute("alter table marts.fct_events drop column device cascade, add column browser text")
    monkeypatch.setenv("DEALHOUSE_UPGRADE", "1")
    built.fill("--select", "fct_events", "interactions", "--full-refresh", as_of=FIRST)  # the view on it goes along
    assert differences(before, built.hashes()) == []
    assert built.execute(state) == remembered


def test_what_is_known_later_is_invisible(built: "Warehouse") -> None:
    """The same instant, forward, backward and forward again; a day restated by what came late is told as it was told then."""
    alone = built.hashes()
    second_day(built)
    built.fill(as_of=FIRST)
    assert differences(alone, built.hashes()) == []
    assert built.execute(DEMAND_OF_THE_SECOND) == [(2,)]
    built.fill(as_of=SECOND)
    restated = built.hashes()
    assert built.execute(DEMAND_OF_THE_SECOND) == [(0,)]
    built.fill(as_of=FIRST)
    assert differences(alone, built.hashes()) == []
    built.fill(as_of=SECOND)
    assert differences(restated, built.hashes()) == []


def test_the_order_of_loading_leaves_no_trace_and_a_full_refresh_neither(at_once: Prints, built: "Warehouse") -> None:
    after_the_first_build(built)
    second_day(built)
    for table in _raw_tables(built):
        _turn_over(built, table)
    built.fill("--full-refresh", as_of=SECOND)
    assert differences(at_once, built.hashes()) == []


def _raw_tables(w: "Warehouse") -> list[str]:
    return [name for (name,) in w.execute(
        "select relname from pg_class where relnamespace = 'raw'::regnamespace and relkind in ('r', 'p') and not relispartition"
    )]


def _turn_over(w: "Warehouse", table: str) -> None:
    """Store the rows of a raw table in the opposite order."""
    w.execute(f'create table raw.turned as select * from raw."{table}"')
    w.execute(f'truncate raw."{table}"')
    w.execute(f'insert into raw."{table}" select * from raw.turned order by ctid desc')
    w.execute("drop table raw.turned")
