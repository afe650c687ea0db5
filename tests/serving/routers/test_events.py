import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest

from tests.serving import published

PATH = "/v1/events"
Bearer = Callable[..., dict[str, str]]
Body = Callable[[int], str]
JSON = {"Content-Type": "application/json"}


def inbox(url: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "select event_id::text, customer_key, anonymous_id, body, request_id::text from inbox.events"
        ).fetchall()


def test_events_are_kept_once(own: tuple[httpx.Client, str], events: Body) -> None:
    client, url = own
    body = events(5)
    first, again = (client.post(PATH, content=body, headers=JSON) for _ in range(2))
    assert first.status_code == again.status_code == 202
    assert (first.json()["accepted"], first.json()["duplicates"]) == (5, 0)
    assert (again.json()["accepted"], again.json()["duplicates"]) == (0, 5)
    rows = inbox(url)
    assert len(rows) == 5
    assert {row[4] for row in rows} == {first.json()["request_id"]} == {first.headers["x-request-id"]}
    assert {row[3]["kind"] for row in rows} == {"product_view"}


def test_the_same_event_twice_in_a_batch_is_one(own: tuple[httpx.Client, str], events: Body) -> None:
    batch = json.loads(events(1))["events"] * 3
    receipt = own[0].post(PATH, json={"events": batch}).json()
    assert (receipt["accepted"], receipt["duplicates"]) == (1, 2)


def test_the_same_batch_from_many_hands_is_kept_once(own: tuple[httpx.Client, str], events: Body) -> None:
    client, url = own
    body = events(50)
    with ThreadPoolExecutor(6) as hands:
        answers = list(hands.map(lambda _: client.post(PATH, content=body, headers=JSON), range(6)))
    assert {answer.status_code for answer in answers} == {202}
    assert sum(answer.json()["accepted"] for answer in answers) == len(inbox(url)) == 50


def test_the_token_says_whose_they_are_never_the_body(own: tuple[httpx.Client, str], bearer: Bearer, events: Body) -> None:
    client, url = own
    batch = json.loads(events(1))["events"]
    batch[0] |= {"customer_key": published.BOB, "anonymous_id": "browser-1", "received_at": "1999-01-01T00:00:00Z"}
    assert client.post(PATH, json={"events": batch}, headers=bearer(published.ALICE)).status_code == 202
    (row,) = inbox(url)
    assert row[1:3] == (published.ALICE, "browser-1")
    assert "customer_key" not in row[3]
    assert client.post(PATH, json={"events": batch}, headers=bearer(published.ALICE, aud="elsewhere")).status_code == 401


def test_what_brought_a_visit_and_what_a_search_found_are_kept(own: tuple[httpx.Client, str], events: Body) -> None:
    client, url = own
    (event,) = json.loads(events(1))["events"]
    told = event | {"kind": "search", "query": "red shoes", "channel": "newsletter", "results": 0}
    assert client.post(PATH, json={"events": [told]}).status_code == 202
    ((*_, body, _),) = inbox(url)
    assert (body["channel"], body["results"]) == ("newsletter", 0)
    assert client.post(PATH, json={"events": [told | {"results": -1}]}).status_code == 422


def test_a_shopper_neither_reads_nor_writes_anothers_inbox(own: tuple[httpx.Client, str], bearer: Bearer, events: Body) -> None:
    client, url = own
    client.post(PATH, content=events(2), headers=JSON | bearer(published.ALICE))
    client.post(PATH, content=events(1), headers=JSON)
    with psycopg.connect(url, options="-c role=serving") as connection:

        def seen(customer: str) -> int:
            connection.execute("select set_config('dealhouse.customer_key', %s, true)", (customer,))
            return len(connection.execute("select from inbox.events").fetchall())

        assert (seen(published.ALICE), seen(published.BOB), seen("")) == (2, 0, 1)
        connection.execute("select set_config('dealhouse.customer_key', %s, true)", (published.BOB,))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "insert into inbox.events (request_id, event_id, customer_key, body) values (%s, %s, %s, '{}')",
                (uuid.uuid4(), uuid.uuid4(), published.ALICE),
            )


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "hack"},
        {"event_id": "1"},
        {"event_at": "2026-05-05T10:20:00"},
        {"event_at": "1970-01-01T00:00:00Z"},
        {"session_id": "a\x00b"},
        {"session_id": ""},
        {"position": -1},
        {"position": 10**30},
        {"propensity": 1.5},
        {"query": "\x00"},
        {"product_id": "x"},
        {"country": "Germany"},
        {"query": "x" * 501},
        {"event_at": "9999-12-31T23:59:59-12:00"},
    ],
)
def test_one_bad_event_refuses_the_batch_and_is_named(
    api: httpx.Client, published_url: str, events: Body, change: dict[str, Any]
) -> None:
    batch = json.loads(events(2))["events"]
    good = batch[0]["event_id"]
    batch[1] |= change
    answer = api.post(PATH, json={"events": batch})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == f"body.events.1.{next(iter(change))}"
    assert good not in {row[0] for row in inbox(published_url)}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"events": []}', 422),
        ("[]", 422),
        ("{", 422),
        ("", 422),
        ('{"events": "x"}', 422),
        ('{"events": [{"kind": "\\ud800"}]}', 422),
        ("[" * 100_000, 422),
        ("x" * 1_000_001, 413),
    ],
)
def test_a_body_that_is_not_one_is_refused(api: httpx.Client, body: str, status: int) -> None:
    answer = api.post(PATH, content=body, headers=JSON)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_more_than_five_hundred_are_refused(api: httpx.Client, events: Body) -> None:
    assert api.post(PATH, content=events(501), headers=JSON).status_code == 422


def test_a_lone_surrogate_is_refused(api: httpx.Client, events: Body) -> None:
    body = events(1).replace('"s-1"', '"s-\\udc00"')
    assert api.post(PATH, content=body, headers=JSON).status_code == 422


def test_a_body_without_a_length_is_cut_off(api: httpx.Client) -> None:
    answer = api.post(PATH, content=(b" " * 100_000 for _ in range(30)), headers=JSON)
    assert answer.status_code in (400, 413, 422)
