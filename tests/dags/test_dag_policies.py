"""The rules that every DAG keeps; each rule is a function, so that a planted breach can be shown to break it."""

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, BaseOperator

from dealhouse.policies import RETRIES, Pool, Tag
from stack.pipeline import EXPECTED, ON_REQUEST

PROJECT = Path(__file__).resolve().parents[2]
DAGS = PROJECT / "dags"
LONGEST = 120
HEAVY = ("pandas", "sklearn", "great_expectations", "prophet", "lightgbm", "mlflow", "scipy", "pyarrow")


@pytest.fixture(scope="module")
def dags() -> dict[str, DAG]:
    bag = DagBag(str(DAGS), bundle_name="dags-folder")
    assert bag.import_errors == {}
    return dict(bag.dags)


def test_exactly_the_expected_dags_exist(dags: dict[str, DAG]) -> None:
    assert set(dags) == EXPECTED | ON_REQUEST


def has_owner(dag: DAG) -> bool:
    return all(task.owner == "data-team" for task in dag.tasks)


def has_known_tags(dag: DAG) -> bool:
    return bool(dag.tags) and set(dag.tags) <= {str(tag) for tag in Tag}


def documents_triage(dag: DAG) -> bool:
    return bool(dag.doc_md) and all(word in str(dag.doc_md) for word in (dag.dag_id, "## Triage", "**Inputs**", "**Outputs**"))


def retries_by_error_class(dag: DAG) -> bool:
    return all((task.retries or 0) >= 1 and task.retry_policy is RETRIES for task in dag.tasks)


def has_timeouts(dag: DAG) -> bool:
    return all(task.execution_timeout is not None and task.execution_timeout <= timedelta(hours=1) for task in dag.tasks)


def uses_known_pools(dag: DAG) -> bool:
    return all(task.pool in {*map(str, Pool), "default_pool"} for task in dag.tasks)


def runs_one_at_a_time(dag: DAG) -> bool:
    return dag.max_active_runs == 1 and not dag.catchup


RULES = [has_owner, has_known_tags, documents_triage, retries_by_error_class, has_timeouts, uses_known_pools, runs_one_at_a_time]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_dag_keeps_the_rule(dags: dict[str, DAG], rule: Callable[[DAG], bool]) -> None:
    assert [dag_id for dag_id, dag in dags.items() if not rule(dag)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_planted_breach_is_seen(rule: Callable[[DAG], bool]) -> None:
    with DAG("breach", schedule=None, tags=["unheard-of"], catchup=True, max_active_runs=7) as dag:
        BaseOperator(task_id="careless", owner="nobody", retries=0, pool="no-such-pool")
    assert not rule(dag)


def assets_of(condition: Any) -> list[Any]:
    """The assets of a schedule's condition: one, or those that `|` and `&` join."""
    return [asset for part in getattr(condition, "objects", ()) for asset in assets_of(part)] or [condition]


def test_every_scheduling_asset_has_a_producer(dags: dict[str, DAG]) -> None:
    produced = {outlet.name for dag in dags.values() for task in dag.tasks for outlet in task.outlets}
    conditions = [getattr(dag.timetable, "asset_condition", None) for dag in dags.values()]
    awaited = {asset.name for condition in conditions if condition for asset in assets_of(condition)}
    assert awaited
    assert awaited <= produced


@pytest.mark.parametrize("path", sorted(DAGS.glob("*.py")), ids=lambda path: path.stem)
def test_dag_files_are_short_and_light(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= LONGEST
    assert not heavy_imports(source)
    assert path.stem in EXPECTED | ON_REQUEST


def heavy_imports(source: str) -> list[str]:
    """Modules that a DAG file imports at its top level and must not: heavy libraries, other rooms, other DAG files."""
    names = [
        name
        for node in ast.parse(source).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    ]
    return [name for name in names if name.split(".")[0] in {*HEAVY, "ml", "serving", "bazaar", "expectations", *EXPECTED}]


@pytest.mark.parametrize("line", ["import pandas as pd", "from expectations.gates import check_raw", "import build_core"])
def test_a_heavy_import_is_seen(line: str) -> None:
    assert heavy_imports(line)


def test_parsing_the_dags_loads_no_heavy_library() -> None:
    code = (
        "import sys, pathlib, importlib.util as u\n"
        f"for p in sorted(pathlib.Path({str(DAGS)!r}).glob('*.py')):\n"
        "    s = u.spec_from_file_location(p.stem, p); s.loader.exec_module(u.module_from_spec(s))\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": f"{PROJECT}:{PROJECT / 'plugins'}"},
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"
