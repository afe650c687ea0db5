"""The tiny world's first day on a whole platform, up for the session's e2e tests."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.platforms import Platform, own_platform


@dataclass(frozen=True)
class FirstDay(Platform):
    """A platform and what `demo` printed."""

    printed: str


@pytest.fixture(scope="session")
def platform() -> Iterator[FirstDay]:
    """The tiny world's first day, run through Airflow; taken down at the end of the session."""
    with own_platform("tiny") as tiny:
        yield FirstDay(tiny.home, tiny.environment, tiny.stack("demo"))
