import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.serving import published

Ask = Callable[..., httpx.Response]
Execute = Callable[..., list[tuple[Any, ...]]]
WORLD = published.make_world()
DEAL = WORLD.deal_of("Basalt Bluetooth Speaker")
PATH = f"/saved/{DEAL['deal_id']}"
SEARCH = {"name": "Speakers", "query": {"q": "speaker", "max_price": "200", "category": ["audio"]}}


def test_a_deal_is_saved_once_with_its_price(ask: Ask) -> None:
    first, again = ask("PUT", PATH), ask("PUT", PATH)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    (saved,) = ask("GET", "/saved").json()["items"]
    assert saved["deal"]["price"] == {"amount": f"{DEAL['price']:.2f}", "currency": DEAL["currency"]}
    assert saved["product_id"] == str(DEAL["product_id"])
    assert ask("GET", "/saved").headers["cache-control"] == "private, no-store"


def test_the_price_is_todays(ask: Ask, execute: Execute) -> None:
    other = WORLD.deal_of("Robot Vacuum R5")
    ask("PUT", f"/saved/{other['deal_id']}")
    execute("insert into publish.live_offer values (%s, 12.5, %s, 12.5, 'out_of_stock', 0, now())",
            other["offer_id"], other["currency"])
    (deal,) = (saved["deal"] for saved in ask("GET", "/saved").json()["items"])
    assert (deal["price"]["amount"], deal["availability"], deal["is_live"]) == ("12.50", "out_of_stock", True)


def test_what_is_taken_away_is_gone_and_may_come_again(ask: Ask) -> None:
    ask("PUT", PATH)
    assert [ask("DELETE", PATH).status_code for _ in range(2)] == [204, 204]
    assert ask("GET", "/saved").json() == {"items": []}
    ask("PUT", PATH)
    assert len(ask("GET", "/saved").json()["items"]) == 1


def test_a_deal_that_is_over_stays_saved(ask: Ask, execute: Execute, shopper: str) -> None:
    over = uuid.uuid4()
    execute("insert into inbox.saved_deal (customer_key, deal_id) values (%s, %s)", shopper, over)
    assert ask("PUT", f"/saved/{over}").status_code == 200
    (saved,) = ask("GET", "/saved").json()["items"]
    assert (saved["deal_id"], saved["deal"]) == (str(over), None)
    assert ask("PUT", f"/saved/{uuid.uuid4()}").status_code == 404


@pytest.mark.parametrize(("path", "wish"), [
    ("/searches", SEARCH), ("/not-interested", {"kind": "brand", "value": "Volt"}),
])
def test_the_same_is_kept_once(ask: Ask, path: str, wish: dict[str, Any]) -> None:
    first, again = ask("POST", path, wish), ask("POST", path, wish)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert ask("GET", path).json()["items"] == [first.json()]


def test_the_same_from_many_hands_is_kept_once(ask: Ask) -> None:
    with ThreadPoolExecutor(6) as hands:
        answers = list(hands.map(lambda _: ask("POST", "/searches", SEARCH), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]


@pytest.mark.parametrize(("path", "wish", "key"), [
    ("/searches", SEARCH, "search_id"), ("/not-interested", {"kind": "category", "value": "toys"}, "entry_id"),
])
def test_only_ones_own_is_taken_away(ask: Ask, path: str, wish: dict[str, Any], key: str) -> None:
    one = ask("POST", path, wish).json()[key]
    assert ask("DELETE", f"{path}/{one}", by=published.BOB).status_code == 404
    assert ask("GET", path, by=published.BOB).json() == {"items": []}
    assert [ask("DELETE", f"{path}/{one}").status_code for _ in range(2)] == [204, 204]
    assert ask("GET", path).json() == {"items": []}


def test_no_more_than_enough_is_kept(ask: Ask, execute: Execute, shopper: str) -> None:
    execute("insert into inbox.saved_search (customer_key, name, query) select %s, 'x', jsonb_build_object('q', n::text) "
            "from generate_series(1, 50) as n", shopper)
    answer = ask("POST", "/searches", SEARCH)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:dealhouse:problem:conflict")
    assert ask("POST", "/searches", {"name": "x", "query": {"q": "7"}}).status_code == 200, "what is kept already, is"


@pytest.mark.parametrize("wish", [
    {"name": "x", "query": {}}, {"name": "", "query": {"q": "x"}}, {"name": "x", "query": {"q": "x", "colour": "red"}},
    {"name": "x", "query": {"max_price": 5}}, {"name": "x", "query": {"max_price": "1e9"}},
    {"name": "x\x00", "query": {"q": "x"}},
    {"name": "x", "query": {"q": "x"}, "customer_key": published.BOB}, {"name": "x", "query": {"min_discount": "101"}},
])
def test_a_search_that_is_none_is_refused(ask: Ask, wish: dict[str, Any]) -> None:
    assert ask("POST", "/searches", wish).status_code == 422


@pytest.mark.parametrize("wish", [
    {"kind": "product", "value": "x"}, {"kind": "shop", "value": "x"}, {"kind": "brand", "value": " "},
])
def test_a_lack_of_interest_that_is_none_is_refused(ask: Ask, wish: dict[str, Any]) -> None:
    assert ask("POST", "/not-interested", wish).status_code == 422


@pytest.mark.parametrize("path", ["/saved", "/searches", "/not-interested", "/alerts", "/preferences", "/consents", "/contacts",
                                  "/notifications"])
def test_without_a_token_nothing_is_told(shop: tuple[httpx.Client, str], path: str) -> None:
    assert shop[0].get(f"/v1/me{path}").status_code == 401
