"""The docs name everything that a user may set, run or read."""

import ast
import json
import re
from pathlib import Path

import psycopg2
import pytest

from dealhouse.releasing.contract import read_contracts
from dealhouse.retention.page import page
from dealhouse.retention.rules import rules

ROOMS = ("plugins", "dags", "ml", "expectations", "serving", "bazaar", "stack")
VARIABLE = re.compile(r"DEALHOUSE_[A-Z0-9_]+|DATABASE_URL|MLFLOW_TRACKING_URI|WORLD")


def variables(folder: Path) -> set[str]:
    """Environment variables whose names stand as strings in a folder's code."""
    trees = (ast.parse(path.read_text()) for path in folder.rglob("*.py"))
    texts = (node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {text for text in texts if isinstance(text, str) and VARIABLE.fullmatch(text)}


def unnamed(names: set[str], text: str) -> set[str]:
    return {name for name in names if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)}


def test_every_setting_is_documented(project: Path) -> None:
    names = set[str]().union(*(variables(project / room) for room in ROOMS))
    assert len(names) >= 15
    assert unnamed(names, (project / "docs" / "settings.md").read_text()) == set()


def test_every_dag_is_documented(project: Path) -> None:
    names = {path.stem for path in (project / "dags").glob("*.py")}
    assert len(names) >= 10
    assert unnamed(names, (project / "docs" / "dags.md").read_text()) == set()


def test_every_published_table_is_documented(project: Path, manifest: Path) -> None:
    names = {f"publish.{dataset}" for dataset in (*read_contracts(manifest), "live_offer", "current", "release")}
    text = "\n".join(path.read_text() for path in (project / "docs" / "tables").glob("*.md"))
    assert unnamed(names, text) == set()


def test_the_page_of_tables_is_current(project: Path, manifest: Path) -> None:
    assert (project / "docs" / "tables.md").read_text() == page(manifest), "run make docs-tables"


def test_every_rule_of_retention_names_what_there_is(manifest: Path, database_url: str) -> None:
    nodes = json.loads(manifest.read_text())["nodes"].values()
    known = {f"{node['schema']}.{node['alias']}": set(node["columns"]) for node in nodes if node["resource_type"] == "model"}
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute("select table_schema || '.' || table_name, array_agg(column_name::text) "
                       "from information_schema.columns group by 1")
        known |= {name: set(columns) for name, columns in cursor.fetchall()}
    connection.close()
    named = {table: {rule.by} for table, rule in rules().rows.items()} | {table: {"run_id"} for table in rules().runs}
    named |= {f"raw.{kind}": {"batch_id", "loaded_at"} for kind in rules().batches}
    unknown = {table: columns - known.get(table, set()) for table, columns in named.items()}
    assert {table: columns for table, columns in unknown.items() if columns} == {}


def test_every_published_column_is_described(models: list[dict[str, dict[str, dict[str, str]]]]) -> None:
    bare = {
        f"{node['name']}.{column['name']}" for node in models if node["schema"] == "publish_candidate"  # type: ignore[comparison-overlap]
        for column in node["columns"].values() if not column["description"]
    }
    assert bare == set()


@pytest.mark.parametrize(
    "line",
    ['os.environ["DEALHOUSE_PLANTED"]', 'field = Field("", alias="DEALHOUSE_PLANTED")', 'os.getenv("DEALHOUSE_PLANTED", "x")'],
)
def test_a_planted_setting_is_seen(project: Path, tmp_path: Path, line: str) -> None:
    (tmp_path / "planted.py").write_text(line)
    assert unnamed(variables(tmp_path), (project / "docs" / "settings.md").read_text()) == {"DEALHOUSE_PLANTED"}


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("build_corn", "docs/dags.md"), ("buil", "docs/dags.md"), ("publish.dea", "docs/tables/publish.md"),
        ("DEALHOUSE_HOM", "docs/settings.md"),
    ],
)
def test_a_planted_name_is_seen(project: Path, name: str, page: str) -> None:
    assert unnamed({name}, (project / page).read_text()) == {name}
