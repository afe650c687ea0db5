"""The project as its rules see it: its folder, a copy to plant breaches in, dbt's manifest, a database of contracts only."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from dealhouse.releasing.contract import read_contracts

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = ("plugins", "dags", "ml", "expectations", "serving", "bazaar", "stack")


@pytest.fixture(scope="session")
def project() -> Path:
    return PROJECT


@pytest.fixture
def copy_of_rooms(tmp_path: Path) -> Path:
    """Every room's Python and the project's configuration, to plant breaches in."""
    for room in ROOMS:
        shutil.copytree(PROJECT / room, tmp_path / room, ignore=_not_python)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def _not_python(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not name.endswith(".py") and not (Path(folder) / name).is_dir()} | {"__pycache__"}


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `dbt parse` makes of the project, without a database."""
    target = tmp_path_factory.mktemp("dbt")
    nowhere = {"DBT_HOST": "127.0.0.1", "DBT_PORT": "1", "DBT_USER": "nobody", "DBT_PASSWORD": "none", "DBT_DBNAME": "none"}
    parsed = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")), "parse", "--no-partial-parse", "--project-dir", "dbt",
            "--profiles-dir", "dbt", "--target-path", str(target), "--log-path", str(target),
            "--vars", '{as_of: "2026-05-05T10:15:00+00:00"}',
        ],
        cwd=PROJECT, env={**os.environ, **nowhere}, capture_output=True, text=True, check=False,
    )
    assert parsed.returncode == 0, parsed.stdout[-3000:]
    return target / "manifest.json"


@pytest.fixture(scope="session")
def models(manifest: Path) -> list[dict[str, Any]]:
    """Every dbt model's node."""
    nodes = json.loads(manifest.read_text())["nodes"].values()
    return [node for node in nodes if node["resource_type"] == "model"]


@pytest.fixture
def contracts_only(database_url: str, manifest: Path, models: list[dict[str, Any]]) -> str:
    """A migrated database in which features and publish hold empty tables, made of nothing but dbt's contracts."""
    connection = psycopg2.connect(database_url)
    with connection, connection.cursor() as cursor:
        for node in models:
            if node["schema"] == "features":
                columns = ", ".join(f"{column['name']} {column['data_type']}" for column in node["columns"].values())
                cursor.execute(f"create table features.{node['alias']} ({columns})")
        for contract in read_contracts(manifest).values():
            columns = ", ".join(f"{column.name} {column.data_type}" for column in contract.columns)
            cursor.execute(f'create table publish."{contract.dataset}" (version bigint not null, {columns})')
    connection.close()
    return database_url
