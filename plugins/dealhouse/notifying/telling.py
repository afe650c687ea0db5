"""Put into the outbox what the live release makes worth telling."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.notifying import addresses, carts, news, outbox, watched
from dealhouse.notifying.people import people
from dealhouse.notifying.release import live
from dealhouse.settings import settings

ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('notify.outbox', 0))")


@dataclass(frozen=True)
class Told:
    """What is new in the outbox: rows, and messages by kind. release_id None: the key's release is not the live one."""

    release_id: str | None
    rows: int
    messages: dict[str, int]


def tell(as_of: datetime | None = None, now: datetime | None = None) -> Told:
    """Tell what holds in the live release, all of it in one transaction; again, it adds nothing.

    as_of: the release that is meant; another one being live, nothing is told (its own run tells). now: the wall's time.
    """
    moment = now or datetime.now(UTC)
    with transaction("notifier") as connection:
        connection.execute(ONE_AT_A_TIME)
        release = live(connection)
        if release is None or (as_of is not None and release.as_of != as_of):
            return Told(None, 0, {})
        messages = [
            *watched.holding(connection, release), *news.for_searches(connection, release),
            *news.for_interests(connection, release), *carts.left(connection, release), *addresses.unconfirmed(connection),
        ]
        known = people(connection, (message.customer_key for message in messages))
        rows = outbox.add(connection, messages, known, release, moment, sends_mail=settings().sends_mail)
    kinds = sorted({message.kind for message in messages})
    return Told(release.release_id, rows, {kind: sum(message.kind == kind for message in messages) for kind in kinds})
