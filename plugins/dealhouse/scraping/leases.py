"""Slots that several processes share: a lease in Postgres says how many each may use, and runs out when its holder dies.

Each holder renews in its own rhythm; then its slots become its fair share of the total, as far as the others leave it. One that
must give up slots which are in use keeps those until they come back, so the sum of all leases never exceeds the total.
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from dealhouse.database import transaction
from dealhouse.scraping.slots import Slots

log = logging.getLogger(__name__)
SECONDS = 30.0  # until a lease that is not renewed runs out
RENEWAL = 3.0
LOCK = 6007199254740993  # of one renewal at a time; any number that nothing else uses
OTHERS = text(
    "select count(*), coalesce(sum(slots), 0)::int from raw.crawl_leases "
    "where holder <> :holder and expires_at > clock_timestamp()"
)
RENEW = text(
    "insert into raw.crawl_leases (holder, slots, expires_at) "
    "values (:holder, :slots, clock_timestamp() + make_interval(secs => :seconds)) "
    "on conflict (holder) do update set (slots, expires_at) = (excluded.slots, excluded.expires_at)"
)


class Lease(NamedTuple):
    """What a holder has for SECONDS, and its fair share: beyond that it starts nothing, or it would never have any to give."""

    slots: int
    fair: int


def renew(holder: str, total: int, in_use: int) -> Lease:
    """The slots that a holder has from now on. `in_use` of those that it had are taken just now."""
    with transaction("loader") as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        connection.execute(text("delete from raw.crawl_leases where expires_at <= clock_timestamp()"))
        row = connection.execute(OTHERS, {"holder": holder}).one()
        others, held = int(row[0]), int(row[1])
        fair = -(-total // (others + 1))
        slots = max(0, min(total - held, max(fair, in_use)))
        connection.execute(RENEW, {"holder": holder, "slots": slots, "seconds": SECONDS})
    return Lease(slots, fair)


def give_back(holder: str) -> None:
    with transaction("loader") as connection:
        connection.execute(text("delete from raw.crawl_leases where holder = :holder"), {"holder": holder})


@asynccontextmanager
async def shared(slots: Slots, total: int) -> AsyncIterator[None]:
    """Keep the size of `slots` at this process's share of `total`, until the end."""
    holder = str(uuid.uuid4())
    slots.resize((await asyncio.to_thread(renew, holder, total, 0)).slots)
    keeper = asyncio.ensure_future(_keep(holder, slots, total))
    try:
        yield
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper
        with suppress(SQLAlchemyError):
            await asyncio.to_thread(give_back, holder)


async def _keep(holder: str, slots: Slots, total: int) -> None:
    """Renew for ever. While the database is away nothing new starts once the lease has run out: it may be another's by then."""
    loop = asyncio.get_running_loop()
    renewed = loop.time()
    while True:
        await asyncio.sleep(RENEWAL)
        asked, before = loop.time(), slots.limit
        slots.resize(min(before, slots.taken))  # what is in use must not grow while the shares are worked out
        try:
            granted = await asyncio.to_thread(renew, holder, total, slots.taken)
        except SQLAlchemyError as error:
            log.warning("the lease on request slots could not be renewed: %s", error)
            slots.resize(before if loop.time() - renewed < SECONDS - 2 * RENEWAL else 0)
            continue
        renewed = asked
        slots.resize(min(granted))
