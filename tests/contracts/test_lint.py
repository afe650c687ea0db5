"""ruff, mypy and sqlfluff with the project's own configuration: each refuses a planted breach, and `make lint` runs them all."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

RUFF_PLANTS = {
    "F401": "import os\n",
    "F821": "print_me = undefined_name\n",
    "E501": f"LINE = '{'x' * 140}'\n",
    "T201": "def say() -> None:\n    print('hello')\n",
    "BLE001": "try:\n    pass\nexcept Exception:\n    pass\n",
    "DTZ005": "from datetime import datetime\n\nNOW = datetime.now()\n",
    "ANN201": "def two():\n    return 2\n",
    "S301": "import pickle\n\nTHING = pickle.loads(b'')\n",
    "S608": "def q(name: str) -> str:\n    return f\"select * from a where b = '{name}'\"\n",
    "PTH123": "with open('a') as file:\n    TEXT = file.read()\n",
    "B006": "def add(items: list[int] = []) -> list[int]:\n    return items\n",
    "N801": "class lower:\n    \"\"\"A.\"\"\"\n",
    "D101": "class Undocumented:\n    pass\n",
    "C901": "def f(a: int) -> int:\n" + "".join(f"    if a == {n}:\n        a += {n}\n" for n in range(12)) + "    return a\n",
    "I001": "import sys\nimport os\n\nprint_me = (sys, os)\n",
}

MYPY_PLANTS = {
    "no-untyped-def": "def one(a):\n    return a\n",
    "return-value": "def two() -> int:\n    return 'two'\n",
    "arg-type": "import math\n\nTHREE = math.sqrt('nine')\n",
    "union-attr": "def four(a: str | None) -> str:\n    return a.upper()\n",
    "attr-defined": "FIVE = 'x'.shout()\n",
    "no-any-return": "from typing import Any\n\n\ndef six(a: Any) -> int:\n    return a\n",
    "type-arg": "def seven(a: list) -> None:\n    a.clear()\n",
    "unreachable": "def eight(a: int) -> str:\n    if isinstance(a, int):\n        return 'i'\n    return 'never'\n",
    "call-arg": "from pydantic import BaseModel\n\n\nclass M(BaseModel):\n    a: int\n\n\nNINE = M()\n",
}

SQL_PLANTS = {
    "CP01": "SELECT offer_id FROM raw.offers\n",
    "CP03": "select MAX(price) as price from raw.offers\n",
    "LT01": "select offer_id ,price from raw.offers\n",
    "LT02": "select\n  offer_id,\n      price\nfrom raw.offers\n",
    "LT05": f"select '{'x' * 140}' as long\n",
    "LT12": "select 1 as one",
    "AL02": "select price p from raw.offers\n",
    "AL05": "select a.price from raw.offers as a, raw.merchants as b\n",
    "ST03": "with unused as (select 1 as one)\n\nselect 2 as two\n",
    "PRS": "select from where\n",
}


SQL_CLEAN = {
    "jinja": "select price\nfrom {{ ref('stg_offers') }}\nwhere loaded_at <= '{{ var(\"as_of\") }}'\n",
    "placeholder": "select price\nfrom publish.deal\nwhere version = %(deal)s\norder by price\nlimit %(limit)s\n",
}


def run(project: Path, program: str, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name(program)), *words]
    return subprocess.run(command, cwd=project, input=stdin, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("rule", RUFF_PLANTS)
def test_ruff_refuses_a_planted_breach(project: Path, rule: str) -> None:
    source = f'"""A."""\n{RUFF_PLANTS[rule]}'
    done = run(project, "ruff", "check", "--stdin-filename", "plugins/dealhouse/planted.py", "-", stdin=source)
    assert done.returncode == 1
    assert rule in done.stdout


def test_ruff_lets_a_clean_file_pass(project: Path) -> None:
    clean = '"""A module."""\n\n\ndef two() -> int:\n    return 2\n'
    done = run(project, "ruff", "check", "--stdin-filename", "plugins/dealhouse/planted.py", "-", stdin=clean)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def mypy_says(project: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What mypy finds in a file that holds every planted breach: one run for all of them."""
    folder = tmp_path_factory.mktemp("planted")
    for number, source in enumerate(MYPY_PLANTS.values()):
        (folder / f"planted_{number}.py").write_text(source)
    (folder / "clean.py").write_text("def two() -> int:\n    return 2\n")
    done = run(project, "mypy", "--config-file", "pyproject.toml", "--cache-dir", str(folder / "cache"), str(folder))
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("code", MYPY_PLANTS)
def test_mypy_refuses_a_planted_breach(mypy_says: str, code: str) -> None:
    number = list(MYPY_PLANTS).index(code)
    found = [line for line in mypy_says.splitlines() if f"planted_{number}.py" in line]
    assert any(f"[{code}]" in line for line in found), mypy_says


def test_mypy_lets_a_clean_file_pass(mypy_says: str) -> None:
    assert "clean.py" not in mypy_says


@pytest.fixture(scope="module", params=["jinja", "placeholder"])
def sqlfluff_says(request: pytest.FixtureRequest, project: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Rules that sqlfluff finds broken, by file: every planted breach, and clean SQL of the templater's kind."""
    folder = tmp_path_factory.mktemp("planted")
    for rule, source in SQL_PLANTS.items():
        (folder / f"{rule}.sql").write_text(source)
    (folder / "clean.sql").write_text(SQL_CLEAN[request.param])
    done = run(
        project, "sqlfluff", "lint", "--config", ".sqlfluff", "--templater", request.param, "--format", "json", str(folder)
    )
    assert done.returncode == 1, done.stderr
    return {Path(file["filepath"]).stem: {fault["code"] for fault in file["violations"]} for file in json.loads(done.stdout)}


@pytest.mark.parametrize("rule", SQL_PLANTS)
def test_sqlfluff_refuses_a_planted_breach(sqlfluff_says: dict[str, set[str]], rule: str) -> None:
    assert rule in sqlfluff_says[rule]


def test_sqlfluff_lets_clean_sql_pass(sqlfluff_says: dict[str, set[str]]) -> None:
    assert sqlfluff_says["clean"] == set()


def test_make_lint_runs_every_tool_over_everything_and_none_may_fail_in_silence(project: Path) -> None:
    done = subprocess.run(["make", "--dry-run", "--always-make", "lint"], cwd=project, capture_output=True, text=True, check=True)
    lines = [line.strip() for line in done.stdout.splitlines()]
    for wanted in ("ruff check .", "/mypy", "lint-imports", "sqlfluff lint dbt/models", "sqlfluff lint --templater placeholder"):
        assert [line for line in lines if wanted in line], wanted
    assert not [line for line in lines if "|| true" in line or line.startswith("-")]
