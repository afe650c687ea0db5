"""DAG files wire: what they import at top level is light, and expectations only inside a task's body."""

import ast
from pathlib import Path

import pytest

LIGHT = {"airflow", "dealhouse", "typing", "datetime", "collections", "__future__"}

PLANTS = [
    ("import pandas", "pandas"),
    ("from great_expectations import get_context", "great_expectations"),
    ("from expectations.gates import check_raw", "expectations"),
    ("if True:\n    import sklearn", "sklearn"),
    ("class A:\n    import mlflow", "mlflow"),
]


def top_level_imports(source: str) -> set[str]:
    """Packages that are imported when the file is parsed: everywhere but inside a function."""
    found, waiting = set[str](), list[ast.AST]([ast.parse(source)])
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
        waiting.extend(ast.iter_child_nodes(node))
    return found


def test_dag_files_import_light_things_only(project: Path) -> None:
    files = sorted((project / "dags").glob("*.py"))
    assert len(files) >= 10
    heavy = {file.name: top_level_imports(file.read_text()) - LIGHT for file in files}
    assert {name: found for name, found in heavy.items() if found} == {}


@pytest.mark.parametrize(("planted", "package"), PLANTS)
def test_a_planted_import_is_seen(project: Path, planted: str, package: str) -> None:
    source = (project / "dags" / "build_core.py").read_text()
    assert top_level_imports(f"{source}\n{planted}\n") - LIGHT == {package}


def test_a_task_body_may_import_what_it_needs() -> None:
    assert top_level_imports("def task():\n    import pandas\n") == set()
