"""The production shape runs: each service of docker-compose.yml by its own command, a task through Celery, a store that keeps."""

import shutil
import time
from collections.abc import Iterator

import psycopg2
import pytest
import requests
from botocore.exceptions import ClientError

from dealhouse.landing.store import S3Store
from stack.airflow import DagRun
from tests.composition import PROJECT
from tests.e2e.production import Production, production
from tests.stack.waiting import wait_for

pytestmark = pytest.mark.timeout(600)  # ten processes start, on two cores

KEY = "2026-05-05T10:15:00"


@pytest.fixture(scope="module")
def house() -> Iterator[Production]:
    missing = [program for program in ("redis-server", "curl") if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed here: {', '.join(missing)}")
    with production() as running:
        yield running


@pytest.fixture
def store(house: Production, monkeypatch: pytest.MonkeyPatch) -> S3Store:
    """The store as a worker opens it."""
    told = house.composition.environment("airflow-worker")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, told[name])
    bucket, _, prefix = told["DEALHOUSE_STORE"].removeprefix("s3://").partition("/")
    return S3Store(bucket, prefix, told["DEALHOUSE_STORE_ENDPOINT"])


@pytest.fixture(scope="module")
def run(house: Production) -> DagRun:
    """One run of the DAG that needs no data, posted to Airflow and over."""
    airflow = house.airflow()
    deadline = time.monotonic() + 120
    while "maintain_platform" not in airflow.dag_ids():
        assert time.monotonic() < deadline, airflow.import_errors()
        time.sleep(0.5)
    airflow.post_run("maintain_platform", KEY)
    while not (found := airflow.runs(KEY)) or not found[0].is_over:
        assert time.monotonic() < deadline, house.last_words("airflow-worker")
        time.sleep(0.5)
    return found[0]


def ask(house: Production, database: str, query: str) -> list[tuple[object, ...]]:
    with psycopg2.connect(house.cluster.url(database)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def is_readable(store: S3Store, key: str) -> bool:
    try:
        store.get(key)
    except ClientError:
        return False
    return True


def test_every_service_runs_once_it_has_called_itself_well(house: Production) -> None:
    ended = {service: process.poll() for service, process in house.running.items() if process.poll() is not None}
    assert set(house.running) == set(house.composition.services)
    assert ended == {"migrate": 0}


def test_postgres_runs_as_it_was_told(house: Production) -> None:
    words = house.composition.command("postgres")
    told = dict(word.split("=", 1) for word in words if "=" in word)
    assert told
    assert {name: ask(house, "dealhouse", f"show {name}")[0][0] for name in told} == told


def test_a_run_succeeds(house: Production, run: DagRun) -> None:
    assert run.state == "success", house.airflow().error_of(run)


def test_its_task_went_through_celery(house: Production, run: DagRun) -> None:
    tasks = house.airflow().task_instances(run)
    assert {task["executor"] for task in tasks} <= {None, "CeleryExecutor"}
    wait_for(lambda: ask(house, "dealhouse_airflow", "select status from celery_taskmeta") == [("SUCCESS",)] * len(tasks))


def test_the_task_wrote_into_the_warehouse(house: Production, run: DagRun) -> None:
    rows = ask(house, "dealhouse", "select task_id, status from ops.run_ledger where dag_id = 'maintain_platform' order by 1")
    tasks = ("prune_tables", "prune_versions", "replay_erasures", "write_quality_docs")
    assert rows == [(task, "noop") for task in tasks]


def test_the_ui_shows_the_workers_log(house: Production, run: DagRun) -> None:
    path = f"/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances/prune_versions/logs/1"
    answer = house.airflow().session.get(f"{house.url('airflow-api-server')}/api/v2{path}", timeout=30)
    assert answer.ok
    assert "prune_versions" in answer.text


def test_nothing_is_written_into_the_image(house: Production, run: DagRun) -> None:
    told = house.composition.environment("airflow-worker")
    assert told["PYTHONPATH"] == f"{house.image}:{house.image}/plugins"
    copied = {path.relative_to(house.image) for path in house.image.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert {path for path in copied if not (PROJECT / path).exists()} == set()


def test_a_stranger_may_not_post_a_run(house: Production) -> None:
    answer = requests.post(
        f"{house.url('airflow-api-server')}/api/v2/dags/maintain_platform/dagRuns", json={"logical_date": None}, timeout=30
    )
    assert answer.status_code == 401


def test_the_api_answers(house: Production) -> None:
    assert requests.get(f"{house.url('api')}/health/live", timeout=30).ok
    assert requests.get(f"{house.url('api')}/openapi.json", timeout=30).json()["paths"]


def test_only_the_first_manifest_is_written_and_a_power_cut_keeps_it(house: Production, store: S3Store) -> None:
    assert store.put_if_absent("landing/m", b"first")
    assert not store.put_if_absent("landing/m", b"second")
    house.kill("store")
    house.start("store")
    house.await_well("store")
    wait_for(lambda: is_readable(store, "landing/m"))  # its parts meet again a moment after its health check
    assert not store.put_if_absent("landing/m", b"third")
    assert store.get("landing/m") == b"first"


def test_a_stranger_may_not_read_the_store(house: Production, store: S3Store) -> None:
    store.put("landing/secret", b"x")
    answer = requests.get(f"{house.url('store')}/{store.bucket}/landing/secret", timeout=30)
    assert answer.status_code == 403
