"""An API of one's own over a published world, and how a shopper speaks to it."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest

from tests.conftest import copied
from tests.serving import published

LINKS = "a-secret-of-links-for-tests"


@pytest.fixture(scope="module")
def shop(server_url: str, template: str, request: pytest.FixtureRequest) -> Iterator[tuple[httpx.Client, str]]:
    """A client of an API that the tests of one file share, and its database: each test speaks as shoppers of its own."""
    name = f"test_own_{abs(hash(request.node.nodeid)) % 10**10}"
    with copied(server_url, template, name) as url:
        published.publish(url, published.make_world(), version=1)
        with published.running(url, link_secret=LINKS, limits=False) as where, httpx.Client(base_url=where) as client:
            yield client, url


@pytest.fixture
def shopper(bearer: Callable[..., dict[str, str]], request: pytest.FixtureRequest) -> str:
    """The key of a shopper of the test's own."""
    return f"{abs(hash(request.node.nodeid)) % 16**16:032x}"


Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(shop: tuple[httpx.Client, str], shopper: str, bearer: Callable[..., dict[str, str]]) -> Ask:
    """ask(method, path below /v1/me, json, by=another shopper)"""

    def run(method: str, path: str, json: Any = None, by: str | None = None) -> httpx.Response:
        return shop[0].request(method, f"/v1/me{path}", json=json, headers=bearer(by or shopper))

    return run


@pytest.fixture
def execute(shop: tuple[httpx.Client, str]) -> Callable[..., list[tuple[Any, ...]]]:
    def run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(shop[1]) as connection:
            found = connection.execute(statement, values)
            return found.fetchall() if found.description else []

    return run
