"""The bazaar over HTTP: every merchant on its own loopback address, control and shop on 127.0.0.1, one port for all.

A market's merchants are too many for a socket each: one socket takes whatever comes to a loopback address, and the address that
was called tells whose visitor it is.
"""

import asyncio
import json
import signal
import time
from collections.abc import Callable, Mapping
from email.utils import format_datetime, parsedate_to_datetime

from aiohttp import web

from bazaar import clock, control, home, images, sickroom
from bazaar.access import Access, AccessLog, now
from bazaar.formats.document import TEXT, Document
from bazaar.manners import Manners, NotingSelector
from bazaar.market import Days
from bazaar.merchants import MARKET_SPACING, SPACING, Merchant
from bazaar.rows import window
from bazaar.shelf import Shelf
from bazaar.shop import routes
from bazaar.site import GRAPHQL, Site, rows_address
from bazaar.world import World

CONTROL_HOST = "127.0.0.1"
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 (what does not come to a loopback address is turned away)
ROBOTS = "/robots.txt"
UNSOUND_ROBOTS = ("robots_closed", "robots_broken")


class Bazaar:
    """The running world: sites of the current day, the access log, faults that were asked for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.log = AccessLog()
        self.faults: dict[str, control.Fault] = {}
        self.by_host = {merchant.host: merchant for merchant in world.merchants}
        self.manners = Manners(MARKET_SPACING if world.size.is_market else SPACING)
        self.earliest: Callable[[], float] = time.monotonic  # when what is handled now may have come
        self.recovered: set[int] = set()
        self._sites: dict[int, Site] = {}
        self._shelves: dict[int, Shelf] = {}
        self._days: Days | None = None

    def documents(self, number: int) -> Site | Shelf:
        """What the merchant serves on the current day."""
        if not self.world.size.is_market:
            return self.site(number)
        return self._shelves.setdefault(number, Shelf(self.world, number, self.world.day))

    def illness(self, number: int) -> str | None:
        """What the merchant has at this moment."""
        return None if number in self.recovered else self.world.illnesses.get(number)

    def site(self, number: int) -> Site:
        """The merchant's site of the current day, in a world that is made whole."""
        if self._days is None:
            self._days = self.world.market.days(self.world.day, self.world.day)
        if number not in self._sites:
            self._sites[number] = Site(window(self.world, self._days, number, self.world.day))
        return self._sites[number]

    def advance(self) -> int:
        """Move the clock by one day and remember it."""
        self.world.day += 1
        self._sites, self._shelves, self._days = {}, {}, None
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
    headers = {"ETag": document.etag, "Last-Modified": changed, "Cache-Control": "max-age=0, must-revalidate", **document.headers}
    if _unchanged(request, document):
        return web.Response(status=304, headers=headers)
    return web.Response(body=document.body, headers={**headers, "Content-Type": document.content_type})


def _picture(bazaar: Bazaar, path: str) -> web.Response:
    name = path.removeprefix("/images/").removesuffix(".svg")
    body = images.image(bazaar.world.catalogue, int(name)) if name.isascii() and name.isdigit() and len(name) < 10 else None
    if body is None:
        return web.Response(status=404, text="no such picture")
    return web.Response(body=body, content_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})


Rows = tuple[int, int] | None  # (records, broken) of a document that went out in full


async def _visit(bazaar: Bazaar, request: web.Request, merchant: Merchant) -> tuple[web.StreamResponse, Rows]:
    """(response, rows of offers in it) for a request at a merchant's address."""
    fault, kind = bazaar.faults.get(merchant.merchant_id), bazaar.illness(merchant.number)
    if fault is not None and fault.strike(request.path):
        return web.Response(status=fault.status, headers={"Retry-After": "1"}, text="fault"), None
    if kind is not None and (ill := await _ill(bazaar, request, merchant, kind)) is not None:
        return ill, None
    try:
        document = bazaar.documents(merchant.number).document(request.path, await _query(request))
    except ValueError as error:
        return web.json_response({"errors": str(error)}, status=400), None
    if document is None:
        return web.Response(status=404, text="not found"), None
    if kind is not None and request.path != ROBOTS:
        if sickroom.is_endless(kind, document):
            return await sickroom.cut_off(kind, document, request), None
        document = sickroom.spoilt(kind, document) or document
    response = _answer(request, document)
    return response, (document.records, document.broken) if response.status == 200 and request.method != "HEAD" else None


async def _ill(bazaar: Bazaar, request: web.Request, merchant: Merchant, kind: str) -> web.StreamResponse | None:
    """The answer of a merchant that is ill as a whole; None where only its documents are."""
    if request.path == ROBOTS:
        if kind == "robots_broken":
            return web.Response(status=503, text="no")
        closed = Document(b"User-agent: *\nDisallow: /\n", TEXT, bazaar.world.first_day)
        return _answer(request, closed) if kind == "robots_closed" else None
    if kind == "busy_once":
        bazaar.recovered.add(merchant.number)
    if kind in ("busy", "busy_once"):
        bazaar.manners.asked_to_wait(merchant.merchant_id, sickroom.BUSY if kind == "busy" else sickroom.BUSY_ONCE)
    return await sickroom.answer(kind, merchant.number, request)


async def _query(request: web.Request) -> Mapping[str, str]:
    """The query of a GET; of a GraphQL POST what its body says."""
    if request.path != GRAPHQL or request.method != "POST":
        return request.query
    body = json.loads(await request.text())
    if not isinstance(body, dict):
        raise ValueError("a GraphQL request is an object")
    return {"query": str(body.get("query", "")), "variables": json.dumps(body.get("variables") or {})}


async def _greet(bazaar: Bazaar, request: web.Request, merchant: Merchant) -> web.StreamResponse:
    """Judge the visitor's manners, answer, and note what went out."""
    unsound = bazaar.illness(merchant.number) in UNSOUND_ROBOTS
    bazaar.manners.came(merchant.merchant_id, request.path, bazaar.earliest(), all_closed=unsound)
    try:
        response, rows = await _visit(bazaar, request, merchant)
    finally:
        bazaar.manners.went(merchant.merchant_id)
    size = len(response.body) if isinstance(response, web.Response) and isinstance(response.body, bytes) else 0
    agent = request.headers.get("User-Agent", "")
    access = Access(now(), bazaar.world.day, merchant.merchant_id, request.path_qs, response.status, size, agent)
    bazaar.log.note(access, rows_address(request.path, await _query(request)) if rows else request.path, rows)
    return response


def merchant_gate(bazaar: Bazaar) -> web.Application:
    """The application: requests at a merchant's address go to its site, all others to control and shop."""

    @web.middleware
    async def gate(request: web.Request, handler: object) -> web.StreamResponse:
        transport = request.transport
        host = transport.get_extra_info("sockname")[0] if transport else CONTROL_HOST
        if request.path.startswith("/images/"):
            return _picture(bazaar, request.path)
        merchant = bazaar.by_host.get(host)
        if merchant is not None:
            return await _greet(bazaar, request, merchant)
        if host == CONTROL_HOST:
            return await handler(request)  # type: ignore[operator, no-any-return]
        bazaar.manners.strays += 1
        return web.Response(status=403, text="nobody lives here")

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
    bazaar.documents(0).document(ROBOTS, {})  # the world stands before the first visitor comes
    is_market = bazaar.world.size.is_market
    runner = web.AppRunner(build_app(bazaar, with_shop=with_shop), access_log=None, handler_cancellation=is_market)
    await runner.setup()
    for host in [EVERY_ADDRESS] if is_market else (CONTROL_HOST, *bazaar.by_host):
        await web.TCPSite(runner, host, bazaar.world.settings.port, backlog=1024 if is_market else 128).start()
    return runner


async def serve(bazaar: Bazaar) -> None:
    """Serve until SIGTERM or SIGINT."""
    runner = await start(bazaar)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
    await runner.cleanup()


def run(bazaar: Bazaar) -> None:
    """Serve in a loop that remembers when it looked for news: what waited for it must not look like haste."""
    selector = NotingSelector()
    bazaar.earliest = lambda: selector.earliest
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as runner:
        runner.run(serve(bazaar))
