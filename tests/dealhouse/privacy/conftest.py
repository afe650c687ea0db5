"""A shop with two customers and their traces everywhere: Ann, who wants to be forgotten, and Bob, who was on her tablet once."""

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg2
import pytest

from dealhouse.database import engine
from dealhouse.loading import ids
from dealhouse.loading.load import load_batch
from tests.dealhouse.loading.conftest import AS_OF, Land, ask, house, land

__all__ = ["ask", "house", "land"]

ANN, BOB = "7", "1007"
ANNS_ADDRESS = "ann.example@mail.example"
AT = "2026-05-04T09:00:00+00:00"
ANN_KEY, BOB_KEY = ids.customer_key("house", ANN), ids.customer_key("house", BOB)


def execute(url: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """As the superuser, who sees everything."""
    connection = psycopg2.connect(url, options="-c timezone=UTC")
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def order(number: str, native: str, total: str = "20.00", **more: Any) -> dict[str, Any]:
    return {"order_id": number, "native_customer_id": native, "status": "completed", "country": "DE", "currency": "EUR",
            "total": total, "event_at": AT, "updated_at": AT, "delivery_name": "Ann Example" if native == ANN else "Bob", **more}


def event(number: int, **more: Any) -> dict[str, Any]:
    return {"event_id": f"00000000-0000-4000-8000-{number:012d}", "kind": "page_view", "event_at": AT, **more}


def shop(kind: str, *records: dict[str, Any]) -> tuple[str, Sequence[dict[str, Any]]]:
    return f"shop_{kind}", records


PAST = (
    shop("customers",
         {"native_customer_id": ANN, "email": ANNS_ADDRESS, "city": "Kiel", "registered_at": AT, "updated_at": AT},
         {"native_customer_id": BOB, "email": "bob@mail.example", "city": "Ulm", "registered_at": AT, "updated_at": AT}),
    shop("orders", order("O1", ANN), order("O2", BOB, "30.00"), order("O3", ANN, "5.50"), order("O4", ANN, "free")),
    shop("events",
         event(1, native_customer_id=ANN, anonymous_id="a-phone", session_id="s-1", kind="search", query="gift for Tom"),
         event(2, anonymous_id="a-phone", session_id="s-2"),
         event(3, native_customer_id=ANN, anonymous_id="tablet", session_id="s-3"),
         event(4, native_customer_id=BOB, anonymous_id="tablet", session_id="s-4"),
         event(5, anonymous_id="somebody", session_id="s-5")),
    shop("reviews",
         {"review_id": "R1", "sku": "S", "native_customer_id": ANN, "rating": 5, "title": "Ann loves it", "event_at": AT}),
    shop("exposures", {"experiment": "e", "variant": "b", "anonymous_id": "a-phone", "event_at": AT}),
)


@pytest.fixture
def past(house: str, land: Land) -> Iterator[str]:
    """The URL of a database in which all of that is loaded, predicted, published, and waits in the inbox."""
    for kind, records in PAST:
        load_batch(land(*records, kind=kind, source="shop", merchant_id="house"), AS_OF)
    execute(house, """
        insert into inbox.events (request_id, event_id, customer_key, body)
        select gen_random_uuid(), gen_random_uuid(), key, '{"kind": "page_view"}' from unnest(%s) as key
    """, [ANN_KEY, BOB_KEY])
    execute(house, """
        insert into predictions.recommendations select key, now(), gen_random_uuid(), 'v', '[]', now() from unnest(%s) as key
    """, [ANN_KEY, BOB_KEY])
    execute(house, """
        set role publisher;
        create table publish.recommendation (version bigint, customer_key text, items jsonb) partition by list (version);
        create table publish.recommendation_v1 partition of publish.recommendation for values in (1);
        create table publish.recommendation_v2 (like publish.recommendation);
    """)
    for version in ("", "_v2"):
        execute(house, f"insert into publish.recommendation{version} select 1, key, '[]' from unnest(%s) as key",
                [ANN_KEY, BOB_KEY])
    yield house
    disconnect()


def disconnect() -> None:
    """Every connection that an erasure may have opened."""
    for role in ("loader", "transformer", "modeller", "publisher", "notifier"):
        engine(role).dispose()
    engine.cache_clear()
