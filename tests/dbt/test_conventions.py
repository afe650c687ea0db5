"""What every model owes its readers: logic has a unit test, and every column that exists is described."""

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.dbt.conftest import Workshop

COMMENT = re.compile(r"--[^\n]*|\{#.*?#\}", re.DOTALL)
LOGIC = re.compile(r"\bcase\b|\bover\b|\bwindow\b", re.IGNORECASE)
# models with a `case` or a window and no unit test, each with the reason why none is needed
WITHOUT_UNIT_TEST: dict[str, str] = {}
COLUMNS = """
select table_schema || '.' || table_name, array_agg(column_name::text) from information_schema.columns
where table_schema in ('staging', 'intermediate', 'marts', 'features', 'scored', 'publish_candidate') group by 1
"""


def untested(manifest: dict[str, Any]) -> set[str]:
    """Models whose SQL decides or ranks, and that no unit test speaks of."""
    tested = {test["model"] for test in manifest["unit_tests"].values()}
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    return {node["name"] for node in models if LOGIC.search(COMMENT.sub("", node["raw_code"])) and node["name"] not in tested}


def test_every_case_and_window_has_a_unit_test(manifest_json: dict[str, Any]) -> None:
    assert untested(manifest_json) == set(WITHOUT_UNIT_TEST)


@pytest.mark.parametrize("code", ["select case when a then 1 end", "select sum(a) over (order by b)", "select lag(a) over days"])
def test_logic_without_a_unit_test_is_seen(manifest_json: dict[str, Any], code: str) -> None:
    node = {"resource_type": "model", "name": "planted", "raw_code": code}
    assert "planted" in untested({**manifest_json, "nodes": {**manifest_json["nodes"], "planted": node}})


def test_a_word_in_a_comment_is_no_logic(manifest_json: dict[str, Any]) -> None:
    node = {"resource_type": "model", "name": "planted", "raw_code": "-- in that case\nselect overdue from windows"}
    assert "planted" not in untested({**manifest_json, "nodes": {**manifest_json["nodes"], "planted": node}})


def test_every_column_is_described_and_every_description_has_its_column(
    workshop: "Workshop", two_days_built: str, manifest_json: dict[str, Any]
) -> None:
    told = {
        f"{node['schema']}.{node['name']}": {name for name, column in node["columns"].items() if column["description"].strip()}
        for node in manifest_json["nodes"].values() if node["resource_type"] == "model"
    }
    with workshop.warehouse(two_days_built) as built:
        there = {relation: set(columns) for relation, columns in built.execute(COLUMNS) if relation in told}
    assert set(told) == set(there)
    assert {relation: sorted(told[relation] ^ there[relation]) for relation in told if told[relation] != there[relation]} == {}
