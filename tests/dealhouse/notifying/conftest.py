"""A published world, shoppers who wait for something in it, and a later release."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import psycopg2
import pytest

from dealhouse import database
from dealhouse.settings import settings
from tests.conftest import copied
from tests.serving import published
from tests.serving.world import AS_OF, World, make_world

ANN, BOB = "a" * 32, "b" * 32
NOW = datetime.now(UTC)
LATER = AS_OF + timedelta(hours=1)
Execute = Callable[..., list[tuple[Any, ...]]]
Put = Callable[..., None]


@pytest.fixture(scope="module")
def first_release(server_url: str, template: str) -> Iterator[str]:
    """The name of a database in which a first release is live: tests copy it."""
    name = f"test_notify_{uuid.uuid4().hex[:8]}"
    with copied(server_url, template, name) as url:
        published.publish(url, make_world(), version=1)
        yield name


@pytest.fixture
def shop(server_url: str, first_release: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a database of the test's own; no mail server."""
    with copied(server_url, first_release, f"test_{uuid.uuid4().hex[:12]}") as url:
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("DEALHOUSE_LINK_SECRET", "a-secret-of-links")
        monkeypatch.setenv("DEALHOUSE_STOREFRONT_URL", "https://deals.example")
        monkeypatch.delenv("DEALHOUSE_SMTP_URL", raising=False)
        settings.cache_clear()
        database.engine.cache_clear()
        yield url
        for role in ("notifier", "loader"):
            database.engine(role).dispose()
        database.engine.cache_clear()
        settings.cache_clear()


@pytest.fixture
def execute(shop: str) -> Execute:
    """As the superuser, who sees everything."""

    def run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(shop, options="-c timezone=UTC")
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    return run


@pytest.fixture
def release(shop: str, execute: Execute) -> Callable[..., None]:
    """release(change, version=2): another release of the same world, after `change(world)`."""

    def run(change: Callable[[World], object] | None = None, version: int = 2) -> None:
        world = make_world()
        if change is not None:
            change(world)
        published.publish(shop, world, version, AS_OF + timedelta(hours=version - 1))
        execute("update publish.current set previous_version = %s", version - 1)

    return run


@pytest.fixture
def person(execute: Execute) -> Callable[..., None]:
    """person(channels=..., consents=..., **preferences): Ann as she wants to be told; her address is confirmed."""

    def run(key: str = ANN, channels: str = "{inbox,email,webhook}", consents: tuple[str, ...] = ("alerts", "marketing"),
            address: str | None = "ann@mail.example", webhook: str | None = None, **chosen: Any) -> None:
        names = ["customer_key", "channels", *chosen]
        execute(f"insert into inbox.preference ({', '.join(names)}) values ({', '.join(['%s'] * len(names))})",
                key, channels, *chosen.values())
        for purpose in consents:
            execute("insert into inbox.consent (customer_key, purpose, granted, text_version) values (%s, %s, true, '1')",
                    key, purpose)
        if address:
            execute("insert into contact.address (customer_key, address, verified_at) values (%s, %s, now())", key, address)
        if webhook:
            execute("insert into contact.webhook (customer_key, url, secret) values (%s, %s, 'w-secret')", key, webhook)

    return run


@pytest.fixture
def alert(execute: Execute) -> Callable[..., str]:
    """alert(kind, title, threshold, baseline): made while the first release was live; its id."""

    def run(kind: str, title: str, threshold: float | None = None, baseline: float | None = None, *, key: str = ANN,
            currency: str | None = "EUR", offer_id: Any = None) -> str:
        ((made,),) = execute(
            "insert into inbox.alert (customer_key, kind, product_id, offer_id, threshold, currency, baseline_price, "
            "release_as_of) values (%s, %s, %s, %s, %s, %s, %s, %s) returning alert_id::text",
            key, kind, str(make_world().product_id(title)), offer_id and str(offer_id), threshold,
            None if kind == "back_in_stock" else currency, baseline, AS_OF,
        )
        return str(made)

    return run


@pytest.fixture
def put(execute: Execute) -> Put:
    """put(subject, channel, kind, state): a row of Ann's that is due."""

    def run(subject: str = "1", channel: str = "email", kind: str = "price_below", *, key: str = ANN, state: str = "queued",
            title: str = "A lamp costs 12.50 EUR now", merchant: str = "Techhaus", age: timedelta = timedelta(0)) -> None:
        item = {"title": "A lamp", "merchant": merchant, "path": "/products/7", "price": {"amount": "12.50", "currency": "EUR"},
                "was": {"amount": "20.00", "currency": "EUR"}}
        body = orjson.dumps({"items": [item], "more": 2}).decode()
        execute("insert into notify.outbox (outbox_id, customer_key, channel, kind, subject_id, occasion, release_id, as_of, "
                "title, body, state, not_before, created_at) "
                "values (gen_random_uuid(), %s, %s, %s, %s, 'o', 'r', now(), %s, %s, %s, %s, %s)",
                key, channel, kind, subject, title, body, state, NOW - age, NOW - age)

    return run
