"""The models themselves: every layer stands on empty sources, and the unit tests that stand beside the logic pass."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.dbt.conftest import Warehouse, Workshop


@pytest.fixture(scope="module")
def built_on_nothing(workshop: "Workshop") -> Iterator[str]:
    """A template in which every layer is built, with its data tests, of empty sources."""
    with workshop.template_with(lambda w: w.build()) as name:
        yield name


@pytest.fixture
def built(workshop: "Workshop", built_on_nothing: str) -> Iterator["Warehouse"]:
    with workshop.warehouse(built_on_nothing) as made:
        yield made


def test_empty_sources_build_and_the_logic_holds(built: "Warehouse") -> None:
    """No merchant, no order, no prediction: every relation is there and empty, but for what no source brings."""
    rows = {name: count for name, (count, _) in built.hashes().items() if count}
    assert rows == {
        "marts.dim_date": rows["marts.dim_date"], "marts.dim_merchant": 1, "features.merchant_quality": 1,
        "intermediate.int_affiliate_networks": 5, "intermediate.tax_rates": 131, "intermediate.int_tax_rates": 161,
    }
    results = built.dbt("test", "--selector", "unit_tests")
    assert len(results) >= 37


def test_everything_belongs_to_the_transformer(built: "Warehouse") -> None:
    owners = built.execute(
        """select distinct pg_get_userbyid(relowner) from pg_class
        where relnamespace::regnamespace::text in ('staging', 'intermediate', 'marts') and relkind in ('r', 'v')"""
    )
    assert owners == [("transformer",)]


def test_a_rebuild_leaves_the_views_above_standing(built: "Warehouse") -> None:
    """dbt's own table materialization would drop them: a candidate must stay readable while the core is rebuilt."""
    before = built.execute("select 'publish_candidate.deal'::regclass::oid, 'features.interactions'::regclass::oid")
    built.fill("--selector", "core")
    built.fill("--selector", "marts")
    assert built.execute("select 'publish_candidate.deal'::regclass::oid, 'features.interactions'::regclass::oid") == before


def test_who_asks_of_an_offer_nothing_that_moves_by_itself_pays_no_join(built: "Warehouse") -> None:
    for asked in ("select title, price, is_live from marts.fct_offers", "select title, is_live from features.offer_attributes"):
        plan = " ".join(line for (line,) in built.execute(f"explain {asked}"))
        named = {name for name in ("int_offers", "int_unchanged_documents", "int_exchange_rates") if name in plan}
        assert named == {"int_offers"}


def test_a_build_without_an_instant_is_refused(warehouse: "Warehouse") -> None:
    with pytest.raises(AssertionError, match="as_of is required"):
        warehouse.dbt("run", "--select", "fct_offers", as_of="")


def test_freshness_is_judged_at_as_of(warehouse: "Warehouse") -> None:
    instant = "2026-05-04T10:00:00+00:00"
    warehouse.observe("b", instant, [{"offer_id": "00000000-0000-0000-0000-00000000000a", "row_hash": "1"}])
    results = warehouse.dbt("source", "freshness", "--select", "source:raw.offer_observations", as_of="2026-05-05T10:00:00")
    assert str(results[-1].status) == "pass"


@pytest.mark.parametrize("selector", ["core", "marts", "features", "scored", "publish_candidate"])
def test_each_layer_selects_models(warehouse: "Warehouse", selector: str) -> None:
    assert warehouse.dbt("list", "--selector", selector, "--resource-type", "model"), f"the selector {selector} selects nothing"
