"""A batch room that lives in a fresh database and a home of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dealhouse.database import engine
from dealhouse.settings import settings


@pytest.fixture
def warehouse(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The settings point at a migrated database and an empty home; returns the database's URL."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DEALHOUSE_HOME", str(tmp_path))
    monkeypatch.delenv("DEALHOUSE_STORE", raising=False)
    settings.cache_clear()
    engine.cache_clear()
    yield database_url
    for role in ("loader", "transformer", "publisher", "auditor", "editor"):
        engine(role).dispose()
    settings.cache_clear()
    engine.cache_clear()
