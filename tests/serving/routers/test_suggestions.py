from typing import Any

import httpx
import psycopg
import pytest

from serving.reads.suggestions import slips
from tests.serving import published


def get(api: httpx.Client, **params: Any) -> dict[str, Any]:
    answer = api.get("/v1/suggestions", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize("typed", ["", "s", "SONO", "  Sonora ", "sonôra"])
def test_what_begins_so_is_suggested_with_its_count(api: httpx.Client, typed: str) -> None:
    body = get(api, q=typed)
    assert body["items"][0] == {"kind": "brand", "text": "Sonora", "value": "Sonora", "count": 2}
    assert body["completed"] is None


@pytest.mark.parametrize("typed", ["snora", "sonra", "sonorra", "soonra", "sonera", "sonroa"])
def test_a_slip_of_the_pen_is_forgiven_and_told(api: httpx.Client, typed: str) -> None:
    body = get(api, q=typed)
    assert body["items"][0]["text"] == "Sonora"
    assert body["completed"] in {"sonora", "sonor", "sono", "son"}


def test_nothing_alike_is_an_empty_list(api: httpx.Client) -> None:
    assert get(api, q="qwertz")["items"] == []


def test_no_more_is_given_than_asked_for(api: httpx.Client) -> None:
    assert len(get(api, q="so", limit=1)["items"]) == 1


def test_an_etag_saves_the_body(api: httpx.Client) -> None:
    first = api.get("/v1/suggestions", params={"q": "so"})
    assert first.headers["cache-control"].startswith("public")
    assert api.get("/v1/suggestions", params={"q": "so"}, headers={"If-None-Match": first.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("params", [{"q": "a\x00"}, {"q": "x" * 201}, {"limit": 0}, {"limit": 11}])
def test_what_is_not_valid_is_refused(api: httpx.Client, params: dict[str, Any]) -> None:
    assert api.get("/v1/suggestions", params=params).status_code == 422


def test_a_release_of_former_times_has_no_suggestions(own: tuple[httpx.Client, str]) -> None:
    client, url = own
    published.publish(url, published.make_world(), 1)
    with psycopg.connect(url) as connection:
        connection.execute("delete from publish.current where dataset in ('suggestion', 'search_term', 'search_click')")
    assert client.get("/v1/suggestions").status_code == 503
    assert client.get("/v1/deals", params={"q": "headphones"}).json()["items"] != []


def test_the_slips_of_a_beginning_are_bounded() -> None:
    assert {"haed", "hed", "heead", "hexd", "headx"} <= set(slips("head"))
    assert "head" not in slips("head")
    assert len(slips("x" * 24)) < 2000
