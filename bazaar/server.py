"""The bazaar over HTTP: every merchant on its own loopback address, control and shop on 127.0.0.1, one port for all."""

import asyncio
import signal
from email.utils import format_datetime, parsedate_to_datetime

from aiohttp import web

from bazaar import clock, control, home, images
from bazaar.access import Access, AccessLog, now
from bazaar.formats.document import Document
from bazaar.market import Days
from bazaar.rows import window
from bazaar.shop import routes
from bazaar.site import Site
from bazaar.world import World

CONTROL_HOST = "127.0.0.1"


class Bazaar:
    """The running world: sites of the current day, the access log, faults that were asked for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.log = AccessLog()
        self.faults: dict[str, control.Fault] = {}
        self.by_host = {merchant.host: merchant for merchant in world.merchants}
        self._sites: dict[int, Site] = {}
        self._days: Days | None = None

    def site(self, number: int) -> Site:
        """The merchant's site of the current day."""
        if self._days is None:
            self._days = self.world.market.days(self.world.day, self.world.day)
        if number not in self._sites:
            self._sites[number] = Site(window(self.world, self._days, number, self.world.day))
        return self._sites[number]

    def advance(self) -> int:
        """Move the clock by one day and remember it."""
        self.world.day += 1
        self._sites, self._days = {}, None
        home.write_day(self.world.settings, self.world.day)
        return self.world.day


def _unchanged(request: web.Request, document: Document) -> bool:
    """RFC 9110 13.2.2: If-None-Match decides where it is sent, If-Modified-Since only without it."""
    wanted = request.headers.get("If-None-Match")
    if wanted is not None:
        tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
        return "*" in tags or document.etag in tags
    since = request.headers.get("If-Modified-Since")
    if since is None:
        return False
    try:
        return clock.instant(document.changed) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def _answer(request: web.Request, document: Document) -> web.Response:
    changed = format_datetime(clock.instant(document.changed), usegmt=True)
    headers = {"ETag": document.etag, "Last-Modified": changed, "Cache-Control": "max-age=0, must-revalidate"}
    if _unchanged(request, document):
        return web.Response(status=304, headers=headers)
    return web.Response(body=document.body, headers={**headers, "Content-Type": document.content_type})


def _picture(bazaar: Bazaar, path: str) -> web.Response:
    name = path.removeprefix("/images/").removesuffix(".svg")
    body = images.image(bazaar.world.catalogue, int(name)) if name.isascii() and name.isdigit() and len(name) < 10 else None
    if body is None:
        return web.Response(status=404, text="no such picture")
    return web.Response(body=body, content_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})


def _visit(bazaar: Bazaar, request: web.Request, number: int) -> tuple[web.Response, tuple[int, int] | None]:
    """(response, rows of offers in it) for a request at a merchant's address."""
    site = bazaar.site(number)
    fault = bazaar.faults.get(site.window.merchant.merchant_id)
    if fault is not None and fault.strike(request.path):
        return web.Response(status=fault.status, headers={"Retry-After": "1"}, text="fault"), None
    try:
        document = site.document(request.path, request.query)
    except ValueError as error:
        return web.json_response({"errors": str(error)}, status=400), None
    if document is None:
        return web.Response(status=404, text="not found"), None
    response = _answer(request, document)
    return response, (document.records, document.broken) if response.status == 200 and request.method == "GET" else None


def merchant_gate(bazaar: Bazaar) -> web.Application:
    """The application: requests at a merchant's address go to its site, all others to control and shop."""

    @web.middleware
    async def gate(request: web.Request, handler: object) -> web.StreamResponse:
        transport = request.transport
        host = transport.get_extra_info("sockname")[0] if transport else CONTROL_HOST
        if request.path.startswith("/images/"):
            return _picture(bazaar, request.path)
        merchant = bazaar.by_host.get(host)
        if merchant is None:
            return await handler(request)  # type: ignore[operator, no-any-return]
        response, rows = _visit(bazaar, request, merchant.number)
        size = len(response.body) if isinstance(response.body, bytes) else 0
        agent = request.headers.get("User-Agent", "")
        access = Access(now(), bazaar.world.day, merchant.merchant_id, request.path_qs, response.status, size, agent)
        bazaar.log.note(access, bazaar.site(merchant.number).address(request.path, request.query), rows)
        return response

    return web.Application(middlewares=[gate], client_max_size=64 * 1024**2)


def build_app(bazaar: Bazaar, *, with_shop: bool = True) -> web.Application:
    """Control, shop and merchants in one application."""
    app = merchant_gate(bazaar)
    control.add_routes(app, bazaar)
    if with_shop:
        routes.add_routes(app, bazaar.world)
    return app


async def start(bazaar: Bazaar, *, with_shop: bool = True) -> web.AppRunner:
    """Listen on the control address and on every merchant's. Raises OSError where the port is taken."""
    bazaar.site(0)  # the world stands before the first visitor comes
    runner = web.AppRunner(build_app(bazaar, with_shop=with_shop), access_log=None)
    await runner.setup()
    for host in (CONTROL_HOST, *bazaar.by_host):
        await web.TCPSite(runner, host, bazaar.world.settings.port).start()
    return runner


async def serve(bazaar: Bazaar) -> None:
    """Serve until SIGTERM or SIGINT."""
    runner = await start(bazaar)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
    await runner.cleanup()
