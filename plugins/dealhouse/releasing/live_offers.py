"""publish.live_offer: the price and stock of this hour, joined at read; upserted behind a gate on each row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from dealhouse.alerts import raise_alert
from dealhouse.database import transaction
from dealhouse.settings import settings

JUMP = 10  # a price that rises or falls by more than this factor is taken for a fault of the source
SMALL = 20  # below so many live offers a share says nothing
SAMPLES = 10

JUDGE = text("""
    create temporary table judged on commit drop as
    with candidate as (
        select c.*, row_number() over (partition by c.offer_id order by c.observed_at desc nulls last) as nth
        from publish_candidate.live_offer c
    )
    select c.offer_id, c.price, c.currency, c.price_reporting, c.availability, c.stock, c.observed_at, h.price as held_price,
        case
            when c.offer_id is null then 'missing_id'
            when c.price is null then 'missing_price'
            -- NaN sorts above every number: an upper bound is what refuses it
            when c.price <= 0 or c.price >= 1e9 then 'invalid_price'
            when c.currency is null or c.currency !~ '^[A-Z]{3}$' then 'invalid_currency'
            when c.price_reporting <= 0 or c.price_reporting >= 1e9 then 'invalid_reporting_price'
            when c.availability is null or c.observed_at is null then 'missing_state'
            when not :accept_jumps and h.currency = c.currency
                and (c.price > h.price * :jump or c.price < h.price / :jump) then 'price_jump'
        end as refusal
    from candidate c left join publish.live_offer h on h.offer_id = c.offer_id
    where c.nth = 1 or c.offer_id is null
""")

# a refused row of an unknown offer is not shown at all; an older observation never overwrites a newer one
UPSERT = text("""
    insert into publish.live_offer as held (offer_id, price, currency, price_reporting, availability, stock, observed_at)
    select offer_id, price, currency, price_reporting, availability, stock, observed_at from judged where refusal is null
    on conflict (offer_id) do update set
        price = excluded.price, currency = excluded.currency, price_reporting = excluded.price_reporting,
        availability = excluded.availability, stock = excluded.stock, observed_at = excluded.observed_at
    where excluded.observed_at >= held.observed_at
        and (held.price, held.currency, held.price_reporting, held.availability, held.stock, held.observed_at) is distinct from
            (excluded.price, excluded.currency, excluded.price_reporting, excluded.availability, excluded.stock,
             excluded.observed_at)
""")

FIND_VANISHED = text("""
    create temporary table vanished on commit drop as
    select offer_id from publish.live_offer held
    where availability <> 'out_of_stock' and observed_at <= :as_of
        and not exists (select from judged j where j.offer_id = held.offer_id)
""")
COUNT_VANISHED = text("""
    select (select count(*) from vanished) as vanished,
        (select count(*) from publish.live_offer where availability <> 'out_of_stock') as live
""")
RETIRE = text("""
    update publish.live_offer held set availability = 'out_of_stock', stock = case when stock is not null then 0 end
    from vanished v where v.offer_id = held.offer_id
""")


@dataclass(frozen=True)
class LiveOffers:
    """What a refresh did, in rows: `refused` by reason; `vanished` went out of stock, `held_back` were too many to believe."""

    candidates: int
    upserted: int
    vanished: int
    held_back: int
    refused: Mapping[str, int]


def refresh_live_offers(as_of: datetime, *, accept_jumps: bool = False) -> LiveOffers:
    """Bring publish.live_offer up to publish_candidate.live_offer; the same `as_of` again changes nothing.

    A refused row keeps its last good values and is told in ops.alerts; `accept_jumps` lets prices pass that changed more than
    tenfold. When more of the live offers vanished than the failure budget allows, none goes out of stock.
    """
    with transaction("publisher") as connection:
        connection.execute(text("select pg_advisory_xact_lock(hashtext('dealhouse.live_offers'))"))
        connection.execute(JUDGE, {"jump": JUMP, "accept_jumps": accept_jumps})
        upserted = connection.execute(UPSERT).rowcount
        vanished, held_back = _retire(connection, as_of)
        refused, samples = _refusals(connection)
        candidates = int(connection.execute(text("select count(*) from judged")).scalar_one())
    done = LiveOffers(candidates, upserted, vanished, held_back, refused)
    _tell(done, samples, as_of)
    return done


def _retire(connection: Connection, as_of: datetime) -> tuple[int, int]:
    """(offers put out of stock because they are listed no longer, offers that were too many to believe)."""
    connection.execute(FIND_VANISHED, {"as_of": as_of})
    counted = connection.execute(COUNT_VANISHED).one()
    if counted.live >= SMALL and counted.vanished > counted.live * settings().failure_budget:
        return 0, counted.vanished
    return connection.execute(RETIRE).rowcount, 0


def _refusals(connection: Connection) -> tuple[dict[str, int], list[dict[str, Any]]]:
    counts = connection.execute(
        text("select refusal, count(*) as rows from judged where refusal is not null group by 1 order by 1")
    )
    samples = connection.execute(text(
        "select offer_id::text, refusal, price::text, held_price::text from judged where refusal is not null "
        "order by refusal, offer_id limit :samples"
    ), {"samples": SAMPLES})
    return {row.refusal: row.rows for row in counts}, [dict(row) for row in samples.mappings()]


def _tell(done: LiveOffers, samples: list[dict[str, Any]], as_of: datetime) -> None:
    if done.refused:
        message = f"{sum(done.refused.values())} live offers refused: they keep their last good values"
        raise_alert("releasing", "warning", message, as_of, {"reasons": dict(done.refused), "samples": samples})
    if done.held_back:
        message = f"{done.held_back} live offers vanished at once, over the failure budget: none put out of stock"
        raise_alert("releasing", "error", message, as_of)
