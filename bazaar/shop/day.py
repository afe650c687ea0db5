"""The shop's day after the clock advanced: prices from the platform, shoppers on its storefront, then the ordinary day."""

import asyncio
import json
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from bazaar.errors import BazaarError
from bazaar.rng import IntArray
from bazaar.settings import BazaarSettings, from_env
from bazaar.shop import catalogue_rows, days
from bazaar.shop.demo_shoppers import demo_shoppers
from bazaar.shop.feedfiles import FeedFolder
from bazaar.shop.feeds import last_day
from bazaar.shop.history import PENDING, STATE, check_identity, commit_day, day_folder, read_identity
from bazaar.shop.outing import Limits, Outing, Party, go_out, sample
from bazaar.shop.pending import load_pending
from bazaar.shop.platform_client import OfferedPrices, PlatformClient, PlatformError
from bazaar.shop.purchases import Lines, lines_of
from bazaar.shop.repricing import Applied, apply_prices, turn_of_day
from bazaar.shop.span import Span, Theatre, play
from bazaar.shop.state import load_state
from bazaar.shop.world import Shop, build_shop

PRICES = "prices.json"
FAR_FUTURE = 100_000


@dataclass(frozen=True)
class DayTold:
    """What happened on one day. `platform` says how the API was found: `reached`, or what was wrong."""

    day: int
    platform: str
    prices_offered: int = 0
    prices_applied: int = 0
    prices_refused: int = 0
    prices_waiting: int = 0
    visits: int = 0
    events_sent: int = 0
    storefront_purchases: int = 0
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Met:
    """What the meeting with the platform brought."""

    offered: OfferedPrices
    outing: Outing
    platform: str


@dataclass(frozen=True)
class _Asked:
    """How the days shall be lived."""

    shop_url: str | None
    settings: BazaarSettings
    limits: Limits


def run_day(
    home: Path, api_url: str, shop_url: str | None = None, *, day: int | None = None,
    settings: BazaarSettings | None = None, limits: Limits | None = None,
) -> list[DayTold]:
    """Live the shop's days up to `day` (default: the next one); the days that are told already are left alone.

    home: the bazaar's folder, with the shop's past in it. api_url: the platform's API; where it does not answer, the day goes
    on without it. Only the newest of several days meets the platform. Raises BazaarError when there is no past.
    """
    newest = last_day(home, FAR_FUTURE)
    if newest < 0:
        raise BazaarError(f"the shop has no past in {home}: start the bazaar once, it writes it")
    wanted = newest + 1 if day is None else day
    asked = _Asked(shop_url, settings or from_env(), limits or Limits())
    return [_one_day(home, number, api_url if number == wanted else None, asked) for number in range(newest + 1, wanted + 1)]


def _one_day(home: Path, day: int, api_url: str | None, asked: _Asked) -> DayTold:
    before, final = day_folder(home, day - 1), day_folder(home, day)
    identity = read_identity(before)
    shop = build_shop(identity["world"], identity["seed"], asked.shop_url or identity["base_url"])
    check_identity(shop, identity, before)
    partial = final.with_name(f"{final.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    known, demo = _read_prices(before / PRICES), demo_shoppers(shop, load_state(day_folder(home, 0) / STATE))
    always = tuple(one.customer for one in demo)
    met = _Met(known, Outing(), "not asked")
    if api_url:
        met = asyncio.run(_meet(shop, asked, api_url, day=day, known=known, always=always))
    with FeedFolder(partial, shop.seed, str(day)) as feeds:
        theatre = Theatre(shop, load_state(before / STATE), load_pending(before / PENDING), feeds)
        applied = apply_prices(shop, theatre.state, met.offered)
        _live(theatre, day, applied, met)
    _write_prices(partial / PRICES, met.offered)
    commit_day(theatre, partial, final)
    return _told(day, met, applied, feeds)


async def _meet(
    shop: Shop, asked: _Asked, api_url: str, *, day: int, known: OfferedPrices, always: tuple[int, ...],
) -> _Met:
    """Poll prices, then send the shoppers. What fails is said and leaves the rest of the day as it is."""
    said: list[str] = []
    async with PlatformClient(api_url, asked.settings.api_key) as client:
        try:
            known = await client.prices(known)
        except PlatformError as error:
            said.append(str(error))
        visitors = sample(shop, day, asked.limits, always)
        outing = await go_out(Party(shop, asked.settings, client, day, visitors), asked.limits)
    said += [outing.trouble] if outing.trouble else []
    return _Met(known, outing, "; ".join(said) or "reached")


def _live(theatre: Theatre, day: int, applied: Applied, met: _Met) -> None:
    """From the clock's last instant to midnight, and from midnight to the clock's instant now."""
    bought = lines_of(line for visit in met.outing.visits for line in visit.bought)
    midnight = days.midnight(day)
    evening, morning = Span(day - 1, days.instant(day - 1), midnight), Span(day, midnight, days.instant(day))
    play(theatre, evening, applied.changed, _between(bought, evening))
    guided = np.isin(np.array(theatre.shop.assortment.sku), list(met.offered.prices))
    changed, promotions = turn_of_day(theatre.shop, theatre.state, day, guided)
    theatre.feeds.write("promotions", catalogue_rows.promotion_rows(theatre.shop, promotions))
    play(theatre, morning, changed, _between(bought, morning))
    theatre.feeds.write("events", met.outing.unsent)


def _between(lines: Lines, span: Span) -> Lines:
    inside: IntArray = np.flatnonzero((lines.at >= span.low) & (lines.at < span.high))
    return lines.take(inside)


def _told(day: int, met: _Met, applied: Applied, feeds: FeedFolder) -> DayTold:
    told = DayTold(day, met.platform, len(met.offered.prices), len(applied.changed), applied.refused, applied.waiting)
    visits = met.outing.visits
    return replace(told, visits=len(visits), events_sent=met.outing.events_sent,
                   storefront_purchases=sum(len(visit.bought) for visit in visits), rows=dict(feeds.rows))


def _read_prices(path: Path) -> OfferedPrices:
    if not path.exists():
        return OfferedPrices(None, {})
    saved: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return OfferedPrices(saved["etag"], {sku: (amount, currency) for sku, (amount, currency) in saved["prices"].items()})


def _write_prices(path: Path, offered: OfferedPrices) -> None:
    path.write_text(json.dumps({"etag": offered.etag, "prices": offered.prices}), encoding="utf-8")
