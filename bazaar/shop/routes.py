"""The shop over HTTP: feeds, demo shoppers, its public key, products. A process of its own writes the past when it starts."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from bazaar.errors import BazaarError
from bazaar.settings import BazaarSettings
from bazaar.shop.demo_shoppers import cards, demo_shoppers
from bazaar.shop.feeds import BadCursorError, UnknownFeedError, feed_page, last_day
from bazaar.shop.history import STATE, day_folder
from bazaar.shop.prices import shown_price
from bazaar.shop.state import ShopState, load_state
from bazaar.shop.tokens import jwks
from bazaar.shop.world import Shop, build_shop
from bazaar.world import World

CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
CHUNK = 1 << 20
PROJECT = Path(__file__).resolve().parents[2]


def shop_url(settings: BazaarSettings) -> str:
    return f"http://127.0.0.1:{settings.port}/shop/v1"


class ShopSite:
    """The shop's pages in a running world; `ready` ends when the past is written."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.home: Path = world.settings.home
        self.ready: asyncio.Task[None] | None = None
        self._state: tuple[int, ShopState] | None = None

    async def past(self) -> None:
        """Wait until the past is written. Raises BazaarError where that failed."""
        if self.ready is None:
            raise BazaarError("the shop is not open")
        await asyncio.shield(self.ready)

    def shop(self) -> Shop:
        return build_shop(self.world.size.name, self.world.seed, shop_url(self.world.settings))

    def state(self, day: int) -> ShopState:
        """The shop at the end of that day."""
        if self._state is None or self._state[0] != day:
            self._state = (day, load_state(day_folder(self.home, day) / STATE))
        return self._state[1]

    async def write_past(self) -> None:
        """Write day 0 in a process of its own, so that the merchants answer meanwhile and its memory is given back."""
        url, seed = shop_url(self.world.settings), str(self.world.seed)
        arguments = ["--home", str(self.home), "--world", self.world.size.name, "--seed", seed, "--url", url]
        if day_folder(self.home, 0).exists():
            return
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bazaar.shop", *arguments, stderr=asyncio.subprocess.PIPE, cwd=PROJECT,
        )
        try:
            _, said = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        if process.returncode:
            raise BazaarError(f"the shop's past could not be written: {said.decode().strip()[-500:]}")

    async def get_feed(self, request: web.Request) -> web.StreamResponse:
        """GET /shop/v1/feeds/{kind}?after=CURSOR"""
        await self.past()
        try:
            page = feed_page(self.home, request.match_info["kind"], request.query.get("after"), self.world.day)
        except UnknownFeedError as error:
            return web.json_response({"error": str(error)}, status=404)
        except BadCursorError as error:
            return web.json_response({"error": str(error)}, status=400)
        headers = {"X-Next-Cursor": page.next_cursor, "Cache-Control": "no-store", "Content-Type": "application/x-ndjson"}
        response = web.StreamResponse(headers=headers)
        response.content_length = sum(path.stat().st_size for path in page.files)
        await response.prepare(request)
        for path in page.files:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    await response.write(chunk)
        await response.write_eof()
        return response

    async def get_demo_shoppers(self, _: web.Request) -> web.Response:
        """GET /shop/v1/demo-shoppers"""
        await self.past()
        shop = await asyncio.to_thread(self.shop)
        first = load_state(day_folder(self.home, 0) / STATE)
        return web.json_response(cards(shop, demo_shoppers(shop, first), self.world.settings), headers=CORS)

    async def get_jwks(self, _: web.Request) -> web.Response:
        """GET /shop/v1/jwks.json: by which keys the platform verifies the shop's tokens."""
        return web.json_response(jwks(self.world.settings), headers={**CORS, "Cache-Control": "public, max-age=300"})

    async def get_product(self, request: web.Request) -> web.Response:
        """GET /shop/v1/products/{sku}: price and stock now."""
        await self.past()
        shop = await asyncio.to_thread(self.shop)
        sku = request.match_info["sku"]
        if sku not in shop.assortment.sku:
            return web.json_response({"error": f"no product {sku}"}, status=404, headers=CORS)
        state, index = self.state(last_day(self.home, self.world.day)), shop.assortment.sku.index(sku)
        price = shown_price(state.list_price, state.percent)[index]
        stock = int(state.stock[index])
        return web.json_response({
            "sku": sku, "title": shop.assortment.title[index], "price": {"amount": f"{price:.2f}", "currency": "EUR"},
            "stock": stock, "availability": "in_stock" if stock > 0 else "out_of_stock",
        }, headers=CORS)


async def _preflight(_: web.Request) -> web.Response:
    return web.Response(status=204, headers={**CORS, "Access-Control-Allow-Methods": "GET"})


def add_routes(app: web.Application, world: World) -> ShopSite:
    """Mount /shop/v1/* and have the past written while the server runs."""
    site = ShopSite(world)

    async def open_shop(_: web.Application) -> AsyncIterator[None]:
        site.ready = asyncio.create_task(site.write_past())
        yield
        site.ready.cancel()
        await asyncio.gather(site.ready, return_exceptions=True)

    app.cleanup_ctx.append(open_shop)
    app.router.add_get("/shop/v1/feeds/{kind}", site.get_feed)
    app.router.add_get("/shop/v1/demo-shoppers", site.get_demo_shoppers)
    app.router.add_get("/shop/v1/jwks.json", site.get_jwks)
    app.router.add_get("/shop/v1/products/{sku}", site.get_product)
    app.router.add_route("OPTIONS", "/shop/v1/{rest:.*}", _preflight)
    return site
