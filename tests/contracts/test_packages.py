"""The packages that this platform stands on are really used: where, and pinned."""

import ast
import re
from pathlib import Path

import pytest

# package on PyPI -> (module, where it works; each place runs in the demo or in the tests)
WORK = {
    "apache-airflow": ("airflow", "dags/publish_storefront.py"),
    "pandas": ("pandas", "ml/core/warehouse_io.py"),
    "scikit-learn": ("sklearn", "ml/"),
    "prophet": ("prophet", "ml/demand/"),
    "great-expectations": ("great_expectations", "expectations/gates.py"),
    "sqlalchemy": ("sqlalchemy", "plugins/dealhouse/database.py"),
    "psycopg2-binary": ("psycopg2", "plugins/dealhouse/loading/"),
    "boto3": ("boto3", "plugins/dealhouse/landing/"),
}


def imports(path: Path) -> set[str]:
    """Packages that a file, or any file of a folder, imports."""
    found = set[str]()
    for file in [path] if path.is_file() else path.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", WORK)
def test_a_package_works_where_it_is_said_to(project: Path, package: str) -> None:
    module, place = WORK[package]
    assert module in imports(project / place)


def test_dbt_postgres_builds_the_warehouse(project: Path) -> None:
    assert re.search(r"type: postgres", (project / "dbt" / "profiles.yml").read_text())
    runner = (project / "plugins" / "dealhouse" / "dbt_runs.py").read_text()
    assert '"build"' in runner
    assert "dbt" in runner


def test_pytest_runs_the_suite(project: Path) -> None:
    assert "pytest" in imports(project / "tests" / "contracts" / "test_packages.py")
    assert "bin" in (project / "Makefile").read_text()
    assert re.search(r"-m pytest", (project / "Makefile").read_text())


@pytest.mark.parametrize("package", [*WORK, "dbt-core", "dbt-postgres"])
def test_a_package_is_pinned(project: Path, package: str) -> None:
    assert re.search(rf"(?m)^{re.escape(package)}(\[\w+\])?==\d", (project / "requirements.txt").read_text())


def test_pytest_is_pinned_for_the_tests(project: Path) -> None:
    assert re.search(r"(?m)^pytest==\d", (project / "requirements-test.txt").read_text())


@pytest.mark.parametrize("source", ["import sklearn.linear_model", "from sklearn import svm", "def f():\n    import sklearn"])
def test_an_import_is_seen(tmp_path: Path, source: str) -> None:
    (tmp_path / "a.py").write_text(source)
    assert imports(tmp_path) == {"sklearn"}
    (tmp_path / "a.py").write_text("import sklearnish  # sklearn")
    assert "sklearn" not in imports(tmp_path)
