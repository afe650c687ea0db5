import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import psycopg
import pytest

from tests.serving import published

SORTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "discount": lambda deal: -deal["discount_pct"],
    "price": lambda deal: Decimal(deal["price_reporting"]["amount"]),
    "newest": lambda deal: [-ord(letter) for letter in deal["started_at"]],
    "ending_soon": lambda deal: deal["ends_at"] or "9",
}


def get(api: httpx.Client, **params: Any) -> dict[str, Any]:
    answer = api.get("/v1/deals", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def titles(body: dict[str, Any]) -> list[str]:
    return [item["title"] for item in body["items"]]


def test_the_first_page_is_the_twenty_most_popular(api: httpx.Client, world: published.World) -> None:
    body = get(api)
    assert titles(body) == [row["title"] for row in world.rows["search_doc"][:20]]
    assert body["total"] == {"value": 30, "relation": "eq"}
    assert body["match"] == "exact"


@pytest.mark.parametrize("words", ["wireless headphones", "WIRELESS", "headphones aurora", "Sonora wireless"])
def test_words_are_found_in_any_case_and_order(api: httpx.Client, words: str) -> None:
    assert "Aurora Wireless Headphones" in titles(get(api, q=words))


@pytest.mark.parametrize(
    ("typo", "meant", "title"),
    [
        ("headphnes", "headphones", "Aurora Wireless Headphones"),
        ("espreso machine", "espresso machine", "Espresso Machine Barista Uno"),
        ("speakr", "speaker", "Basalt Bluetooth Speaker"),
    ],
)
def test_a_typo_finds_what_was_meant(api: httpx.Client, typo: str, meant: str, title: str) -> None:
    body = get(api, q=typo)
    assert titles(body)[0] == title
    assert body["did_you_mean"] == meant
    assert body["match"] == "corrected"


def test_a_word_that_is_only_alike_finds_by_its_letters(api: httpx.Client) -> None:
    body = get(api, q="turntabel vinil")
    assert "Vinyl Turntable T-3" in titles(body)
    compound = get(api, q="headphone-set")
    assert "Aurora Wireless Headphones" in titles(compound)
    assert compound["match"] == "relaxed"


def test_accents_do_not_matter(api: httpx.Client) -> None:
    assert titles(get(api, q="caffe rio")) == titles(get(api, q="Caffè Rio")) != []


def test_nothing_alike_is_an_empty_page_not_an_error(api: httpx.Client) -> None:
    body = get(api, q="zzzzqqqq")
    assert body["items"] == []
    assert body["total"] == {"value": 0, "relation": "eq"}


def test_filters_narrow_and_choices_of_one_filter_widen(api: httpx.Client) -> None:
    both = get(api, category=["audio", "toys"], limit=100)
    assert {item["category"] for item in both["items"]} == {"audio", "toys"}
    cheap = get(api, category=["audio", "toys"], max_price="100", limit=100)
    assert 0 < len(cheap["items"]) < len(both["items"])
    assert all(Decimal(item["price_reporting"]["amount"]) <= 100 for item in cheap["items"])


def test_each_filter_holds(api: httpx.Client) -> None:
    assert {item["country"] for item in get(api, country="se")["items"]} == {"SE"}
    assert {item["merchant"]["merchant_id"] for item in get(api, merchant="techhaus")["items"]} == {"techhaus"}
    assert {item["brand"] for item in get(api, brand="sonora")["items"]} == {"Sonora"}
    assert min(item["discount_pct"] for item in get(api, min_discount=30, limit=100)["items"]) >= 30


def test_a_facet_counts_what_another_choice_would_bring(api: httpx.Client) -> None:
    chosen = get(api, category="audio")
    counts = {value["value"]: value["count"] for value in chosen["facets"]["category"]}
    assert counts["audio"] == chosen["total"]["value"] == 5
    assert counts["toys"] == 2
    assert sum(value["count"] for value in chosen["facets"]["merchant"]) == 5


@pytest.mark.parametrize("sort", SORTS)
def test_sorts_order_the_whole_list(api: httpx.Client, sort: str) -> None:
    items = get(api, sort=sort, limit=100)["items"]
    ordered = [item for item in items if not item["is_live"]]  # the order is the release's, a live price may differ
    assert len(ordered) > 20
    assert [SORTS[sort](item) for item in ordered] == sorted(SORTS[sort](item) for item in ordered)


@pytest.mark.parametrize(
    "params", [{}, {"q": "headphnes"}, {"sort": "discount"}, {"sort": "price", "in_stock": "true"}, {"q": "fjell fjord fjallro"}]
)
def test_walking_by_cursor_gives_the_whole_list_once(api: httpx.Client, params: dict[str, str]) -> None:
    whole = titles(get(api, limit=100, **params))
    walked, body = [], get(api, limit=1, **params)
    while True:
        walked += titles(body)
        if body["next_cursor"] is None:
            break
        body = get(api, limit=7, cursor=body["next_cursor"], **params)
        assert body["facets"] is None
    assert walked == whole


def test_a_live_offer_wins_over_the_published_price(api: httpx.Client, world: published.World) -> None:
    published = world.deal_of("Basalt Bluetooth Speaker")
    shown = get(api, q="basalt")["items"][0]
    assert shown["is_live"]
    assert shown["availability"] == "out_of_stock"
    assert Decimal(shown["price"]["amount"]) == round(Decimal(str(round(float(published["price"]) * 1.1, 4))), 2)
    assert shown["discount_pct"] < published["discount_pct"]
    assert "Basalt Bluetooth Speaker" not in titles(get(api, in_stock="true", limit=100))


def test_one_deal_tells_its_evidence(api: httpx.Client, world: published.World) -> None:
    deal = world.deal_of("Aurora Wireless Headphones")
    body = api.get(f"/v1/deals/{deal['deal_id']}").json()
    assert body["verdict"] == deal["verdict"]
    assert body["evidence"]["observed_days_30d"] == 28
    assert set(body["factors"]) == set(deal["factors"])
    assert body["price"] == {"amount": f"{deal['price']:.2f}", "currency": deal["currency"]}


def test_an_unknown_deal_is_a_problem(api: httpx.Client) -> None:
    answer = api.get(f"/v1/deals/{uuid.uuid4()}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:dealhouse:problem:not-found"


def test_a_deal_that_is_over_says_why(api: httpx.Client, world: published.World) -> None:
    answers = [api.get(f"/v1/deals/{row['deal_id']}") for row in world.rows["gone_deal"]]
    assert {(answer.status_code, answer.headers["content-type"]) for answer in answers} == {(410, "application/problem+json")}
    told = [answer.json() for answer in answers]
    assert {body["type"] for body in told} == {"urn:dealhouse:problem:deal-over"}
    assert [body["reason"] for body in told] == [row["reason"] for row in world.rows["gone_deal"]]
    assert [body.get("product_id") for body in told] == [None, None, str(world.rows["product"][0]["product_id"]), None]


def test_a_release_of_former_times_has_no_deals_that_are_over(own: tuple[httpx.Client, str]) -> None:
    client, url = own
    world = published.make_world()
    published.publish(url, world, 1)
    with psycopg.connect(url) as connection:
        connection.execute("delete from publish.current where dataset = 'gone_deal'")
    assert client.get(f"/v1/deals/{world.rows['gone_deal'][0]['deal_id']}").status_code == 404


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": 10**30},
        {"sort": "best"},
        {"q": "a\x00b"},
        {"category": "\x00"},
        {"min_discount": "NaN"},
        {"max_price": "-1"},
        {"max_price": "1e400"},
        {"country": "Germany"},
        {"cursor": "rubbish"},
        {"cursor": "\x00"},
        {"q": "x" * 201},
        {"cursor": "eyJ2IjoxfQ"},
        {"in_stock": "perhaps"},
    ],
)
def test_what_is_not_valid_is_refused_and_named(api: httpx.Client, params: dict[str, Any]) -> None:
    answer = api.get("/v1/deals", params=params)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert next(iter(params)) in answer.json()["errors"][0]["where"]


@pytest.mark.parametrize(
    "q", ["\\", "a\\", "%", "' or 1=1 --", '"', ")(", "🎧", "a" * 200, "-", "or", "headphones -aurora", "ﬁ\u202e"]
)
def test_odd_words_are_words(api: httpx.Client, q: str) -> None:
    assert api.get("/v1/deals", params={"q": q}).status_code == 200


def test_a_cursor_of_other_filters_is_refused(api: httpx.Client) -> None:
    cursor = get(api, limit=5)["next_cursor"]
    assert api.get("/v1/deals", params={"cursor": cursor, "category": "audio"}).status_code == 422


def test_an_etag_saves_the_body(api: httpx.Client) -> None:
    first = api.get("/v1/deals")
    tag = first.headers["etag"]
    assert tag.startswith('"deal-v1-')
    assert first.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=300"
    assert first.headers["x-data-version"] == "1"
    again = api.get("/v1/deals", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert api.get("/v1/deals?limit=5", headers={"If-None-Match": tag}).status_code == 200


def test_a_flip_between_pages_mixes_nothing(own: tuple[httpx.Client, str]) -> None:
    client, url = own
    old, new = published.make_world(), published.make_world()
    for row in (*new.rows["deal"], *new.rows["search_doc"]):
        row["title"] = f"New {row['title']}"
    published.publish(url, old, 1)
    first = get(client, limit=10)
    tag = client.get("/v1/deals").headers["etag"]
    published.publish(url, new, 2, published.AS_OF + timedelta(days=1))
    second = get(client, limit=30, cursor=first["next_cursor"])
    assert not any(title.startswith("New ") for title in titles(first) + titles(second))
    assert len({*titles(first), *titles(second)}) == 30
    assert (second["release_id"], second["data_as_of"]) == (first["release_id"], first["data_as_of"])
    fresh = client.get("/v1/deals", headers={"If-None-Match": tag})
    assert fresh.status_code == 200
    assert fresh.headers["x-data-version"] == "2"
    assert all(title.startswith("New ") for title in titles(fresh.json()))


def test_a_cursor_of_a_dropped_version_is_gone(own: tuple[httpx.Client, str]) -> None:
    client, url = own
    published.publish(url, published.make_world(), 1)
    cursor = get(client, limit=10)["next_cursor"]
    published.publish(url, published.make_world(), 2)
    with psycopg.connect(url) as connection:
        connection.execute("drop table publish.deal_v1")
    answer = client.get("/v1/deals", params={"limit": 10, "cursor": cursor})
    assert answer.status_code == 410
    assert answer.json()["type"] == "urn:dealhouse:problem:cursor-gone"


def test_before_the_first_release_there_is_a_503(own: tuple[httpx.Client, str]) -> None:
    answer = own[0].get("/v1/deals")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["type"] == "urn:dealhouse:problem:not-published"
