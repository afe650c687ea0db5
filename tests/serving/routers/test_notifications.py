import uuid
from collections.abc import Callable
from typing import Any

import httpx

from tests.serving import published

Ask = Callable[..., httpx.Response]
Execute = Callable[..., list[tuple[Any, ...]]]


def leave(execute: Execute, customer: str, count: int) -> None:
    for number in range(count):
        execute("insert into inbox.notification (outbox_id, customer_key, kind, title, body, release_id) "
                "values (%s, %s, 'cart', %s, '{\"items\": []}', 'r')", uuid.uuid4(), customer, f"message {number}")


def test_messages_are_walked_from_the_latest(ask: Ask, execute: Execute, shopper: str) -> None:
    leave(execute, shopper, 5)
    first = ask("GET", "/notifications?limit=3").json()
    rest = ask("GET", f"/notifications?limit=3&before={first['next_before']}").json()
    assert [one["title"] for one in first["items"] + rest["items"]] == [f"message {number}" for number in (4, 3, 2, 1, 0)]
    assert (first["unread"], rest["next_before"]) == (5, None)


def test_what_was_read_is_marked_once(ask: Ask, execute: Execute, shopper: str) -> None:
    leave(execute, shopper, 3)
    latest, middle, _ = (one["notification_id"] for one in ask("GET", "/notifications").json()["items"])
    assert ask("POST", "/notifications/read", {"ids": [latest]}).json() == {"marked": 1, "unread": 2}
    assert ask("POST", "/notifications/read", {"up_to": middle}).json() == {"marked": 2, "unread": 0}
    assert ask("POST", "/notifications/read", {"up_to": latest}).json() == {"marked": 0, "unread": 0}
    assert ask("GET", "/notifications?unread=true").json()["items"] == []


def test_anothers_messages_are_neither_seen_nor_marked(ask: Ask, execute: Execute, shopper: str) -> None:
    leave(execute, shopper, 1)
    (one,) = ask("GET", "/notifications").json()["items"]
    assert ask("GET", "/notifications", by=published.BOB).json()["items"] == []
    assert ask("POST", "/notifications/read", {"ids": [one["notification_id"]]}, by=published.BOB).json()["marked"] == 0
    assert ask("GET", "/notifications").json()["unread"] == 1
