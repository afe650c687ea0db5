"""Sizes, measured: half of all functions fit in fifteen lines, modules in three hundred, DAG files in a hundred and twenty."""

import ast
import statistics
from pathlib import Path

import pytest

ROOMS = ("plugins", "dags", "ml", "expectations", "serving", "bazaar", "stack", "benchmarks")
MEDIAN_FUNCTION, MODULE, DAG = 15, 300, 120


def function_lengths(folder: Path) -> list[int]:
    """Lines of every function and method, nested ones on their own too, from `def` to its last line."""
    trees = (ast.parse(path.read_text()) for path in folder.rglob("*.py"))
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def longer_than(folder: Path, limit: int) -> dict[str, int]:
    lengths = {str(path.relative_to(folder)): len(path.read_text().splitlines()) for path in folder.rglob("*.py")}
    return {name: length for name, length in lengths.items() if length > limit}


@pytest.mark.parametrize("room", ROOMS)
def test_half_of_a_rooms_functions_are_short(project: Path, room: str) -> None:
    lengths = function_lengths(project / room)
    if lengths:
        assert statistics.median(lengths) <= MEDIAN_FUNCTION


def test_half_of_all_functions_are_short(project: Path) -> None:
    lengths = [length for room in ROOMS for length in function_lengths(project / room)]
    assert len(lengths) > 300
    assert statistics.median(lengths) <= MEDIAN_FUNCTION


@pytest.mark.parametrize("room", [*ROOMS, "tests"])
def test_modules_stay_small(project: Path, room: str) -> None:
    assert longer_than(project / room, MODULE) == {}


def test_dag_files_stay_smaller(project: Path) -> None:
    assert longer_than(project / "dags", DAG) == {}


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("def long():\n" + "    x = 1\n" * 20, "function"),
        ("class A:\n    async def long(self):\n" + "        x = 1\n" * 20, "function"),
        ("x = 1\n" * (MODULE + 1), "module"),
        ("x = 1\n" * (DAG + 1), "dag"),
    ],
)
def test_a_planted_length_is_seen(tmp_path: Path, source: str, seen: str) -> None:
    (tmp_path / "planted.py").write_text(source)
    if seen == "function":
        assert statistics.median(function_lengths(tmp_path)) > MEDIAN_FUNCTION
    else:
        assert longer_than(tmp_path, MODULE if seen == "module" else DAG) == {"planted.py": len(source.splitlines())}
