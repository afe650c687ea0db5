from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import psycopg2
import pytest
from sqlalchemy import Connection

from dealhouse.database import transaction
from dealhouse.errors import DatabaseBusyError
from dealhouse.landing.store import open_store
from dealhouse.loading import inbox
from dealhouse.loading.inbox import land_inbox
from dealhouse.loading.load import load_batch

Ask = Callable[[str], list[tuple[Any, ...]]]

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
KEY = "a" * 32


def send(database_url: str, *numbers: int, key: str | None = KEY, **body: Any) -> None:
    connection = psycopg2.connect(database_url)
    with connection, connection.cursor() as cursor:
        for number in numbers:
            event_id = f"00000000-0000-4000-8000-{number:012d}"
            told = {"event_id": event_id, "kind": "product_view", "event_at": "2026-05-05T09:00:00Z", "session_id": "s", **body}
            cursor.execute(
                "insert into inbox.events (request_id, event_id, customer_key, body) values (gen_random_uuid(), %s, %s, %s)",
                (event_id, key, orjson.dumps(told).decode()),
            )
    connection.close()


def test_what_waits_is_landed_once(house: str, ask: Ask) -> None:
    send(house, 1, 2, list="for-you", position=3)
    result = land_inbox(AS_OF)
    assert result is not None
    assert (result.received, result.loaded, result.source, result.kind) == (2, 2, "inbox", "shop_events")
    assert ask("select customer_key, kind, list, position, event_at from raw.shop_events limit 1") == [
        (KEY, "product_view", "for-you", 3, AS_OF.replace(hour=9, minute=0))
    ]
    assert land_inbox(AS_OF) is None
    send(house, 3)
    later = land_inbox(AS_OF + timedelta(days=1))
    assert later is not None
    assert later.received == 1
    assert ask("select count(*), count(distinct event_id) from raw.shop_events") == [(3, 3)]
    assert ask("select count(*) from inbox.events where landed_batch_id is null") == [(0,)]


def test_a_body_cannot_say_who_sent_it(house: str, ask: Ask) -> None:
    send(house, 1, key=None, customer_key="b" * 32, native_customer_id="7", email="x@y.z")
    land_inbox(AS_OF)
    assert ask("select customer_key from raw.shop_events") == [(None,)]
    assert ask("select count(*) from raw.customer_identities") == [(0,)]


def test_a_bad_event_is_kept_as_a_reject(house: str, ask: Ask) -> None:
    send(house, 1, position=-4)
    result = land_inbox(AS_OF)
    assert result is not None
    assert (result.loaded, result.rejected) == (0, 1)
    assert ask("select reason from raw.rejects") == [("invalid_position",)]
    assert land_inbox(AS_OF) is None


def test_a_load_that_fails_leaves_the_events_waiting(house: str, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    send(house, 1)

    def moved(_connection: Connection, _batch_id: str, _ids: list[str]) -> None:
        raise DatabaseBusyError("moved")

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "_mark", moved)
        with pytest.raises(DatabaseBusyError):
            land_inbox(AS_OF)
    assert ask("select (select count(*) from raw.shop_events), (select count(*) from raw.load_ledger)") == [(0, 0)]
    assert land_inbox(AS_OF) is not None


def test_events_that_another_run_landed_are_not_loaded_twice(house: str, ask: Ask) -> None:
    send(house, 1, 2)
    with transaction("loader") as connection:
        events = [dict(row) for row in connection.execute(inbox.WAITING).mappings()]
    mine = inbox._land(events, AS_OF, open_store())
    send(house, 3)
    assert land_inbox(AS_OF) is not None
    ids = [event["event_id"] for event in events]
    with pytest.raises(DatabaseBusyError):
        load_batch(mine, AS_OF, within=lambda connection, batch_id: inbox._mark(connection, batch_id, ids))
    assert ask("select count(*) from raw.shop_events") == [(3,)]


def test_a_browser_whose_clock_is_ahead_sends_nothing_from_the_future(house: str, ask: Ask) -> None:
    send(house, 1, event_at="2031-01-01T00:00:00Z")
    land_inbox(AS_OF)
    assert ask("select event_at from raw.shop_events") == [(AS_OF,)]
