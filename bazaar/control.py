"""The control site: clock, registry, counts of what was served, faults for drills; of a market its illnesses and its visitors."""

import asyncio
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import yaml
from aiohttp import web

from bazaar import clock
from bazaar.illness import ILLNESSES
from bazaar.merchants import registry

if TYPE_CHECKING:
    from bazaar.server import Bazaar

DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # ten thousand merchants are a large file


@dataclass
class Fault:
    """A merchant's illness: `status` for the next `times` requests whose path starts with `path` (None = until healed)."""

    status: int
    path: str = "/"
    times: int | None = None

    def strike(self, path: str) -> bool:
        if not path.startswith(self.path) or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True


def _clock(bazaar: "Bazaar") -> web.Response:
    day = bazaar.world.day
    return web.json_response({"as_of": clock.key(day), "day": day, "world": bazaar.world.size.name, "seed": bazaar.world.seed})


def _day(request: web.Request, bazaar: "Bazaar") -> int:
    text = request.query.get("as_of")
    if text is None:
        return bazaar.world.day
    try:
        return clock.parse_key(text)
    except ValueError as error:
        raise web.HTTPBadRequest(text=f"as_of is not a key like {clock.key(0)}: {text}") from error


async def _set_fault(request: web.Request, bazaar: "Bazaar") -> web.Response:
    """POST {"merchant_id", "status", "path"?, "times"?}; a null status heals."""
    asked = await request.json()
    merchant_id = asked["merchant_id"]
    if merchant_id not in {merchant.merchant_id for merchant in bazaar.world.merchants}:
        raise web.HTTPNotFound(text=f"no merchant {merchant_id}")
    if asked.get("status") is None:
        bazaar.faults.pop(merchant_id, None)
    else:
        bazaar.faults[merchant_id] = Fault(int(asked["status"]), asked.get("path", "/"), asked.get("times"))
    return web.json_response({name: asdict(fault) for name, fault in bazaar.faults.items()})


def _log(request: web.Request, bazaar: "Bazaar") -> web.Response:
    """The recent requests, of one merchant where `merchant_id` is asked for."""
    wanted = request.query.get("merchant_id")
    return web.json_response([asdict(access) for access in bazaar.log.recent if wanted in (None, access.merchant_id)])


def _illnesses(bazaar: "Bazaar") -> dict[str, object]:
    """merchant_id -> what it has and the words with which a crawl of it may end; the healthy ones are left out."""
    merchants = bazaar.world.merchants
    return {
        merchants[number].merchant_id: {"illness": kind, "expects": sorted(ILLNESSES[kind].expects)}
        for number, kind in sorted(bazaar.world.illnesses.items())
    }


async def _stock(bazaar: "Bazaar") -> web.Response:
    """POST: make every merchant of a market now, so that no visitor waits for it. The rows on the shelves."""
    rows = 0
    for merchant in bazaar.world.merchants:
        rows += bazaar.documents(merchant.number).stock()
        await asyncio.sleep(0)
    return web.json_response({"merchants": len(bazaar.world.merchants), "rows": rows})


def _add_market_routes(app: web.Application, bazaar: "Bazaar") -> None:
    async def stock(_: web.Request) -> web.Response:
        return await _stock(bazaar)

    async def illnesses(_: web.Request) -> web.Response:
        return web.json_response(_illnesses(bazaar))

    async def manners(_: web.Request) -> web.Response:
        return web.json_response(bazaar.manners.told())

    app.router.add_post("/control/stock", stock)
    app.router.add_get("/control/illnesses", illnesses)
    app.router.add_get("/control/manners", manners)


def add_routes(app: web.Application, bazaar: "Bazaar") -> None:
    """Mount /control/* and /health."""

    async def get_clock(_: web.Request) -> web.Response:
        return _clock(bazaar)

    async def advance(_: web.Request) -> web.Response:
        bazaar.advance()
        return _clock(bazaar)

    async def get_registry(_: web.Request) -> web.Response:
        entries = registry(bazaar.world.merchants, bazaar.manners.spacing)
        text = yaml.dump(entries, Dumper=DUMPER, sort_keys=False, allow_unicode=True)
        return web.Response(text=text, content_type="application/yaml")

    async def served(request: web.Request) -> web.Response:
        day = _day(request, bazaar)
        return web.json_response({"as_of": clock.key(day), **bazaar.log.served(day)})

    async def fault(request: web.Request) -> web.Response:
        return await _set_fault(request, bazaar)

    async def log(request: web.Request) -> web.Response:
        return _log(request, bazaar)

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "day": bazaar.world.day, "merchants": len(bazaar.world.merchants)})

    app.router.add_get("/control/clock", get_clock)
    app.router.add_post("/control/advance", advance)
    app.router.add_get("/control/registry.yml", get_registry)
    app.router.add_get("/control/served", served)
    app.router.add_post("/control/faults", fault)
    app.router.add_get("/control/log", log)
    _add_market_routes(app, bazaar)
    app.router.add_get("/health", health)
