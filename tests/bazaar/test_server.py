"""Real requests to real loopback addresses."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
import yaml

from bazaar import home, server
from bazaar.merchants import Merchant
from bazaar.server import Bazaar
from bazaar.settings import BazaarSettings
from bazaar.shelf import FIRST_ASKED
from bazaar.world import open_world

Scene = Callable[[aiohttp.ClientSession, Bazaar], Awaitable[None]]


@asynccontextmanager
async def _running(settings: BazaarSettings) -> AsyncIterator[Bazaar]:
    """Merchants and control without the shop, whose past is not needed here."""
    bazaar = Bazaar(open_world(settings))
    runner = await server.start(bazaar, with_shop=False)
    try:
        yield bazaar
    finally:
        await runner.cleanup()


@pytest.fixture
def play(own_home: BazaarSettings) -> Callable[[Scene], None]:
    """Plays a scene against a running tiny bazaar."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings = replace(own_home, port=probe.getsockname()[1])

    async def run(scene: Scene) -> None:
        async with _running(settings) as bazaar, aiohttp.ClientSession() as session:
            await scene(session, bazaar)

    return lambda scene: asyncio.run(run(scene))


@pytest.fixture
def play_market(own_home: BazaarSettings) -> Callable[[Scene], None]:
    """Plays a scene against a market in which every illness is met."""
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        settings = replace(own_home, world="market-80-800", port=probe.getsockname()[1])

    async def run(scene: Scene) -> None:
        async with _running(settings) as bazaar, aiohttp.ClientSession() as session:
            await scene(session, bazaar)

    return lambda scene: asyncio.run(run(scene))


async def _json(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    async with session.get(url) as answer:
        assert answer.status == 200
        return dict(await answer.json())


def _control(bazaar: Bazaar, path: str) -> str:
    return f"http://127.0.0.1:{bazaar.world.settings.port}{path}"


async def _get(session: aiohttp.ClientSession, url: str, **headers: str) -> tuple[int, bytes, Mapping[str, str]]:
    async with session.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()}) as answer:
        return answer.status, await answer.read(), answer.headers


def test_merchants_answer_at_their_own_addresses(play: Callable[[Scene], None]) -> None:
    async def scene(session: aiohttp.ClientSession, bazaar: Bazaar) -> None:
        text = (await _get(session, _control(bazaar, "/control/registry.yml")))[1]
        merchants = {entry["platform"]: entry["base_url"] for entry in yaml.safe_load(text)["merchants"]}
        assert (await _get(session, f"{merchants['shopify']}/products.json?limit=250&page=1"))[1].startswith(b'{"products":[{')
        assert (await _get(session, f"{merchants['google_merchant']}/feed.xml"))[0] == 200
        assert b"Sitemap:" in (await _get(session, f"{merchants['jsonld']}/robots.txt"))[1]
        assert (await _get(session, f"{merchants['jsonld']}/feed.xml"))[0] == 404
        assert (await _get(session, f"{merchants['shopify']}/products.json?limit=250&page=101"))[0] == 400
        assert (await _get(session, _control(bazaar, "/feed.xml")))[0] == 404
        assert (await _get(session, _control(bazaar, "/health")))[0] == 200

    play(scene)


def test_unchanged_documents_are_answered_304(play: Callable[[Scene], None]) -> None:
    async def scene(session: aiohttp.ClientSession, bazaar: Bazaar) -> None:
        url = f"{bazaar.world.merchants[1].base_url}/feed.xml"
        status, body, headers = await _get(session, url)
        assert (status, bool(body)) == (200, True)
        assert (await _get(session, url, If_None_Match=headers["ETag"]))[:2] == (304, b"")
        assert (await _get(session, url, If_None_Match='"other"'))[0] == 200
        assert (await _get(session, url, If_Modified_Since=headers["Last-Modified"]))[0] == 304
        assert (await _get(session, url, If_Modified_Since="Mon, 01 Jan 2024 00:00:00 GMT"))[0] == 200
        assert (await _get(session, url, If_Modified_Since="junk"))[0] == 200

    play(scene)


def test_served_records_are_counted_exactly_once(play: Callable[[Scene], None]) -> None:
    async def scene(session: aiohttp.ClientSession, bazaar: Bazaar) -> None:
        merchant = bazaar.world.merchants[1]
        rows = bazaar.site(1).window.rows
        headers = (await _get(session, f"{merchant.base_url}/feed.xml"))[2]
        await _get(session, f"{merchant.base_url}/feed.xml")
        await _get(session, f"{merchant.base_url}/feed.xml", If_None_Match=headers["ETag"])
        served = await _json(session, _control(bazaar, "/control/served?as_of=2026-05-05T10:15:00"))
        assert served["total"] == len(rows) == served["merchants"][merchant.merchant_id]["records"]
        assert served["merchants"][merchant.merchant_id]["broken"] == bazaar.site(1).window.broken > 0
        assert served["merchants"][merchant.merchant_id]["requests"] == 3
        assert (await _get(session, _control(bazaar, "/control/served?as_of=junk")))[0] == 400
        assert len((await _get(session, _control(bazaar, "/control/log?merchant_id=" + merchant.merchant_id)))[1]) > 100

    play(scene)


def test_the_clock_moves_a_day_and_is_remembered(play: Callable[[Scene], None]) -> None:
    async def scene(session: aiohttp.ClientSession, bazaar: Bazaar) -> None:
        assert (await _json(session, _control(bazaar, "/control/clock")))["as_of"] == "2026-05-05T10:15:00"
        before = bazaar.site(1).window
        async with session.post(_control(bazaar, "/control/advance")) as answer:
            assert (await answer.json())["day"] == 1
        assert (await _json(session, _control(bazaar, "/control/clock")))["as_of"] == "2026-05-06T10:15:00"
        assert home.read_day(bazaar.world.settings) == 1
        assert bazaar.site(1).window.day == before.day + 1
        assert (await _json(session, _control(bazaar, "/control/served")))["total"] == 0

    play(scene)


def test_a_merchant_falls_ill_and_heals(play: Callable[[Scene], None]) -> None:
    async def scene(session: aiohttp.ClientSession, bazaar: Bazaar) -> None:
        merchant = bazaar.world.merchants[1]
        fault = {"merchant_id": merchant.merchant_id, "status": 503, "times": 2}
        async with session.post(_control(bazaar, "/control/faults"), json=fault) as answer:
            assert answer.status == 200
        codes = [(await _get(session, f"{merchant.base_url}/feed.xml"))[0] for _ in range(3)]
        assert codes == [503, 503, 200]
        async with session.post(_control(bazaar, "/control/faults"), json={"merchant_id": "nobody", "status": 500}) as answer:
            assert answer.status == 404

    play(scene)


def test_pictures_are_served_everywhere(play: Callable[[Scene], None]) -> None:
    async def scene(session: aiohttp.ClientSession, bazaar: Bazaar) -> None:
        for base in (bazaar.world.merchants[0].base_url, _control(bazaar, "")):
            status, body, headers = await _get(session, f"{base}/images/1.svg")
            assert (status, headers["Content-Type"]) == (200, "image/svg+xml")
            assert body.startswith(b"<svg")
            assert (await _get(session, f"{base}/images/x.svg"))[0] == 404

    play(scene)


def _ill(bazaar: Bazaar, kind: str) -> Merchant:
    return next(bazaar.world.merchants[number] for number, name in bazaar.world.illnesses.items() if name == kind)


def test_one_socket_serves_all_merchants_of_a_market(play_market: Callable[[Scene], None]) -> None:
    async def scene(session: aiohttp.ClientSession, bazaar: Bazaar) -> None:
        assert len(bazaar.world.illnesses) == 24
        for merchant in bazaar.world.merchants[:5]:
            assert (await _get(session, f"{merchant.base_url}/robots.txt"))[0] == 200
        await _get(session, f"http://127.66.0.1:{bazaar.world.settings.port}/")
        told = await _json(session, _control(bazaar, "/control/manners"))
        assert (told["requests"], told["violations"]["private_address"], told["violations"]["spacing"]) == (5, 1, 0)

    play_market(scene)


@pytest.mark.parametrize(("kind", "status"), [
    ("forbidden", 403), ("not_found", 404), ("busy", 429), ("redirect_loop", 302), ("private_redirect", 302), ("empty", 200),
    ("wrong_type", 200), ("cut_50", 200),
])
def test_an_ill_merchant_answers_as_its_illness_says(play_market: Callable[[Scene], None], kind: str, status: int) -> None:
    async def scene(session: aiohttp.ClientSession, bazaar: Bazaar) -> None:
        merchant = _ill(bazaar, kind)
        path = FIRST_ASKED[merchant.platform][0]
        async with session.get(f"{merchant.base_url}{path}", allow_redirects=False) as answer:
            assert answer.status == status
        assert (await _get(session, f"{merchant.base_url}/robots.txt"))[0] == 200
        served = await _json(session, _control(bazaar, "/control/served"))
        assert served["merchants"][merchant.merchant_id]["records"] == 0
        assert (await _json(session, _control(bazaar, "/control/illnesses")))[merchant.merchant_id]["illness"] == kind

    play_market(scene)


def test_a_merchant_that_was_busy_once_is_well_again(play_market: Callable[[Scene], None]) -> None:
    async def scene(session: aiohttp.ClientSession, bazaar: Bazaar) -> None:
        merchant = _ill(bazaar, "busy_once")
        path, query = FIRST_ASKED[merchant.platform]
        codes = []
        for _ in range(2):
            async with session.get(f"{merchant.base_url}{path}", params=query) as answer:
                codes.append(answer.status)
        assert codes == [429, 200]
        told = await _json(session, _control(bazaar, "/control/manners"))
        assert told["offenders"][merchant.merchant_id]["violations"]["retry_after"] == 1

    play_market(scene)


def test_bombs_resets_and_robots_that_cannot_be_had(play_market: Callable[[Scene], None]) -> None:
    async def scene(session: aiohttp.ClientSession, bazaar: Bazaar) -> None:
        async with session.get(f"{_ill(bazaar, 'gzip_bomb').base_url}/x") as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert int(answer.headers["Content-Length"]) < 2_000_000
        with pytest.raises(aiohttp.ClientConnectionError):
            await _get(session, f"{_ill(bazaar, 'reset').base_url}/x")
        assert (await _get(session, f"{_ill(bazaar, 'robots_broken').base_url}/robots.txt"))[0] == 503
        closed = _ill(bazaar, "robots_closed")
        assert b"Disallow: /\n" in (await _get(session, f"{closed.base_url}/robots.txt"))[1]
        await _get(session, f"{closed.base_url}/feed.xml")
        told = await _json(session, _control(bazaar, "/control/manners"))
        assert told["offenders"][closed.merchant_id]["violations"]["robots"] == 1

    play_market(scene)


def test_a_file_of_lines_is_cut_short_of_its_announced_length(play_market: Callable[[Scene], None]) -> None:
    async def scene(session: aiohttp.ClientSession, bazaar: Bazaar) -> None:
        merchant = next(each for each in bazaar.world.merchants if each.platform == "cj")
        bazaar.world.illnesses[merchant.number] = "cut_50"
        with pytest.raises(aiohttp.ClientPayloadError):
            await _get(session, f"{merchant.base_url}/products.csv")

    play_market(scene)
