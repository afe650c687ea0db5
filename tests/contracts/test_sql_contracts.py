"""The SQL of ml and serving against dbt's contracts: prepared in a database that holds those contracts and nothing else.

Postgres itself checks tables, columns and types; no row is read.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest

STATEMENT = re.compile(r"\s*(--[^\n]*\n\s*)*(select|with|insert into|update|delete from)\b")  # lower case: prose begins otherwise
STAGED = re.compile(r"\s*create temporary table\b", re.IGNORECASE)
CONTRACTED = re.compile(r"\b(features|predictions|publish|inbox)\.\w")
PLACEHOLDER = re.compile(r"%\((\w+)\)s|(?<![:\w]):([a-z]\w*)")

PLANTS = [
    ("select colour from features.deal_candidates", "colour"),
    ("select deal_id from features.hunches", "hunches"),
    ("select sum(title) from features.deal_candidates", "sum"),
    ("select deal_id from publish.deal where version = %(deal)s and colour = %(colour)s", "colour"),
    ("select deal_id from publish.deal where price = %(price)s::jsonb", "jsonb"),
    ("select d.title, o.colour from publish.deal d join publish.product_offer o using (offer_id)", "colour"),
    ("insert into predictions.trending (country, colour) values (:country, :colour)", "colour"),
]


@dataclass(frozen=True)
class Statement:
    """SQL in a module's code, and the temporary tables that the module makes for it."""

    where: str
    sql: str
    staged: tuple[str, ...] = ()


def statements(folder: Path) -> list[Statement]:
    """Every constant string under a folder that is a statement about contracted tables."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)]
        texts = [(node.lineno, node.value) for node in nodes if isinstance(node.value, str)]
        staged = tuple(text for _, text in texts if STAGED.match(text))
        found += [
            Statement(f"{path.relative_to(folder.parent)}:{line}", text, staged) for line, text in texts
            if STATEMENT.match(text) and CONTRACTED.search(text)
        ]
    return found


def unnamed(sql: str) -> str:
    """The statement with `%(name)s` and `:name` as `$n`."""
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return PLACEHOLDER.sub(number, sql).replace("%%", "%").rstrip().rstrip(";")


class Judge:
    """Prepares statements; `faults` of those that do not fit."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg2.connect(url)

    def fault(self, statement: Statement) -> str | None:
        try:
            with self.connection.cursor() as cursor:
                for table in statement.staged:
                    cursor.execute(table)
                cursor.execute(f"prepare judged as {unnamed(statement.sql)}")
        except psycopg2.Error as error:
            return str(error).splitlines()[0]
        finally:
            self.connection.rollback()
            self.connection.cursor().execute("deallocate all")
        return None


@pytest.fixture
def judge(contracts_only: str) -> Iterator[Judge]:
    judge = Judge(contracts_only)
    yield judge
    judge.connection.close()


def test_servings_queries_fit_what_is_published(project: Path, judge: Judge) -> None:
    files = sorted((project / "serving" / "queries").glob("*.sql"))
    assert len(files) >= 10
    faults = {file.name: judge.fault(Statement(file.name, file.read_text())) for file in files}
    assert {name: fault for name, fault in faults.items() if fault} == {}


def test_servings_code_fits_what_is_published(project: Path, judge: Judge) -> None:
    faults = {found.where: judge.fault(found) for found in statements(project / "serving")}
    assert {where: fault for where, fault in faults.items() if fault} == {}


def test_mls_code_fits_features_and_predictions(project: Path, judge: Judge) -> None:
    found = statements(project / "ml")
    capabilities = {statement.where.split("/")[1] for statement in found}
    assert capabilities >= {"matching", "deals", "recommendations", "demand", "pricing"}, "each reads its features in plain SQL"
    faults = {statement.where: judge.fault(statement) for statement in found}
    assert {where: fault for where, fault in faults.items() if fault} == {}


def test_ml_reads_features_and_predictions_only(project: Path) -> None:
    schemas = "raw|staging|intermediate|marts|scored|publish|publish_candidate|inbox|ops"
    others = re.compile(rf"\b(?:from|join)\s+({schemas})\.\w+", re.IGNORECASE)
    texts = {path: path.read_text() for path in (project / "ml").rglob("*.py")}
    assert {str(path): found for path, text in texts.items() if (found := others.findall(text))} == {}


@pytest.mark.parametrize(("planted", "told"), PLANTS)
def test_a_planted_misfit_is_seen(judge: Judge, tmp_path: Path, planted: str, told: str) -> None:
    (tmp_path / "ml").mkdir()
    (tmp_path / "ml" / "planted.py").write_text(f"SQL = {planted!r}\n")
    [statement] = statements(tmp_path / "ml")
    assert told in (judge.fault(statement) or "")


def test_features_and_candidates_have_enforced_contracts(models: list[dict[str, Any]]) -> None:
    held = [node for node in models if node["schema"] in ("features", "publish_candidate")]
    assert len(held) >= 19
    assert [node["name"] for node in held if not node["config"]["contract"]["enforced"]] == []
    assert [node["name"] for node in held if not all(column["data_type"] for column in node["columns"].values())] == []
