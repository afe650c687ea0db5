"""A loader's surroundings: a migrated database, a store of one's own, and short ways to ask and to land."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from dealhouse import database
from dealhouse.landing.batch import Batch, BatchWriter
from dealhouse.landing.store import open_store
from dealhouse.settings import settings

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)

Ask = Callable[[str], list[tuple[Any, ...]]]
Land = Callable[..., Batch]


@pytest.fixture
def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DEALHOUSE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DEALHOUSE_STORE", raising=False)
    settings.cache_clear()
    database.engine.cache_clear()
    yield database_url
    database.engine("loader").dispose()
    database.engine.cache_clear()
    settings.cache_clear()


@pytest.fixture
def ask(house: str) -> Ask:
    def run(query: str) -> list[tuple[Any, ...]]:
        with database.transaction("loader") as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    return run


@pytest.fixture
def land(house: str) -> Land:
    def run(
        *records: Mapping[str, Any] | bytes, kind: str = "offers", source: str = "offers", merchant_id: str = "acme",
        crawl: Mapping[str, Any] | None = None, as_of: datetime = AS_OF,
    ) -> Batch:
        with BatchWriter(open_store(), source=source, merchant_id=merchant_id, kind=kind, as_of=as_of) as writer:
            for record in records:
                if isinstance(record, bytes):
                    writer.record_line(record)
                else:
                    writer.record(record)
            return writer.close(crawl)

    return run


@pytest.fixture
def offer() -> Callable[..., dict[str, Any]]:
    """A sound canonical record; keyword arguments replace its values, None takes one away."""

    def make(**changes: Any) -> dict[str, Any]:
        record = {
            "source_kind": "shopify", "country": "DE", "native_product_id": "1", "native_variant_id": "11",
            "url": "https://acme.example/p/1", "title": "Käse 200 g", "price": "12.50", "currency": "EUR",
            "availability": "in_stock", "extractor": "shopify", "confidence": 1.0, "crawl_id": "acme:2026-05-05T10:15:00",
        }
        return {name: value for name, value in {**record, **changes}.items() if value is not None}

    return make
