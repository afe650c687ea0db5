"""The shared API of the tests of serving, and one of a test's own."""

import json
import uuid
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.conftest import copied
from tests.serving import published


@pytest.fixture(scope="session")
def world() -> published.World:
    """The world that `api` serves; treat it as read-only."""
    made = published.make_world()
    deal = made.deal_of("Basalt Bluetooth Speaker")
    made.live.append(
        {
            "offer_id": deal["offer_id"],
            "price": float(deal["price"]) * 1.1,
            "currency": deal["currency"],
            "price_reporting": float(deal["price_reporting"]) * 1.1,
            "availability": "out_of_stock",
            "observed_at": published.AS_OF,
        }
    )
    return made


@pytest.fixture(scope="session")
def published_url(server_url: str, template: str, world: published.World) -> Iterator[str]:
    """A database with one published version, shared by tests that only read."""
    with copied(server_url, template, f"test_serving_{uuid.uuid4().hex[:8]}") as url:
        published.publish(url, world, version=1)
        yield url


@pytest.fixture(scope="session")
def address(published_url: str) -> Iterator[str]:
    with published.running(published_url) as where:
        yield where


@pytest.fixture(scope="session")
def api(address: str) -> Iterator[httpx.Client]:
    """A client of the shared API."""
    with httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture
def own(database_url: str) -> Iterator[tuple[httpx.Client, str]]:
    """A client of an API of the test's own, over a database of its own: (client, database_url). Nothing is published yet."""
    with published.running(database_url) as where, httpx.Client(base_url=where) as client:
        yield client, database_url


@pytest.fixture(scope="session")
def bearer() -> Callable[..., dict[str, str]]:
    """Headers with a token: bearer(customer, **claims)."""
    return lambda *arguments, **claims: {"Authorization": f"Bearer {published.token(*arguments, **claims)}"}


@pytest.fixture(scope="session")
def events() -> Callable[[int], str]:
    """A body of n new events, as JSON."""

    def body(count: int) -> str:
        return json.dumps(
            {
                "events": [
                    {
                        "event_id": str(uuid.uuid4()),
                        "kind": "product_view",
                        "event_at": "2026-05-05T10:20:00Z",
                        "session_id": "s-1",
                        "list": "grid",
                        "position": place,
                    }
                    for place in range(count)
                ]
            }
        )

    return body
