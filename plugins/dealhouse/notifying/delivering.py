"""Send what is due: a mail is marked as being sent before the server hears of it, so that a crash sends none twice."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.notifying import mails, outbox, webhooks
from dealhouse.notifying.outbox import Waiting
from dealhouse.notifying.people import Channel, Person, awake, people, refusal
from dealhouse.notifying.smtp import MailServer, Sent
from dealhouse.notifying.webhooks import Post
from dealhouse.settings import settings

ALONE = text("select pg_try_advisory_xact_lock(hashtextextended('notify.delivery', 0))")
HELD = text("select count(*) from notify.outbox where state = 'held'")
GROUP = 50  # webhooks that are claimed together


@dataclass
class Delivered:
    """What became of the rows that were due, by `channel.state`; how many wait for a mail server.

    is_down: the mail server's words when there is no talking to it: the other mails stay where they are.
    """

    rows: Counter[str] = field(default_factory=Counter)
    held: int = 0
    is_down: str | None = None
    is_busy: bool = False


def deliver(now: datetime | None = None) -> Delivered:
    """Send every mail and every webhook that is due, unless another process is at it. now: the wall's time."""
    moment, done = now or datetime.now(UTC), Delivered()
    with transaction("notifier") as holder:  # held for as long as this takes; it keeps nothing else waiting
        is_alone: bool = holder.execute(ALONE).scalar_one()
        if not is_alone:
            done.is_busy = True
            return done
        with transaction("notifier") as connection:
            outbox.tidy(connection, moment, sends_mail=settings().sends_mail)
        if settings().sends_mail:
            _mail(moment, done)
        _webhooks(moment, done)
        with transaction("notifier") as connection:
            done.held = connection.execute(HELD).scalar_one()
    return done


def _due(channel: Channel, now: datetime, done: Delivered) -> list[tuple[Waiting, Person]]:
    """What may still be told, and now: a consent may have been taken back since the row was made, and quiet hours have begun."""
    found = []
    with transaction("notifier") as connection:
        rows = outbox.waiting(connection, channel, now)
        known = people(connection, (row.customer_key for row in rows))
        for row in rows:
            person = known[row.customer_key]
            if refused := refusal(person, channel, row.kind):
                outbox.settle(connection, [row], "suppressed", refused)
                done.rows[f"{channel}.suppressed"] += 1
            elif (morning := awake(person, channel, row.kind, now)) > now:
                outbox.postpone(connection, row, morning)
            else:
                found.append((row, person))
    return found


def _mail(now: datetime, done: Delivered) -> None:
    with MailServer(settings().smtp_url.get_secret_value()) as server:
        for rows, person in _groups(_due("email", now, done)):
            if done.is_down is None:
                _mail_one(server, rows, person, now, done)


def _groups(found: Sequence[tuple[Waiting, Person]]) -> Iterator[tuple[list[Waiting], Person]]:
    """The rows of each mail: somebody's digest is one."""
    for _, group in groupby(found, key=lambda each: each[0].customer_key):
        of_one = list(group)
        person = of_one[0][1]
        alone = [row for row, _ in of_one if person.digest == "off" or row.kind == "confirm"]
        yield from (([row], person) for row in alone)
        if together := [row for row, _ in of_one if row not in alone]:
            yield together, person


def _mail_one(server: MailServer, rows: list[Waiting], person: Person, now: datetime, done: Delivered) -> None:
    mail = mails.compose(rows, person, now)
    with transaction("notifier") as connection:
        if not outbox.claim(connection, rows, mails.message_id(rows)):
            return
    sent = server.send(mail, mails.sender(), str(person.address))
    if sent.how == "down":
        done.is_down = sent.reason
    _settle("email", rows, sent, now, done)


def _webhooks(now: datetime, done: Delivered) -> None:
    found = _due("webhook", now, done)
    for start in range(0, len(found), GROUP):
        posts = []
        with transaction("notifier") as connection:
            for row, person in found[start:start + GROUP]:
                if outbox.claim(connection, [row], row.outbox_id):
                    posts.append(Post(row, str(person.webhook_url), str(person.webhook_secret)))
        for post, sent in zip(posts, webhooks.post_all(posts, now), strict=True):
            _settle("webhook", [post.row], sent, now, done)


def _settle(channel: Channel, rows: Sequence[Waiting], sent: Sent, now: datetime, done: Delivered) -> None:
    with transaction("notifier") as connection:
        if sent.how == "down":
            state = outbox.give_back(connection, rows, str(sent.reason))
        elif sent.how == "later":
            state = outbox.later(connection, rows, str(sent.reason), now)
        else:
            state = "sent" if sent.how == "sent" else "failed"
            outbox.settle(connection, rows, state, sent.reason)
    done.rows[f"{channel}.{state}"] += len(rows)
