"""Somebody's own server: the oldest PostgreSQL at hand as Debian packs it (12 has 15), for a user who is no administrator."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

import psycopg2
import pytest

from dealhouse import database, dbt_runs, dbt_versions
from dealhouse.releasing.build import build
from dealhouse.settings import PROJECT, settings
from stack import postgres
from stack.database import migrate
from stack.preflight import OLDEST_POSTGRES, server_complaints
from tests.conftest import free_port

FOUND = sorted(int(folder.name) for folder in Path("/usr/lib/postgresql").glob("[1-9]*"))
VERSION = next((version for version in FOUND if version >= OLDEST_POSTGRES), OLDEST_POSTGRES)
BINARIES = Path(f"/usr/lib/postgresql/{VERSION}/bin")
AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def own_url() -> Iterator[str]:
    """A database of a user with CREATEDB and CREATEROLE on a server of the oldest version."""
    if not BINARIES.is_dir():
        pytest.skip(f"no PostgreSQL at {BINARIES}")
    folder = Path(tempfile.mkdtemp(prefix="dealhouse-own-"))
    cluster = postgres.create(folder, free_port(), BINARIES)
    postgres.start(cluster, durable=False)
    try:
        connection = psycopg2.connect(cluster.url("postgres"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("create role shopkeeper login password 'pw' createdb createrole")
            cursor.execute("create database shop owner shopkeeper")
        connection.close()
        yield f"postgresql://shopkeeper:pw@127.0.0.1:{cluster.port}/shop"
    finally:
        postgres.stop(cluster)
        rmtree(folder)


@pytest.fixture
def house(own_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The migrated database, with the batch rooms pointed at it; migrating again changes nothing."""
    assert server_complaints(own_url) == []
    for _ in range(2):
        migrate(own_url)
    monkeypatch.setenv("DATABASE_URL", own_url)
    monkeypatch.setenv("DEALHOUSE_HOME", str(tmp_path))
    settings.cache_clear()
    database.engine.cache_clear()
    yield own_url
    for role in ("loader", "transformer", "publisher"):
        database.engine(role).dispose()
    settings.cache_clear()
    database.engine.cache_clear()


def test_the_warehouse_and_a_release_build_on_the_oldest_postgres(house: str) -> None:
    models = [dbt_runs.build(selector, AS_OF)["models"] for selector in ("core", "learnt_from", "releasable")]
    assert min(models) > 0
    version = dbt_versions.version(PROJECT / "dbt", dbt_runs.variables())
    assert not any(dbt_versions.is_another(selector, version) for selector in ("core", "learnt_from", "releasable"))
    release = build(AS_OF)
    with psycopg2.connect(house) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('server_version_num')::int / 10000, rolsuper from pg_roles where rolname = current_user"
        )
        assert cursor.fetchone() == (VERSION, False)
        cursor.execute("select status from publish.release where release_id = %s", (release.release_id,))
        assert cursor.fetchone() == ("built",)
