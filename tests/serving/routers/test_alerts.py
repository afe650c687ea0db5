from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.serving import published

Ask = Callable[..., httpx.Response]
Execute = Callable[..., list[tuple[Any, ...]]]
WORLD = published.make_world()
PRODUCT = str(WORLD.product_id("Fjord 14 Laptop 16 GB"))
OFFERS = [row for row in WORLD.rows["product_offer"] if str(row["product_id"]) == PRODUCT]
LOWEST = min(row["price_reporting"] for row in OFFERS)
BELOW = {"kind": "price_below", "product_id": PRODUCT, "threshold": "10", "currency": "EUR"}


def test_an_alert_knows_what_it_starts_from(ask: Ask, execute: Execute) -> None:
    answer = ask("POST", "/alerts", BELOW)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["status"], told["threshold"], told["currency"]) == ("active", "10.00", "EUR")
    assert told["baseline_price"] == {"amount": f"{LOWEST:.2f}", "currency": "EUR"}
    assert execute("select release_as_of from inbox.alert where alert_id = %s", told["alert_id"]) == [(published.AS_OF,)]
    assert ask("GET", "/alerts").json()["items"] == [told]


def test_the_same_alert_is_one_until_it_is_removed(ask: Ask) -> None:
    first, again = ask("POST", "/alerts", BELOW), ask("POST", "/alerts", BELOW | {"threshold": "10.00"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    path = f"/alerts/{first.json()['alert_id']}"
    assert [ask("DELETE", path).status_code for _ in range(2)] == [204, 204]
    assert ask("GET", "/alerts").json() == {"items": []}
    assert ask("POST", "/alerts", BELOW).status_code == 201


def test_one_offer_is_watched_in_its_own_currency(ask: Ask) -> None:
    offer = next(row for row in WORLD.rows["product_offer"] if row["currency"] == "SEK")
    told = ask("POST", "/alerts", {"kind": "drop_pct", "offer_id": str(offer["offer_id"]), "threshold": "5", "currency": "sek"})
    assert told.status_code == 201
    assert told.json()["product_id"] == str(offer["product_id"])
    assert told.json()["baseline_price"] == {"amount": f"{offer['price']:.2f}", "currency": "SEK"}


def test_what_is_so_already_is_refused(ask: Ask, execute: Execute) -> None:
    assert ask("POST", "/alerts", BELOW | {"threshold": "99999"}).status_code == 409
    stock = {"kind": "back_in_stock", "product_id": str(WORLD.product_id("Yoga Mat Cork 5 mm"))}
    assert ask("POST", "/alerts", stock).status_code == 409
    execute("insert into publish.live_offer select offer_id, price, currency, price_reporting, 'out_of_stock', 0, observed_at "
            "from publish.product_offer where product_id = %s", stock["product_id"])
    assert ask("POST", "/alerts", stock).status_code == 201


def test_nobody_asks_in_that_currency(ask: Ask) -> None:
    assert ask("POST", "/alerts", BELOW | {"currency": "JPY"}).status_code == 422


def test_only_ones_own_is_seen_and_removed(ask: Ask) -> None:
    one = ask("POST", "/alerts", BELOW).json()["alert_id"]
    assert ask("DELETE", f"/alerts/{one}", by=published.BOB).status_code == 404
    assert ask("GET", "/alerts", by=published.BOB).json() == {"items": []}


def test_at_most_two_hundred_wait(ask: Ask, execute: Execute, shopper: str) -> None:
    execute("insert into inbox.alert (customer_key, kind, product_id, release_as_of) "
            "select %s, 'back_in_stock', gen_random_uuid(), now() from generate_series(1, 200)", shopper)
    assert ask("POST", "/alerts", BELOW).status_code == 409


@pytest.mark.parametrize("change", [
    {"threshold": None}, {"threshold": "0"}, {"threshold": "-1"}, {"threshold": 10}, {"threshold": "NaN"}, {"threshold": "1e5"},
    {"currency": None}, {"currency": "EURO"}, {"kind": "soon"}, {"product_id": None}, {"offer_id": PRODUCT},
    {"kind": "back_in_stock"}, {"kind": "drop_pct", "threshold": "100"}, {"status": "fired"}, {"product_id": "x"},
])
def test_an_alert_that_is_none_is_refused(ask: Ask, change: dict[str, Any]) -> None:
    assert ask("POST", "/alerts", BELOW | change).status_code == 422


def test_an_unknown_product_is_not_watched(ask: Ask) -> None:
    assert ask("POST", "/alerts", BELOW | {"product_id": "00000000-0000-4000-8000-000000000000"}).status_code == 404
