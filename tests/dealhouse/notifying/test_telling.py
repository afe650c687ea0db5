"""What a release is worth telling: each thing once, whatever is run again."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dealhouse.notifying.outcomes import queued
from dealhouse.notifying.telling import tell
from tests.dealhouse.notifying.conftest import ANN, BOB, LATER, Execute
from tests.serving.world import AS_OF, World, make_world

LAPTOP, MAT, TRAIN = "Fjord 14 Laptop 16 GB", "Yoga Mat Cork 5 mm", "Wooden Train Set 60 pieces"
HEADPHONES, EARBUDS, PHONE = "Aurora Wireless Headphones", "Aurora Mini Earbuds", "Pixelite 9 Smartphone 128 GB"
DUBIOUS = "Basalt Bluetooth Speaker"  # its price was inflated before
OUTBOX = "select channel, kind, state, last_error from notify.outbox order by channel, kind"
Release = Callable[..., None]
Alert = Callable[..., str]
Person = Callable[..., None]


def offers(world: World, title: str) -> list[dict[str, Any]]:
    return [row for row in world.rows["product_offer"] if row["product_id"] == world.product_id(title)]


def priced(title: str, factor: float) -> Callable[[World], None]:
    def change(world: World) -> None:
        for offer in offers(world, title):
            offer.update(price=round(offer["price"] * factor, 2), price_reporting=round(offer["price_reporting"] * factor, 2))

    return change


def lowest(title: str) -> float:
    return min(float(offer["price_reporting"]) for offer in offers(make_world(), title))


def began(*titles: str) -> Callable[[World], None]:
    """Deals that began an hour before the second release."""

    def change(world: World) -> None:
        for title in titles:
            world.deal_of(title)["started_at"] = AS_OF

    return change


@pytest.mark.parametrize(("kind", "threshold", "factor", "holds"), [
    ("price_below", 0.5, 0.4, True), ("price_below", 0.5, 0.6, False),
    ("drop_pct", 10, 0.89, True), ("drop_pct", 10, 0.95, False),
    ("rise", 10, 1.2, True), ("rise", 10, 1.05, False),
])
def test_a_price_is_told_when_it_is_there(
    alert: Alert, release: Release, execute: Execute, kind: str, threshold: float, factor: float, holds: bool
) -> None:
    base = lowest(LAPTOP)
    made = alert(kind, LAPTOP, round(base * threshold, 2) if kind == "price_below" else threshold, base)
    release(priced(LAPTOP, factor))
    assert tell(LATER).messages == ({kind: 1} if holds else {})
    assert execute("select status from inbox.alert where alert_id = %s", made) == [("fired" if holds else "active",)]


def test_it_is_told_once_with_the_price_of_the_release(alert: Alert, release: Release, execute: Execute) -> None:
    base = lowest(LAPTOP)
    alert("price_below", LAPTOP, base, base)
    release(priced(LAPTOP, 0.5))
    execute("insert into publish.live_offer select offer_id, 1, currency, 1, 'in_stock', 1, observed_at "
            "from publish.product_offer where version = 2")
    assert [tell(LATER).rows for _ in range(3)] == [1, 0, 0]
    assert execute(OUTBOX) == [("inbox", "price_below", "sent", None)]
    ((title, body, key),) = execute("select title, body, customer_key from inbox.notification")
    amount = f"{base / 2:.2f}"
    assert (title, key) == (f"{LAPTOP} costs {body['items'][0]['price']['amount']} EUR now", ANN)
    assert abs(float(body["items"][0]["price"]["amount"]) - float(amount)) <= 0.01
    assert body["items"][0]["was"] == {"amount": f"{base:.2f}", "currency": "EUR"}


def test_an_alert_waits_for_a_later_release(alert: Alert, execute: Execute) -> None:
    alert("price_below", LAPTOP, 99999)
    assert tell(AS_OF).rows == 0
    assert execute("select status from inbox.alert") == [("active",)]


def test_stock_is_told_when_it_is_back(alert: Alert, release: Release, execute: Execute) -> None:
    def gone(world: World) -> None:
        for offer in offers(world, MAT):
            offer["availability"] = "unknown"

    alert("back_in_stock", MAT)
    release(gone)
    assert tell(LATER).rows == 0
    release(version=3)
    assert tell(LATER + timedelta(hours=1)).messages == {"back_in_stock": 1}
    assert execute("select title from inbox.notification") == [(f"{MAT} is in stock again",)]


def test_what_is_not_in_stock_has_no_price(alert: Alert, release: Release) -> None:
    def change(world: World) -> None:
        priced(LAPTOP, 0.1)(world)
        for offer in offers(world, LAPTOP):
            offer["availability"] = "out_of_stock"

    alert("price_below", LAPTOP, lowest(LAPTOP), lowest(LAPTOP))
    release(change)
    assert tell(LATER).rows == 0


def test_one_offer_is_watched_alone_and_in_its_currency(alert: Alert, release: Release) -> None:
    offer = next(row for row in make_world().rows["product_offer"] if row["currency"] == "SEK")

    def others(world: World) -> None:
        for row in offers(world, offer["title"]):
            row.update({} if row["offer_id"] == offer["offer_id"] else {"price": 1, "price_reporting": 1})

    def its_own(world: World) -> None:
        next(row for row in world.rows["product_offer"] if row["offer_id"] == offer["offer_id"])["price"] = offer["price"] / 2

    alert("drop_pct", offer["title"], 10, offer["price"], currency="SEK", offer_id=offer["offer_id"])
    release(others)
    assert tell(LATER).rows == 0
    release(its_own, version=3)
    assert tell(LATER + timedelta(hours=1)).messages == {"drop_pct": 1}


def test_a_merged_product_is_watched_as_what_it_became(alert: Alert, release: Release, execute: Execute) -> None:
    alert("price_below", LAPTOP, lowest(LAPTOP), lowest(LAPTOP))
    execute("update inbox.alert set product_id = '00000000-0000-4000-8000-000000000001'")

    def change(world: World) -> None:
        priced(LAPTOP, 0.5)(world)
        world.rows["product_redirect"] = [
            {"product_id": "00000000-0000-4000-8000-000000000001", "redirect_to": world.product_id(LAPTOP)},
        ]

    release(change)
    assert tell(LATER).messages == {"price_below": 1}


def search(execute: Execute, query: str, key: str = ANN) -> None:
    execute("insert into inbox.saved_search (customer_key, name, query) values (%s, 'mine', %s)", key, query)


def test_a_search_hears_of_what_comes_after_it_once(execute: Execute, release: Release) -> None:
    search(execute, '{"category": ["audio"]}')
    release(began(HEADPHONES))
    assert tell(LATER).messages == {}, "the deal was there when the search was saved"
    deal = make_world().deal_of(EARBUDS)
    execute("delete from publish.deal where version = 2 and deal_id = %s", str(deal["deal_id"]))
    release(began(HEADPHONES, EARBUDS), version=3)
    later = LATER + timedelta(hours=1)
    assert tell(later).messages == {"saved_search": 1}
    ((title, body),) = execute("select title, body from inbox.notification")
    assert title == "A new deal for “mine”"
    assert [item["path"] for item in body["items"]] == [f"/deals/{deal['deal_id']}"]
    assert tell(later).rows == 0
    release(began(HEADPHONES, EARBUDS), version=4)
    assert tell(later + timedelta(hours=1)).messages == {}


def test_a_search_is_told_at_once_of_what_its_first_release_brought(execute: Execute, release: Release) -> None:
    search(execute, '{"q": "headphones"}')
    execute("delete from publish.deal where version = 1 and title = %s", HEADPHONES)
    release(began(HEADPHONES))
    assert tell(LATER).messages == {"saved_search": 1}


@pytest.mark.parametrize(("query", "finds"), [
    ('{"q": "wireless headphones"}', True), ('{"q": "headphones cable"}', False), ('{"brand": ["SONORA"]}', True),
    ('{"brand": ["Volt"]}', False), ('{"category": ["audio", "toys"]}', True), ('{"category": ["toys"]}', False),
    ('{"max_price": "10000"}', True), ('{"max_price": "1"}', False), ('{"min_price": "10000"}', False),
    ('{"min_discount": "1"}', True), ('{"min_discount": "99"}', False), ('{"country": "ZZ"}', False),
    ('{"merchant": ["x"]}', False),
])
def test_a_search_finds_what_it_asks_for(execute: Execute, release: Release, query: str, finds: bool) -> None:
    search(execute, query)
    execute("delete from publish.deal where version = 1 and title = %s", HEADPHONES)
    release(began(HEADPHONES))
    assert tell(LATER).messages == ({"saved_search": 1} if finds else {})


def test_interests_hear_of_new_deals_but_of_none_that_is_unwanted(execute: Execute, release: Release, person: Person) -> None:
    person(categories="{phones,toys}", brands="{sonora}", channels="{inbox}")
    person(BOB, categories="{audio}", is_personalised=False, channels="{inbox}", address=None)
    execute("delete from publish.deal where version = 1")
    execute("insert into inbox.not_interested (customer_key, kind, value) values (%s, 'brand', 'lumen')", ANN)
    release(began(HEADPHONES, PHONE, TRAIN, DUBIOUS))
    assert tell(LATER).messages == {"interest": 1}
    ((key, body),) = execute("select customer_key, body from inbox.notification")
    assert key == ANN
    assert sorted(item["title"] for item in body["items"]) == [HEADPHONES, TRAIN]


def cart(execute: Execute, kind: str, hours: float, *, key: str = ANN, title: str = MAT) -> None:
    """Something that happened so long before the second release."""
    at = LATER - timedelta(hours=hours)
    execute("insert into raw.shop_events (batch_id, row_no, shop_id, loaded_at, event_id, customer_key, kind, sku, event_at) "
            "select 'b', 1, 'house', %s, %s, %s, %s, house_sku, %s from publish.product where title = %s and version = 1",
            at, str(uuid.uuid4()), key, kind, at, title)


def test_a_cart_is_reminded_of_once(execute: Execute, release: Release) -> None:
    cart(execute, "add_to_cart", 25)
    cart(execute, "add_to_cart", 30, title=PHONE)
    release()
    assert tell(LATER).messages == {"cart": 1}
    ((title, body),) = execute("select title, body from inbox.notification")
    assert (title, len(body["items"])) == (f"Still in your cart: {MAT}", 2)
    release(version=3)
    assert tell(LATER + timedelta(hours=1)).messages == {}


@pytest.mark.parametrize("after", ["purchase", "remove_from_cart", "order", "too soon", "long ago"])
def test_no_reminder_of_what_was_settled(execute: Execute, release: Release, after: str) -> None:
    cart(execute, "add_to_cart", {"too soon": 23, "long ago": 80}.get(after, 30))
    if after == "order":
        execute("insert into raw.shop_orders (batch_id, row_no, shop_id, loaded_at, order_id, customer_key, status, currency, "
                "total, event_at, updated_at) values ('b', 1, 'house', %s, 'O', %s, 'paid', 'EUR', 1, %s, %s)",
                LATER, ANN, LATER - timedelta(hours=2), LATER)
    elif after in ("purchase", "remove_from_cart"):
        cart(execute, after, 2)
    release()
    assert tell(LATER).messages == {}


def test_every_channel_has_its_row_and_its_reason(alert: Alert, release: Release, execute: Execute, person: Person) -> None:
    person(consents=("alerts",))
    alert("price_below", LAPTOP, lowest(LAPTOP), lowest(LAPTOP))
    cart(execute, "add_to_cart", 30)
    release(priced(LAPTOP, 0.5))
    assert tell(LATER).rows == 6
    assert execute(OUTBOX) == [
        ("email", "cart", "suppressed", "no_consent"), ("email", "price_below", "held", None),
        ("inbox", "cart", "sent", None), ("inbox", "price_below", "sent", None),
        ("webhook", "cart", "suppressed", "no_consent"), ("webhook", "price_below", "suppressed", "no_webhook"),
    ]


def test_an_address_is_asked_once(execute: Execute, release: Release) -> None:
    execute("insert into contact.address (customer_key, address) values (%s, 'ann@mail.example')", ANN)
    assert tell(AS_OF).messages == {"confirm": 1}
    release()
    assert tell(LATER).messages == {}
    execute("update contact.address set address = 'new@mail.example'")
    assert tell(LATER).messages == {"confirm": 1}
    assert execute("select count(*) from inbox.notification") == [(0,)]


def test_a_key_whose_release_is_not_live_tells_nothing(release: Release, alert: Alert, execute: Execute) -> None:
    alert("price_below", LAPTOP, 99999)
    release()
    assert queued(AS_OF).status == "noop"
    assert execute("select status from inbox.alert") == [("active",)]
    assert queued(LATER).detail == {"release_id": "release-2", "price_below": 1}


def test_before_the_first_release_nothing_is_told(execute: Execute) -> None:
    execute("delete from publish.current")
    assert tell().release_id is None
