"""dbt in this process against a real database: the project is parsed once, each test gets a database of the same name."""

import json
import os
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from psycopg2 import sql

from tests.conftest import copied
from tests.dbt import days
from tests.fingerprints import Prints, fingerprints

PROJECT = Path(__file__).resolve().parents[2] / "dbt"
BUILT = ("intermediate", "marts", "features", "scored", "publish_candidate")
BOOKKEEPING = ("build_state", "built_by", "built_batches", "offers_to_redo", "products_to_redo")
Row = Mapping[str, Any]

OBSERVATION = {
    "source_kind": "history", "country": "DE", "native_product_id": "p", "url": "http://m.example/p",
    "title": "A thing worth its price",
    "availability": "in_stock", "extractor": "test", "confidence": 1, "currency": "EUR", "price": 10, "row_no": 1,
}


@dataclass(frozen=True)
class Warehouse:
    """A migrated database with dbt pointed at it."""

    url: str
    manifest: Manifest

    def execute(self, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(self.url, options="-c timezone=UTC")
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, arguments)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Insert rows that share their columns."""
        names = list(rows[0])
        connection = psycopg2.connect(self.url, options="-c timezone=UTC")
        try:
            with connection, connection.cursor() as cursor:
                schema, name = table.split(".")
                statement = sql.SQL("insert into {}.{} ({}) values ({})").format(
                    sql.Identifier(schema), sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, names)),
                    sql.SQL(", ").join([sql.Placeholder()] * len(names)),
                )
                cursor.executemany(statement, [[row[column] for column in names] for row in rows])
        finally:
            connection.close()

    def load(self, table: str, batch_id: str, loaded_at: str, rows: Sequence[Row]) -> None:
        """Load a batch as the loader does: rows with batch, number and time, and the ledger's line beside them."""
        head = {"batch_id": batch_id, "loaded_at": loaded_at}
        if table.startswith(("shop_", "fx_", "calendar_")):
            head["shop_id"] = "house"
        numbered = table not in ("crawl_coverage", "crawl_documents")
        self.insert(f"raw.{table}", [
            {**({"row_no": number} if numbered else {}), **row, **head} for number, row in enumerate(rows, start=1)
        ])
        self.execute(
            "insert into raw.load_ledger values (%s, 'test', 'm', %s, 1, %s, %s, 0, 0, %s, %s, 'memory') on conflict do nothing",
            batch_id, table, len(rows), len(rows), loaded_at, loaded_at,
        )

    def observe(self, batch_id: str, instant: str, rows: Sequence[Row]) -> None:
        """Load offers seen and known at one instant; each row names at least offer_id and row_hash."""
        given = {"crawl_id": batch_id, "document_url": None, "merchant_id": "m", "reference_price": None, "presence": "listed"}
        self.load("offer_observations", batch_id, instant, [
            {**OBSERVATION, **given, "observed_at": instant, **row, "row_no": number} for number, row in enumerate(rows, start=1)
        ])

    def crawl(self, batch_id: str, instant: str, documents: Mapping[str, str], status: str = "complete") -> None:
        """Note a crawl of merchant m; `documents` maps a document's url to fetched, unchanged or failed."""
        common = {"merchant_id": "m", "crawl_id": batch_id, "observed_at": instant}
        self.load("crawl_coverage", batch_id, instant, [{**common, "status": status, "documents": len(documents), "offers": 1}])
        if documents:
            read = [{**common, "url": url, "status": how} for url, how in documents.items()]
            self.load("crawl_documents", batch_id, instant, read)

    def dbt(self, *arguments: str, as_of: str = "2026-05-05T10:00:00") -> list[Any]:
        """Run a dbt command; returns its node results. Fails the test when dbt does, with dbt's own words."""
        os.environ["DEALHOUSE_AS_OF"] = as_of
        done = dbtRunner(manifest=self.manifest).invoke(
            [*arguments, "--quiet", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        )
        found: Any = done.result
        results = list(found) if found is not None else []
        bad = [one for one in results if getattr(one, "status", "") in ("error", "fail", "skipped")]
        failed = [f"{one.node.name}: {one.message}" for one in bad]
        assert done.success, failed or done.exception
        return results

    def build(self, *arguments: str, as_of: str = "2026-05-05T10:00:00") -> list[Any]:
        """Build every layer, data tests included."""
        return self.dbt("build", "--exclude-resource-type", "unit_test", *arguments, as_of=as_of)

    def fill(self, *arguments: str, as_of: str = "2026-05-05T10:00:00") -> list[Any]:
        """Build every layer without its data tests: for tests that hold whole builds against each other."""
        return self.dbt("build", "--exclude-resource-types", "unit_test", "test", *arguments, as_of=as_of)

    def hashes(self, *, schemas: Sequence[str] = BUILT) -> Prints:
        """Rows and content hash of every relation that dbt built, whatever the order of its rows."""
        found = fingerprints(self.url, schemas)
        return {name: found[name] for name in found if name.partition(".")[2] not in BOOKKEEPING}


@pytest.fixture(scope="session")
def dbt_database(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the database that dbt's tests share by name; dbt's environment points at it."""
    name = f"test_dbt_{uuid.uuid4().hex[:8]}"
    server = urlsplit(server_url)
    home = tmp_path_factory.mktemp("dbt")
    environment = {
        "DBT_HOST": server.hostname or "", "DBT_PORT": str(server.port), "DBT_USER": server.username or "",
        "DBT_PASSWORD": server.password or "", "DBT_DBNAME": name, "DBT_TARGET_PATH": str(home / "target"),
        "DBT_LOG_PATH": str(home / "logs"), "DBT_LOG_LEVEL_FILE": "none", "DO_NOT_TRACK": "1",  # a third of a build is its log
    }
    before = dict(os.environ)
    os.environ.update(environment)
    yield f"{server_url.rsplit('/', 1)[0]}/{name}"
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def manifest(dbt_database: str) -> Manifest:
    """The project as dbt reads it, without a database."""
    done = dbtRunner().invoke(["parse", "--quiet", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)])
    assert done.success, done.exception
    assert isinstance(done.result, Manifest)
    return done.result


@pytest.fixture(scope="session")
def manifest_json(manifest: Manifest) -> dict[str, Any]:
    """manifest.json as others read it."""
    text = (Path(os.environ["DBT_TARGET_PATH"]) / "manifest.json").read_text()
    return dict(json.loads(text))


@dataclass(frozen=True)
class Workshop:
    """Makes warehouses, one at a time: dbt knows one database by name."""

    server_url: str
    template: str
    name: str
    manifest: Manifest

    @contextmanager
    def warehouse(self, template: str | None = None) -> Iterator[Warehouse]:
        """A copy of the template, or of the freshly migrated, empty database."""
        with copied(self.server_url, template or self.template, self.name) as url:
            yield Warehouse(url, self.manifest)

    @contextmanager
    def template_with(self, work: Callable[[Warehouse], object], name: str = "template") -> Iterator[str]:
        """A template in which `work` is done: a build that several tests start from is run once."""
        with ExitStack() as kept:
            with self.warehouse() as made:
                work(made)
                kept.enter_context(copied(self.server_url, self.name, f"{self.name}_{name}"))
            yield f"{self.name}_{name}"


@pytest.fixture(scope="session")
def workshop(server_url: str, template: str, dbt_database: str, manifest: Manifest) -> Workshop:
    return Workshop(server_url, template, dbt_database.rsplit("/", 1)[1], manifest)


@pytest.fixture(scope="session")
def two_days_built(workshop: Workshop) -> Iterator[str]:
    """A template with both days of days.py, loaded and built at once."""

    def work(w: Warehouse) -> None:
        days.first_day(w)
        days.after_the_first_build(w)
        days.second_day(w)
        w.fill(as_of=days.SECOND)

    with workshop.template_with(work, "two_days") as name:
        yield name


@pytest.fixture
def warehouse(workshop: Workshop) -> Iterator[Warehouse]:
    """A freshly migrated, empty database with dbt pointed at it."""
    with workshop.warehouse() as made:
        yield made
