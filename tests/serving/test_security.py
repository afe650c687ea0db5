"""Whoever asks whatever of each operation of the document: what is another's stays closed, what is nonsense is refused."""

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest

from serving.app import app
from serving.keys import book
from tests.conftest import copied
from tests.serving import published
from tests.serving.operations import Asker, Operation, hidden_routes, operations, text_of

Bearer = Callable[..., dict[str, str]]
PERSONAL = [operation for operation in operations() if operation.is_personal]
ASKED = [operation for operation in operations() if operation.path.startswith("/v1")]
REFUSED = {401, 403, 404, 409, 410, 413, 422, 429}
ANSWERED = {200, 201, 202, 204, 304, 308} | REFUSED
HOSTILE = {
    "sql": "' or '1'='1", "sql-stacked": "1; drop table publish.deal; --",
    "sql-union": "x' union select hash from ops.service_keys --",
    "sql-sleep": "1' and pg_sleep(9) is null --", "backslash": "a\\", "percent": "%%%s%(q)s{}${jndi:x}",
    "nul": "a\x00b", "like-bomb": "%_" * 90, "regex-bomb": "(a+)+$" * 15, "billion": "1000000000", "huge-number": "9" * 400,
    "negative": "-1", "nan": "NaN", "infinity": "1e400", "traversal": "../../../etc/passwd",
    "script": "<script>alert(1)</script>", "right-to-left": "\u202eabc",
    "combining": "e" + "\u0301" * 150, "unicode-digits": "\u0661\u0662", "empty": "", "blank": "   ",
    "newline": "a\r\nX-Injected: 1",
}
IN_BODIES = ("sql", "nul", "huge-number", "nan", "script", "empty")
RAW = {"lone-surrogate": "%ED%A0%80", "latin-1": "%E9", "overlong": "%C0%AF", "half": "%E2%82", "nul": "%00", "not-hex": "%zz"}


def named(operation: Operation) -> str:
    return operation.name.replace("/", "-").strip("-")


@dataclass
class Stage:
    """An API over a database of its own: Alice has done everything that can be done, Bob only reads, Mallory tries everything."""

    alice: Asker
    bob: Asker
    mallory: Asker
    before: dict[str, Any]
    client: httpx.Client
    url: str


@pytest.fixture(scope="module")
def stage(server_url: str, template: str, bearer: Bearer) -> Iterator[Stage]:
    world = published.make_world()
    with copied(server_url, template, f"test_security_{uuid.uuid4().hex[:8]}") as url:
        published.publish(url, world, 1)
        with published.running(url) as where, httpx.Client(base_url=where, timeout=20) as client:
            alice, bob, mallory = (Asker(client, world, bearer(who)) for who in (published.ALICE, published.BOB, "mallory"))
            before = bob.reads()
            for operation in PERSONAL:
                if operation.method in ("POST", "PUT"):
                    assert alice.ask(operation).status_code in (200, 201), operation.name
            yield Stage(alice, bob, mallory, before, client, url)


def test_every_route_of_the_api_is_in_the_document_and_so_tried_here() -> None:
    assert [route for route in hidden_routes() if route[1].startswith("/v1")] == []
    assert len(PERSONAL) >= 1
    assert {"/v1/recommendations"} <= {operation.path for operation in PERSONAL}


@pytest.mark.parametrize("operation", PERSONAL, ids=named)
def test_what_is_personal_opens_to_a_shopper_only(stage: Stage, bearer: Bearer, operation: Operation) -> None:
    with book.opened(stage.url) as connection:
        key = book.create(connection, "machine", ["prices", "staff"], 1000, None)
    for headers, status in (
        ({}, 401), (bearer(published.ALICE, secret="x" * 40), 401), (bearer(published.ALICE, lifetime_s=-60), 401),
        (bearer(published.ALICE, aud="elsewhere"), 401), (bearer(published.ALICE, iss="elsewhere"), 401),
        (bearer("one-of-the-staff", scope="staff"), 403), ({"X-API-Key": key}, 403), ({"X-API-Key": "dh_x"}, 401),
    ):
        nobody = Asker(stage.client, published.make_world(), headers)
        assert nobody.ask(operation, stage.alice.own).status_code == status


def test_what_one_does_changes_nothing_that_another_reads(stage: Stage) -> None:
    assert stage.alice.reads() != stage.before
    assert stage.bob.reads() == stage.before
    newcomer = json.dumps(stage.bob.reads())
    assert [own for own in stage.alice.own.values() if own in newcomer] == []


@pytest.mark.parametrize("operation", [each for each in PERSONAL if each.parameters("path")], ids=named)
def test_with_anothers_ids_one_reaches_nothing(stage: Stage, operation: Operation) -> None:
    mine = stage.alice.reads()
    theirs = {name: stage.alice.own[name] for name in operation.parameters("path") if name in stage.alice.own}
    answer = stage.mallory.ask(operation, theirs)
    if theirs:
        assert answer.status_code == 404
    else:  # a deal is everybody's; that it is kept is one's own
        assert answer.status_code in (200, 201, 204)
    assert stage.alice.reads() == mine


def test_each_thing_that_a_shopper_makes_is_tried_with_anothers_hands(stage: Stage) -> None:
    """Every parameter of a personal path is an id that Alice was given, or one of the catalogue."""
    names = {name for operation in PERSONAL for name in operation.parameters("path")}
    assert names <= set(stage.alice.own) | set(stage.alice.public)


@pytest.mark.parametrize("operation", [each for each in ASKED if each.body], ids=named)
def test_what_a_body_claims_beyond_its_schema_counts_nothing(stage: Stage, bearer: Bearer, operation: Operation) -> None:
    """Mass assignment: whose it is, and what only we set, cannot be sent along."""
    claimed = {
        "customer_key": published.ALICE, "sub": published.ALICE, "scope": "staff", "is_admin": True, "status": "fired", "id": 1,
        "is_verified": True, "accepted": 99, "landed_batch_id": "x", "baseline_amount": "0.01",
        "created_at": "1999-01-01T00:00:00Z",
    }
    mine = stage.alice.reads()
    stranger = Asker(stage.client, published.make_world(), bearer(uuid.uuid4().hex))
    answer = stranger.client.request(
        operation.method, _path(operation, stranger), headers=stranger.headers, json=_claiming(operation.body, claimed),
    )
    assert answer.status_code in {200, 201, 202, 422}
    assert stage.alice.reads() == mine
    assert "1999-01-01" not in json.dumps(stranger.reads())


def _claiming(body: Any, claimed: dict[str, Any]) -> Any:
    """The body with claims beside what each of its objects says."""
    if isinstance(body, dict):
        return claimed | {name: _claiming(value, claimed) for name, value in body.items()}
    return [_claiming(each, claimed) for each in body] if isinstance(body, list) else body


def _path(operation: Operation, asker: Asker, **ids: str) -> str:
    known = {**dict.fromkeys(operation.parameters("path"), "0b9d54f4-5a0d-4a5e-8b6b-2f6f4f0a7c01"), **asker.public, **ids}
    return operation.path.format(**known)


def _is_calm(answer: httpx.Response, allowed: set[int] = ANSWERED) -> None:
    assert answer.status_code in allowed, (answer.request.url, answer.text[:300])
    assert "x-injected" not in answer.headers
    assert answer.elapsed.total_seconds() < 5
    if answer.status_code in REFUSED:
        assert answer.headers["content-type"] == "application/problem+json"
        assert "Traceback" not in answer.text
        assert "psycopg" not in answer.text


@pytest.mark.parametrize("operation", [each for each in ASKED if each.parameters("query")], ids=named)
def test_no_parameter_makes_it_stumble(stage: Stage, operation: Operation) -> None:
    path, headers = _path(operation, stage.mallory), stage.mallory.headers
    for name in operation.parameters("query"):
        for value in HOSTILE.values():
            _is_calm(stage.client.request(operation.method, path, params={name: value}, headers=headers, json=operation.body))
        for raw in RAW.values():
            _is_calm(stage.client.request(operation.method, f"{path}?{name}={raw}", headers=headers, json=operation.body))
        _is_calm(stage.client.request(operation.method, f"{path}?{'&'.join([f'{name}=x'] * 300)}", headers=headers))


@pytest.mark.parametrize("operation", [each for each in ASKED if "limit" in each.parameters("query")], ids=named)
@pytest.mark.parametrize("limit", ["1000000000", "0", "-1", "99999999999999999999999999", "1e9", "ten"])
def test_nobody_gets_a_billion_rows(stage: Stage, operation: Operation, limit: str) -> None:
    answer = stage.client.get(_path(operation, stage.mallory), params={"limit": limit}, headers=stage.mallory.headers)
    assert answer.status_code == 422


@pytest.mark.parametrize("operation", [each for each in ASKED if each.parameters("path")], ids=named)
def test_no_id_makes_it_stumble(stage: Stage, operation: Operation) -> None:
    hostile = [httpx.URL("http://x", params={"x": value}).query.decode()[2:].replace("+", "%20") for value in HOSTILE.values()]
    for name in operation.parameters("path"):
        for value in (*hostile, *RAW.values()):
            if value:
                path = _path(operation, stage.mallory, **{name: value})
                answer = stage.client.request(operation.method, path, headers=stage.mallory.headers, json=operation.body)
                _is_calm(answer, REFUSED | {405, 307})


@pytest.mark.parametrize("operation", [each for each in ASKED if each.body], ids=named)
def test_no_body_makes_it_stumble(stage: Stage, operation: Operation) -> None:
    path, text = _path(operation, stage.mallory), json.dumps(operation.body)
    headers = stage.mallory.headers | {"Content-Type": "application/json"}
    _is_calm(stage.client.request(operation.method, path, content=text.encode("utf-16"), headers=headers))
    for body in (
        b"", b"{", b"null", b"7", b'"x"', b"[]", b"\xff\xfe", b"\x00", b"NaN", b'{"a":' * 50_000, b"[" * 400_000,
        b'{"\\ud800": 1}',
        b'{"a": ' + b"9" * 5000 + b"}", b'{"a": 1e99999}', b"x" * 1_000_001, text.encode("latin-1") + b"\xe9",
    ):
        _is_calm(stage.client.request(operation.method, path, content=body, headers=headers), REFUSED)
    values: tuple[Any, ...] = (*(HOSTILE[name] for name in IN_BODIES), "\ud800", None, [], 10**400, -1, True)
    for value in values:
        for broken in _each_broken(operation.body, value):
            _is_calm(stage.client.request(operation.method, path, content=json.dumps(broken), headers=headers))


def _each_broken(body: Any, value: Any) -> Iterator[Any]:
    """The body with one of its values replaced, each in turn."""
    if isinstance(body, dict):
        for name in body:
            yield body | {name: value}
            for inner in _each_broken(body[name], value):
                yield body | {name: inner}
    if isinstance(body, list):
        for inner in _each_broken(body[0], value):
            yield [inner]


@pytest.mark.parametrize(
    "path", ["/v1/deals?q=" + "x" * 60_000, "/v1/" + "x" * 60_000, "/?" + "a=b&" * 10_000, "/v1/deals/" + "/" * 9000],
    ids=["words", "path", "parameters", "slashes"],
)
def test_a_long_address_is_refused_unread(stage: Stage, path: str) -> None:
    answer = stage.client.get(path)
    assert answer.status_code in (404, 422)
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("page", ["/", "/more", "/for-you", "/for-you/items", "/products/{}", "/deals/{}", "/docs"])
def test_pages_are_as_calm(stage: Stage, page: str) -> None:
    for value in HOSTILE.values():
        path = page.format(httpx.URL("http://x", params={"x": value}).query.decode()[2:].replace("+", "%20") or "x")
        answer = stage.client.get(path, params={"q": value, "country": value, "cursor": value, "sort": value, "limit": value})
        assert answer.status_code < 500, (answer.request.url, answer.text[:300])
        assert "<script>alert" not in answer.text


def test_odd_methods_make_no_new_series(stage: Stage) -> None:
    for method in ("PROPFIND", "MKCOL", "TRACE"):
        assert stage.client.request(method, "/v1/deals").status_code == 405
    told = stage.client.get("/metrics").text
    assert "PROPFIND" not in told
    assert 'method="other"' in told


def test_after_all_that_the_catalogue_stands_and_the_keys_are_told_to_nobody(stage: Stage) -> None:
    with psycopg.connect(stage.url) as connection:
        assert connection.execute("select count(*) from publish.deal").fetchone() == (30,)
    assert text_of(stage.client.get("/v1/trending")) == text_of(stage.client.get("/v1/trending"))
    assert "argon2" not in json.dumps(app.openapi())
