import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import web

from bazaar.settings import from_env
from bazaar.shop.history import day_folder
from bazaar.shop.routes import add_routes
from bazaar.shop.tokens import customer_key
from bazaar.sizes import world_size
from bazaar.world import World

Answer = tuple[int, dict[str, str], bytes]


def _world(home: Path) -> World:
    settings = from_env({"WORLD": "tiny", "DEALHOUSE_HOME": str(home.parent)})
    return World(world_size("tiny"), 7, settings.__class__(**{**settings.__dict__, "home": home}))


async def _ask(world: World, *paths: str) -> list[Answer]:
    app = web.Application()
    add_routes(app, world)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    answers = []
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        for path in paths:
            async with session.get(path) as response:
                answers.append((response.status, dict(response.headers), await response.read()))
    await runner.cleanup()
    return answers


def ask(world: World, *paths: str) -> list[Answer]:
    return asyncio.run(_ask(world, *paths))


def test_the_first_poll_gives_all_the_past_and_the_second_nothing(past: Path, rows: dict[str, list[Any]]) -> None:
    (_, headers, body), *_ = ask(_world(past), "/shop/v1/feeds/orders")
    assert [json.loads(line) for line in body.splitlines()] == rows["orders"]
    cursor = headers["X-Next-Cursor"]
    (status, again, empty), *_ = ask(_world(past), f"/shop/v1/feeds/orders?after={cursor}")
    assert (status, again["X-Next-Cursor"], empty) == (200, cursor, b"")


def test_a_later_day_follows_the_cursor_only_when_the_clock_has_reached_it(past: Path, tmp_path: Path) -> None:
    home = tmp_path / "bazaar"
    shutil.copytree(past, home)
    shutil.copytree(day_folder(home, 0), day_folder(home, 1))
    (day_folder(home, 1) / "orders.ndjson").write_text('{"order_id":"later"}\n')
    world = _world(home)
    (_, headers, _), *_ = ask(world, "/shop/v1/feeds/orders")
    after = f"/shop/v1/feeds/orders?after={headers['X-Next-Cursor']}"
    assert ask(world, after)[0][2] == b""
    world.day = 1
    (_, headers, body), *_ = ask(world, after)
    assert body == b'{"order_id":"later"}\n'
    assert ask(world, f"/shop/v1/feeds/orders?after={headers['X-Next-Cursor']}")[0][2] == b""


def test_a_new_home_gets_its_past_written_by_the_server(past: Path, rows: dict[str, list[Any]], tmp_path: Path) -> None:
    (status, _, body), *_ = ask(_world(tmp_path / "bazaar"), "/shop/v1/feeds/order_lines")
    assert status == 200
    assert [json.loads(line) for line in body.splitlines()] == rows["order_lines"]


@pytest.mark.parametrize(("path", "status"), [
    ("/shop/v1/feeds/secrets", 404), ("/shop/v1/feeds/orders?after=..%2F", 400), ("/shop/v1/products/nothing", 404),
])
def test_what_is_not_there_is_said(past: Path, path: str, status: int) -> None:
    assert ask(_world(past), path)[0][0] == status


def test_demo_shoppers_carry_tokens_of_known_customers(past: Path, rows: dict[str, list[Any]]) -> None:
    world = _world(past)
    (_, headers, body), (_, _, published) = ask(world, "/shop/v1/demo-shoppers", "/shop/v1/jwks.json")
    shoppers, (key,) = json.loads(body), json.loads(published)["keys"]
    keys = {customer_key(world.settings, row["native_customer_id"]) for row in rows["customers"]}
    claims = [jwt.decode(one["token"], jwt.PyJWK(key), ["EdDSA"], audience="dealhouse", issuer="house") for one in shoppers]
    assert {jwt.get_unverified_header(one["token"])["kid"] for one in shoppers} == {key["kid"]}
    assert "d" not in key
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert len(shoppers) == 8
    assert {one["kind"] for one in shoppers} == {"heavy", "light", "newcomer"}
    assert {claim["sub"] for claim in claims} <= keys


def test_a_product_tells_its_price_and_stock(past: Path, rows: dict[str, list[Any]]) -> None:
    sku = rows["products"][0]["sku"]
    (status, _, body), *_ = ask(_world(past), f"/shop/v1/products/{sku}")
    product = json.loads(body)
    last = [row["price"] for row in rows["products"] if row["sku"] == sku][-1]
    moved = sum(row["quantity"] for row in rows["inventory_movements"] if row["sku"] == sku)
    assert status == 200
    assert product["price"] == {"amount": last, "currency": "EUR"}
    assert product["stock"] == moved
