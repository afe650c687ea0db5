import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from serving.app import create_app
from serving.keys import book
from tests.serving import published

Bearer = Callable[..., dict[str, str]]
SECRETIVE = "embarrassing-words"


@pytest.fixture(scope="module")
def lines() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="module")
def logged(published_url: str, lines: io.StringIO) -> Iterator[httpx.Client]:
    """An API whose log is `lines`, with a route that fails."""
    app = create_app(published.settings_of(published_url, limits=True, anonymous_limit=20), lines)

    @app.get("/v1/failing/{word}")
    async def failing(word: str) -> None:
        raise RuntimeError(f"cannot do {word}")

    with published.listening(app) as where, httpx.Client(base_url=where) as client:
        yield client


def told(lines: io.StringIO, answer: httpx.Response, event: str = "request") -> dict[str, Any]:
    """The one line about a request."""
    read = [json.loads(line) for line in lines.getvalue().splitlines()]
    (line,) = [line for line in read if line["request_id"] == answer.headers["x-request-id"] and line["event"] == event]
    return line  # type: ignore[no-any-return]


def test_a_request_is_one_line_that_says_what_came_of_it(logged: httpx.Client, lines: io.StringIO) -> None:
    line = told(lines, logged.get("/v1/trending"))
    assert line["at"].endswith("+00:00")
    assert line["ms"] > 0
    assert {name: line[name] for name in ("method", "route", "status", "version", "caller")} == {
        "method": "GET", "route": "/v1/trending", "status": 200, "version": "release-1", "caller": "anonymous",
    }


def test_what_a_person_typed_and_who_they_are_is_in_no_line(logged: httpx.Client, lines: io.StringIO, bearer: Bearer) -> None:
    headers = bearer(published.ALICE)
    answers = [
        logged.get("/v1/recommendations", headers=headers), logged.get("/v1/deals", params={"q": SECRETIVE}, headers=headers),
        logged.get(f"/{SECRETIVE}"), logged.get(f"/v1/failing/{SECRETIVE}"), logged.get(f"/v1/deals/{SECRETIVE}"),
        logged.post("/v1/events", json={"events": [{"query": SECRETIVE}]}, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 404, 500, 422, 422]
    assert told(lines, answers[0])["caller"] == "token"
    written = lines.getvalue()
    assert SECRETIVE not in written
    assert published.ALICE not in written
    assert headers["Authorization"][7:] not in written


def test_a_fault_says_where_it_arose_and_the_caller_learns_nothing(logged: httpx.Client, lines: io.StringIO) -> None:
    answer = logged.get("/v1/failing/x")
    assert answer.status_code == 500
    assert answer.json()["detail"] == "The fault has been logged."
    assert answer.headers["x-content-type-options"] == "nosniff"
    fault = told(lines, answer, "fault")
    assert fault["error"] == "RuntimeError"
    assert fault["where"][-1].endswith("failing")
    assert told(lines, answer)["status"] == 500


def test_a_machine_is_named_and_a_refusal_says_by_which_limit(
    logged: httpx.Client, lines: io.StringIO, published_url: str,
) -> None:
    with book.opened(published_url) as connection:
        key = book.create(connection, "price-robot", [], 1, None)
    first, second = (logged.get("/v1/trending", headers={"X-API-Key": key}) for _ in range(2))
    assert (told(lines, first)["caller"], told(lines, first)["key"]) == ("service", "price-robot")
    assert (told(lines, second)["status"], told(lines, second)["limited"]) == (429, "key")
    assert key not in lines.getvalue()
