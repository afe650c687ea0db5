"""Who is counted with whom: over HTTP, each test with an API of its own."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from serving.app import create_app
from serving.keys import book
from tests.serving import published

Bearer = Callable[..., dict[str, str]]
PATH = "/v1/trending"


@contextmanager
def limited(url: str, **limits: int) -> Iterator[httpx.Client]:
    with published.running(url, limits=True, **limits) as where, httpx.Client(base_url=where) as client:
        yield client


def statuses(client: httpx.Client, count: int, path: str = PATH, **options: object) -> list[int]:
    return [client.get(path, **options).status_code for _ in range(count)]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def key(published_url: str) -> str:
    """A service key of three requests a minute."""
    with book.opened(published_url) as connection:
        return book.create(connection, "a-machine", ["prices"], 3, None)


def test_an_unknown_address_is_told_what_is_left_and_when_to_come_again(published_url: str) -> None:
    with limited(published_url, anonymous_limit=2) as client:
        first, _, refused = (client.get(PATH) for _ in range(3))
        assert first.headers["ratelimit-policy"] == '"anonymous";q=2;w=900'
        assert first.headers["ratelimit"].startswith('"anonymous";r=1;')
        assert refused.status_code == 429
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["type"] == "urn:dealhouse:problem:too-many-requests"
        assert 0 < int(refused.headers["retry-after"]) <= 450
        assert refused.headers["x-request-id"]
        assert 'dealhouse_api_rate_limited_total{policy="anonymous"} 1.0' in client.get("/metrics").text


def test_health_metrics_and_static_files_are_not_counted(published_url: str) -> None:
    with limited(published_url, anonymous_limit=1, page_limit=1) as client:
        for path in ("/health/live", "/health/ready", "/metrics", "/openapi.json", "/static/style.css"):
            assert statuses(client, 3, path) == [200] * 3


def test_a_shoppers_front_page_is_not_held_to_the_limit_of_strangers(published_url: str) -> None:
    with limited(published_url, anonymous_limit=1, page_limit=4) as client:
        assert statuses(client, 2) == [200, 429]
        by_script = statuses(client, 2, headers={"Sec-Fetch-Site": "same-origin"})
        assert by_script == [200, 200]
        assert statuses(client, 3, "/docs") == [200, 200, 429]
        refused = client.get("/docs")
        assert refused.headers["content-type"].startswith("text/html")
        assert int(refused.headers["retry-after"]) > 0


def test_shoppers_are_counted_apart_wherever_they_are(published_url: str, bearer: Bearer) -> None:
    with limited(published_url, anonymous_limit=1, customer_limit=2) as client:
        assert statuses(client, 3, headers=bearer(published.ALICE)) == [200, 200, 429]
        assert statuses(client, 1, headers=bearer(published.BOB)) == [200]
        assert client.get(PATH, headers=bearer(published.BOB)).headers["ratelimit-policy"] == '"customer";q=2;w=900'


def test_a_token_that_is_none_is_counted_as_nobodys(published_url: str, bearer: Bearer) -> None:
    with limited(published_url, anonymous_limit=2, customer_limit=100) as client:
        forged = [bearer(f"{number:032}", secret="x" * 40) for number in range(3)]
        assert [client.get("/v1/recommendations", headers=each).status_code for each in forged] == [401, 401, 429]


def test_a_machine_has_the_limit_of_its_key_also_for_its_shoppers(published_url: str, bearer: Bearer, key: str) -> None:
    with limited(published_url, anonymous_limit=1, customer_limit=1) as client:
        assert statuses(client, 2, headers={"X-API-Key": key}) == [200, 200]
        both = {"X-API-Key": key} | bearer(published.ALICE)
        answers = [client.get("/v1/recommendations", headers=both) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 429]
        assert answers[0].headers["ratelimit-policy"] == '"key";q=3;w=60'
        assert answers[0].json()["source"] == "personalised"


def test_guessing_keys_ends_soon(published_url: str) -> None:
    with limited(published_url, anonymous_limit=10_000) as client:
        started = time.monotonic()
        told: list[int] = []
        while 429 not in told:
            told.append(client.get(PATH, headers={"X-API-Key": f"dh_aaaaaaaa_{len(told):040}"}).status_code)
            assert len(told) <= 31 + (time.monotonic() - started) / 2  # one more every two seconds
        assert set(told[:30]) == {401}


@pytest.mark.parametrize(("trusted", "told"), [("127.0.0.1", [200, 200, 429]), ("192.0.2.1", [200, 429, 429])])
def test_only_a_trusted_proxy_says_whose_request_it_hands_on(published_url: str, trusted: str, told: list[int]) -> None:
    """The second caller is another one only where the proxy is believed; what a caller claims before that never counts."""
    app = create_app(published.settings_of(published_url, limits=True, anonymous_limit=1))
    with published.listening(app, forwarded_allow_ips=trusted) as where, httpx.Client(base_url=where) as client:
        forwarded = ("203.0.113.1", "203.0.113.2", "203.0.113.9, 203.0.113.2")
        assert [client.get(PATH, headers={"X-Forwarded-For": each}).status_code for each in forwarded] == told
