"""The tiny world's first day on a whole platform, up for the session's e2e tests."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.platforms import Platform, platform_at


@dataclass(frozen=True)
class FirstDay(Platform):
    """A platform and what `demo` printed."""

    printed: str


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstDay]:
    """The tiny world's first day, run through Airflow; taken down at the end of the session."""
    tiny = platform_at(tmp_path_factory.mktemp("platform"), "tiny")
    try:
        yield FirstDay(tiny.home, tiny.environment, tiny.stack("demo"))
    finally:
        tiny.stack("down")
