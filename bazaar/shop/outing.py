"""The sample of shoppers that visits the platform's storefront on a day: who, when, and what came of it."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from bazaar.rng import stream
from bazaar.settings import BazaarSettings
from bazaar.shop import days
from bazaar.shop.customers import COUNTRIES
from bazaar.shop.platform_client import PlatformClient, PlatformError
from bazaar.shop.purchases import visit_times
from bazaar.shop.tokens import token
from bazaar.shop.visits import Visit, visit_storefront
from bazaar.shop.world import Shop

PATIENCE = 5  # failed visits in a row after which the storefront counts as closed


@dataclass(frozen=True)
class Limits:
    """How many shoppers go, as a share of all customers, and how long the outing may take."""

    share: float = 0.03
    least: int = 8
    seconds: float = 20.0
    at_once: int = 8


@dataclass
class Outing:
    """What came of it. `unsent`: rows of the events feed, of visits whose events the API did not take."""

    visits: list[Visit] = field(default_factory=list)
    events_sent: int = 0
    unsent: list[dict[str, Any]] = field(default_factory=list)
    failures: int = 0
    trouble: str | None = None


def sample(shop: Shop, day: int, limits: Limits, always: tuple[int, ...]) -> list[tuple[int, int]]:
    """(customer, moment) of the day's visitors between the clock's instants of `day - 1` and `day`, in the order of customers."""
    rng = stream(shop.seed, "shop", "outing", day)
    known = shop.customers.registered_until(day - 2)
    wanted = min(max(limits.least, round(limits.share * known)), known)
    activity = shop.customers.activity[:known]
    drawn = rng.choice(known, wanted, replace=False, p=activity / activity.sum())
    chosen = sorted({int(c) for c in drawn} | set(always))
    evening, morning = visit_times(shop, day - 1, known), visit_times(shop, day, known)
    low, high = days.instant(day - 1), days.instant(day)
    moments = [_moment(int(evening[c]), int(morning[c]), low) if c < known else 0 for c in chosen]  # 0: a newcomer of these days
    inside = [at if low <= at < high - 3600 else int(rng.integers(low, high - 3600)) for at in moments]
    return list(zip(chosen, inside, strict=True))


def _moment(evening: int, morning: int, low: int) -> int:
    return evening if evening >= low else morning


@dataclass(frozen=True)
class Party:
    """Who goes where: the day's visitors as (customer, moment) and the storefront's API."""

    shop: Shop
    settings: BazaarSettings
    client: PlatformClient
    day: int
    visitors: list[tuple[int, int]]


async def go_out(party: Party, limits: Limits) -> Outing:
    """Let them visit, a few at once; those whose turn has not come when time is up stay at home."""
    outing, gate, deadline = Outing(), asyncio.Semaphore(limits.at_once), time.monotonic() + limits.seconds

    async def one(customer: int, at: int) -> None:
        async with gate:
            if time.monotonic() < deadline and outing.failures < PATIENCE:
                await _visit(party, customer, at, outing)

    await asyncio.gather(*(one(customer, at) for customer, at in party.visitors))
    outing.visits.sort(key=lambda visit: visit.customer)
    return outing


async def _visit(party: Party, customer: int, at: int, outing: Outing) -> None:
    shop, client = party.shop, party.client
    native, country = shop.customers.native_id[customer], COUNTRIES[shop.customers.country[customer]]
    pass_ = token(party.settings, native)
    try:
        suggestions = await client.recommendations(pass_, country)
        deals = await client.deals(country)
    except PlatformError as error:
        outing.failures, outing.trouble = outing.failures + 1, str(error)
        return
    outing.failures = 0
    rng = stream(shop.seed, "shop", "visit", party.day, customer)
    visit = visit_storefront(shop, customer, at, suggestions, deals=deals, rng=rng)
    outing.visits.append(visit)
    try:
        await client.send(pass_, visit.events)
        outing.events_sent += len(visit.events)
    except PlatformError as error:
        outing.trouble = str(error)
        outing.unsent += [{**event, "native_customer_id": native} for event in visit.events]
