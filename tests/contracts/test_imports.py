"""Who may import whom: import-linter's contracts hold, cover every module, and each is seen failing on a planted import."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

PLANTS = [
    ("Rooms meet at tables, never in code", "ml/core/metrics.py", "import dealhouse.settings"),
    ("Rooms meet at tables, never in code", "plugins/dealhouse/loading/planted.py", "import ml.core.metrics"),
    ("Rooms meet at tables, never in code", "serving/planted.py", "from expectations import report"),
    ("Rooms meet at tables, never in code", "bazaar/planted.py", "def late() -> None:\n    import serving.settings"),
    ("Rooms meet at tables, never in code", "expectations/planted.py", "import dealhouse.database"),
    ("No room imports what starts, schedules, tests or measures it", "serving/planted.py", "import stack.postgres"),
    ("No room imports what starts, schedules, tests or measures it", "plugins/dealhouse/planted.py", "import dags.build_core"),
    ("DAG files wire dealhouse; expectations only through a task's body", "dags/planted.py", "import ml.core.metrics"),
    ("DAG files wire dealhouse; expectations only through a task's body", "dags/planted.py", "import bazaar.clock"),
    ("DAG files never import each other", "dags/build_core.py", "import dags.build_marts"),
    ("The stack knows settings, and starts everything else as a process", "stack/planted.py", "import dealhouse.database"),
    ("The stack knows settings, and starts everything else as a process", "stack/planted.py", "import serving.settings"),
    ("Inside dealhouse, imports point down", "plugins/dealhouse/settings.py", "import dealhouse.database"),
    ("Inside dealhouse, imports point down", "plugins/dealhouse/landing/planted.py", "import dealhouse.releasing.build"),
    ("Inside dealhouse, imports point down", "plugins/dealhouse/unheard_of.py", "X = 1"),
    ("Airflow stays in dags and the rooms that wire it", "plugins/dealhouse/loading/planted.py", "import airflow.sdk"),
    ("Airflow stays in dags and the rooms that wire it", "ml/planted.py", "from airflow.sdk import task"),
    ("Only serving uses the asynchronous driver, and no other", "ml/planted.py", "import psycopg"),
    ("Serving carries no batch library", "serving/planted.py", "import pandas"),
    ("Expectations carry GX and SQLAlchemy", "expectations/planted.py", "import pandas"),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    paths = os.pathsep.join([str(folder), str(folder / "plugins")])  # before the installed ones
    environment = {**os.environ, "PYTHONPATH": paths}
    return subprocess.run([str(program), "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def config(project: Path) -> dict[str, Any]:
    with (project / "pyproject.toml").open("rb") as file:
        settings: dict[str, Any] = tomllib.load(file)["tool"]["importlinter"]
    return settings


def test_nobody_imports_whom_they_may_not(project: Path) -> None:
    done = lint(project)
    assert done.returncode == 0, done.stdout
    assert ", 0 broken." in done.stdout


@pytest.mark.parametrize(("contract", "module", "line"), PLANTS, ids=[f"{module}: {line}" for _, module, line in PLANTS])
def test_a_planted_import_is_seen(copy_of_rooms: Path, contract: str, module: str, line: str) -> None:
    path = copy_of_rooms / module
    path.write_text((path.read_text() if path.exists() else "") + f"\n{line}\n")
    done = lint(copy_of_rooms)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{contract} BROKEN" in done.stdout.replace("\n", " ") or "unheard_of" in done.stdout


def test_every_contract_has_a_plant(config: dict[str, Any]) -> None:
    assert {contract for contract, _, _ in PLANTS} == {contract["name"] for contract in config["contracts"]}


def test_every_room_is_held(project: Path, config: dict[str, Any]) -> None:
    rooms = {path.parent.name for path in project.glob("*/*.py")} - {"tests", "benchmarks", "migrations", "plugins", "build"}
    assert set(config["root_packages"]) == rooms | {"dealhouse"}


def test_every_module_of_dealhouse_is_held_away_from_airflow_or_named_as_wiring(project: Path, config: dict[str, Any]) -> None:
    airflow = next(contract for contract in config["contracts"] if contract["id"] == "airflow")
    folder = project / "plugins" / "dealhouse"
    modules = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    held = {name.removeprefix("dealhouse.") for name in airflow["source_modules"] if name.startswith("dealhouse.")}
    assert modules - held == {"__init__", "assets", "policies", "hooks", "operators"} & modules | {"__init__"}


def test_the_stack_may_reach_settings_and_errors_only(project: Path, config: dict[str, Any]) -> None:
    stack = next(contract for contract in config["contracts"] if contract["id"] == "stack")
    folder = project / "plugins" / "dealhouse"
    modules = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    forbidden = {name.removeprefix("dealhouse.") for name in stack["forbidden_modules"] if name.startswith("dealhouse.")}
    assert modules - forbidden == {"__init__", "settings", "errors"}
