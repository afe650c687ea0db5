"""The shop's day against an API of the same shape as the platform's, over real HTTP in a thread of its own."""

import asyncio
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from aiohttp import web

from bazaar.clock import key
from bazaar.errors import BazaarError
from bazaar.settings import from_env
from bazaar.shop.day import DayTold, run_day
from bazaar.shop.history import STATE, day_folder
from bazaar.shop.outing import Limits
from bazaar.shop.state import load_state
from bazaar.shop.tokens import customer_key, jwks
from bazaar.shop.world import Shop

LIMITS = Limits(share=0.5, least=8, seconds=20)
Rows = list[dict[str, Any]]


class Platform:
    """Prices, suggestions, deals and events as the API gives and takes them."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.prices: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str | None]] = []
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.takes_events = True
        self.url = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/v1/prices", self._prices)
        app.router.add_get("/v1/recommendations", self._recommendations)
        app.router.add_get("/v1/deals", self._deals)
        app.router.add_post("/v1/events", self._events)
        return app

    async def _prices(self, request: web.Request) -> web.Response:
        self.asked.append((request.path_qs, request.headers.get("If-None-Match")))
        if request.headers.get("If-None-Match") == '"price-v1"':
            return web.Response(status=304)
        half = len(self.prices) // 2
        first = "cursor" not in request.query
        items, further = (self.prices[:half], "second") if first else (self.prices[half:], None)
        return web.json_response({"items": items, "next_cursor": further}, headers={"ETag": '"price-v1"'})

    async def _recommendations(self, _: web.Request) -> web.Response:
        goods = self.shop.assortment
        items = [
            {"product": {"product_id": f"00000000-0000-4000-8000-{n:012d}", "title": goods.title[n], "brand": goods.brand[n],
                         "category": goods.category[n]},
             "offer": {"url": f"{self.shop.base_url}/products/{goods.sku[n]}", "price": {"amount": "1.00", "currency": "EUR"}}}
            for n in range(10)
        ]
        return web.json_response({"items": items, "source": "personalised", "release_id": "r-1"})

    async def _deals(self, _: web.Request) -> web.Response:
        deal = {"deal_id": "00000000-0000-4000-9000-000000000001", "title": "Laptop", "category": None, "discount_pct": 40.0,
                "url": "http://127.10.0.1:8700/x", "price": {"amount": "400.00", "currency": "EUR"}}
        return web.json_response({"items": [deal], "next_cursor": None})

    async def _events(self, request: web.Request) -> web.Response:
        if not self.takes_events:
            return web.Response(status=503)
        assert request.headers["X-API-Key"] == "the-shops-key"
        token = request.headers["Authorization"].removeprefix("Bearer ")
        key = jwt.PyJWK(jwks(from_env({}))["keys"][0])
        claims = jwt.decode(token, key, ["EdDSA"], audience="dealhouse", issuer="house")
        self.events += [(claims["sub"], event) for event in (await request.json())["events"]]
        return web.json_response({"accepted": 1}, status=202)


@pytest.fixture
def platform(shop: Shop) -> Iterator[Platform]:
    served, loop, started = Platform(shop), asyncio.new_event_loop(), threading.Event()

    def serve() -> None:
        asyncio.set_event_loop(loop)
        runner = web.AppRunner(served.app())
        loop.run_until_complete(runner.setup())
        loop.run_until_complete(web.TCPSite(runner, "127.0.0.1", 0).start())
        served.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        started.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())

    thread = threading.Thread(target=serve)
    thread.start()
    started.wait(10)
    yield served
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


@pytest.fixture
def home(past: Path, tmp_path: Path) -> Path:
    shutil.copytree(past, tmp_path / "bazaar")
    return tmp_path / "bazaar"


def live(home: Path, url: str) -> DayTold:
    return run_day(home, url, settings=from_env({"DEALHOUSE_API_KEY": "the-shops-key"}), limits=LIMITS)[-1]


def told(home: Path, day: int, kind: str) -> Rows:
    return [json.loads(line) for line in (day_folder(home, day) / f"{kind}.ndjson").read_bytes().splitlines()]


def price(sku: str, amount: str, currency: str = "EUR") -> dict[str, Any]:
    return {"sku": sku, "price": {"amount": amount, "currency": currency}, "reason": "test"}


def _free_skus(shop: Shop, home: Path) -> list[tuple[str, float]]:
    """Skus without a promotion, with their list prices."""
    state = load_state(day_folder(home, 0) / STATE)
    return [(shop.assortment.sku[n], float(state.list_price[n])) for n in range(len(state.percent)) if state.percent[n] == 0]


def test_a_day_goes_on_where_the_platform_does_not_answer(home: Path) -> None:
    day = live(home, "http://127.0.0.1:9")
    assert day.day == 1
    assert "/v1/prices" in day.platform
    assert day.visits == 0
    assert day.rows["weather_days"] == 9
    assert {row["event_at"] < f"{key(1)}+00:00" for row in told(home, 1, "order_lines") if "event_at" in row} <= {True}


def test_offered_prices_hold_from_the_next_instant_on(shop: Shop, home: Path, platform: Platform) -> None:
    (first, before), (second, _), (third, _) = _free_skus(shop, home)[:3]
    platform.prices = [price(first, f"{before + 1:.2f}"), price(second, "0.01"), price(third, "50.00", "USD")]
    platform.prices.append(price("H999999", "5.00"))
    day = live(home, platform.url)
    assert (day.platform, day.prices_applied, day.prices_refused) == ("reached", 1, 3)
    changed = [row for row in told(home, 1, "products") if row["updated_at"] == f"{key(0)}+00:00"]
    assert [(row["sku"], row["price"]) for row in changed] == [(first, f"{before + 1:.2f}")]


def test_prices_are_asked_page_by_page_and_then_by_their_tag(shop: Shop, home: Path, platform: Platform) -> None:
    (first, before), (second, other) = _free_skus(shop, home)[:2]
    platform.prices = [price(first, f"{before + 1:.2f}"), price(second, f"{other + 1:.2f}")]
    assert live(home, platform.url).prices_applied == 2
    again = live(home, platform.url)
    assert [tag for _, tag in platform.asked] == [None, None, '"price-v1"']
    assert "cursor=second" in platform.asked[1][0]
    assert (again.prices_offered, again.prices_applied) == (2, 0)


def test_shoppers_tell_the_platform_what_they_saw_and_bought(shop: Shop, home: Path, platform: Platform) -> None:
    day = live(home, platform.url)
    kinds = {event["kind"] for _, event in platform.events}
    known = {customer_key(from_env({}), native) for native in shop.customers.native_id}
    impression = next(event for _, event in platform.events if event["kind"] == "impression" and event["list"] == "for-you")
    assert day.events_sent == len(platform.events) > 0
    assert {"page_view", "impression", "product_view"} <= kinds
    assert {customer for customer, _ in platform.events} <= known
    assert (impression["position"], impression["release_id"]) == (1, "r-1")
    bought = [event for _, event in platform.events if event["kind"] == "purchase"]
    from_storefront = [row["order_id"] for row in told(home, 1, "orders") if row.get("channel") == "storefront"]
    assert 0 < len(from_storefront) <= len(bought) == day.storefront_purchases
    sent, fed = {event["event_id"] for _, event in platform.events}, {row["event_id"] for row in told(home, 1, "events")}
    assert not sent & fed


def test_events_that_the_platform_did_not_take_reach_it_through_the_feed(home: Path, platform: Platform) -> None:
    platform.takes_events = False
    day = live(home, platform.url)
    fed = [row for row in told(home, 1, "events") if row.get("release_id") == "r-1"]
    assert day.events_sent == 0
    assert day.visits > 0
    assert "/v1/events" in day.platform
    assert {row.get("list") for row in fed} >= {"for-you", "deals"}
    assert all(row["native_customer_id"].startswith("C") for row in fed)


def test_a_day_is_lived_once_and_missed_days_are_caught_up(home: Path) -> None:
    days = run_day(home, "http://127.0.0.1:9", day=3, settings=from_env({}), limits=LIMITS)
    before = (day_folder(home, 2) / "orders.ndjson").read_bytes()
    assert [(day.day, day.platform == "not asked") for day in days] == [(1, True), (2, True), (3, False)]
    assert run_day(home, "http://127.0.0.1:9", day=2, settings=from_env({})) == []
    assert (day_folder(home, 2) / "orders.ndjson").read_bytes() == before


def test_days_follow_the_seed(home: Path, past: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin"
    shutil.copytree(past, twin)
    for place in (home, twin):
        live(place, "http://127.0.0.1:9")
    for path in sorted(day_folder(home, 1).glob("*.ndjson")):
        assert path.read_bytes() == (day_folder(twin, 1) / path.name).read_bytes(), path.name


def test_no_past_no_day(tmp_path: Path) -> None:
    with pytest.raises(BazaarError, match="no past"):
        run_day(tmp_path, "http://127.0.0.1:9", settings=from_env({}))
