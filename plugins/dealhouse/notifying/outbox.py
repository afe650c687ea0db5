"""notify.outbox: one row for one thing told on one occasion through one channel, and what becomes of it."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, text

from dealhouse.notifying.people import Channel, Person, channels, due, refusal
from dealhouse.notifying.release import Message, Release

NAMESPACE = uuid.UUID("8f5c1d6e-5f0b-5c0e-9a53-0d1c5f1d7b11")
STALE = timedelta(days=8)  # a weekly digest waits for seven: what is older names prices that nobody asks for
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 180, 360, 720))

INSERT = text("""
    insert into notify.outbox (outbox_id, customer_key, channel, kind, subject_id, occasion, release_id, as_of, title, body,
        state, not_before, last_error)
    values (cast(:outbox_id as uuid), :customer_key, :channel, :kind, :subject_id, :occasion, :release_id, :as_of, :title,
        cast(:body as jsonb), :state, :not_before, :last_error)
    on conflict do nothing
""")
COUNT = text("select count(*) from notify.outbox where release_id = :release_id")
ON_THE_PAGE = text("""
    with left_there as (
        insert into inbox.notification (outbox_id, customer_key, kind, title, body, release_id)
        select outbox_id, customer_key, kind, title, body, release_id from notify.outbox
        where channel = 'inbox' and state = 'queued'
        order by created_at, outbox_id
        on conflict do nothing
    )
    update notify.outbox set state = 'sent', sent_at = clock_timestamp() where channel = 'inbox' and state = 'queued'
""")
DUE = text("""
    select outbox_id::text, customer_key, kind, subject_id, occasion, title, body, attempts, created_at
    from notify.outbox
    where channel = :channel and state = 'queued' and not_before <= :now
    order by customer_key, created_at, outbox_id
""")
CLAIM = text("""
    update notify.outbox set state = 'sending', attempts = attempts + 1, message_id = :message_id
    where outbox_id = any(cast(:ids as uuid[])) and state = 'queued' and :rows = (
        select count(*) from notify.outbox as there where there.outbox_id = any(cast(:ids as uuid[])) and there.state = 'queued'
    )
""")
POSTPONE = text("update notify.outbox set not_before = :until where outbox_id = cast(:id as uuid)")
SETTLE = text("""
    update notify.outbox set state = :state, last_error = :reason, not_before = coalesce(:not_before, not_before),
        sent_at = case when :state = 'sent' then clock_timestamp() end
    where outbox_id = any(cast(:ids as uuid[]))
""")
GIVE_BACK = text("""
    update notify.outbox set state = 'queued', attempts = attempts - 1, last_error = :reason
    where outbox_id = any(cast(:ids as uuid[]))
""")
# whether it arrived nobody knows: a mail is not sent twice, a webhook's receiver knows a message by its id
INTERRUPTED = text("""
    update notify.outbox
    set state = case channel when 'email' then 'failed' else 'queued' end,
        last_error = 'interrupted while sending: it may have arrived'
    where state = 'sending'
""")
HELD = text("update notify.outbox set state = :to where channel = 'email' and state = :from")
EXPIRE = text("""
    update notify.outbox set state = 'suppressed', last_error = 'stale'
    where state in ('queued', 'held') and created_at < :before
""")


@dataclass(frozen=True)
class Waiting:
    """A row that is due."""

    outbox_id: str
    customer_key: str
    kind: str
    subject_id: str
    occasion: str
    title: str
    body: dict[str, Any]
    attempts: int
    created_at: datetime


def add(connection: Connection, messages: Iterable[Message], known: Mapping[str, Person], release: Release, now: datetime,
        *, sends_mail: bool) -> int:
    """Put them in, each once; how many rows are new. What may not be told is there, too, with the reason."""
    rows = [
        {**_row(message, channel, known[message.customer_key], now, sends_mail=sends_mail), "release_id": release.release_id,
         "as_of": release.as_of}
        for message in messages for channel in channels(known[message.customer_key], message.kind)
    ]
    before: int = connection.execute(COUNT, {"release_id": release.release_id}).scalar_one()
    if rows:
        connection.execute(INSERT, rows)
    connection.execute(ON_THE_PAGE)
    after: int = connection.execute(COUNT, {"release_id": release.release_id}).scalar_one()
    return after - before


def _row(message: Message, channel: Channel, person: Person, now: datetime, *, sends_mail: bool) -> dict[str, Any]:
    refused = refusal(person, channel, message.kind)
    held = channel == "email" and not sends_mail
    name = "|".join((channel, message.kind, message.subject_id, message.occasion))
    return {
        **message.__dict__, "body": orjson.dumps(message.body).decode(), "outbox_id": str(uuid.uuid5(NAMESPACE, name)),
        "channel": channel, "last_error": refused,
        "state": "suppressed" if refused else "held" if held else "queued",
        "not_before": due(person, channel, message.kind, now),
    }


def tidy(connection: Connection, now: datetime, *, sends_mail: bool) -> None:
    """What a run that died left in between, what waited for a mail server, and what waited for too long."""
    connection.execute(INTERRUPTED)
    connection.execute(EXPIRE, {"before": now - STALE})
    connection.execute(HELD, {"from": "held", "to": "queued"} if sends_mail else {"from": "queued", "to": "held"})


def waiting(connection: Connection, channel: Channel, now: datetime) -> list[Waiting]:
    return [Waiting(**row) for row in connection.execute(DUE, {"channel": channel, "now": now}).mappings()]


def claim(connection: Connection, rows: Sequence[Waiting], message_id: str) -> bool:
    """Mark them as being sent, all or none; False when one of them is gone (an erasure)."""
    given = {"ids": [row.outbox_id for row in rows], "rows": len(rows), "message_id": message_id}
    return bool(connection.execute(CLAIM, given).rowcount == len(rows))


def postpone(connection: Connection, row: Waiting, until: datetime) -> None:
    connection.execute(POSTPONE, {"id": row.outbox_id, "until": until})


def settle(connection: Connection, rows: Sequence[Waiting], state: str, reason: str | None = None, *,
           not_before: datetime | None = None) -> None:
    ids = [row.outbox_id for row in rows]
    connection.execute(SETTLE, {"ids": ids, "state": state, "reason": reason and reason[:500], "not_before": not_before})


def later(connection: Connection, rows: Sequence[Waiting], reason: str, now: datetime) -> str:
    """Try again, each time after a longer while; after the last, never: the state that they are in."""
    tried = max(row.attempts for row in rows)  # before this try
    state = "queued" if tried < len(BACKOFF) else "failed"
    settle(connection, rows, state, reason, not_before=now + BACKOFF[min(tried, len(BACKOFF) - 1)])
    return state


def give_back(connection: Connection, rows: Sequence[Waiting], reason: str) -> str:
    """Nobody was there to hear of them: that was no try. The state that they are in."""
    connection.execute(GIVE_BACK, {"ids": [row.outbox_id for row in rows], "reason": reason[:500]})
    return "queued"
