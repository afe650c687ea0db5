"""Mails to a real mail server: what leaves, what does not, and what becomes of it."""

import email
import email.policy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from itertools import pairwise

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from dealhouse.notifying.delivering import deliver
from dealhouse.notifying.outcomes import delivered
from dealhouse.settings import settings
from tests.conftest import free_port
from tests.dealhouse.notifying.conftest import ANN, BOB, NOW, Execute

Person = Callable[..., None]
Put = Callable[..., None]
STATES = "select kind, state, last_error from notify.outbox order by subject_id"


@dataclass
class Mailbox:
    """An aiosmtpd handler: keeps what comes, or answers what it is told to."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    at_recipient: str = "250 OK"
    at_data: str = "250 OK"
    hangs_up: bool = False

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # noqa: N802
        if self.at_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_recipient

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.hangs_up:
            assert server.transport is not None
            server.transport.close()
            return "250 nobody hears this"
        if self.at_data.startswith("250"):
            self.recipients += envelope.rcpt_tos
            content = envelope.content
            assert isinstance(content, bytes)
            self.mails.append(email.message_from_bytes(content, policy=email.policy.default))
        return self.at_data


@pytest.fixture
def mailbox(shop: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server on loopback that the notifier is told of."""
    box, port = Mailbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    monkeypatch.setenv("DEALHOUSE_SMTP_URL", f"smtp://127.0.0.1:{port}")
    settings.cache_clear()
    assert shop
    yield box
    server.stop()


def test_a_mail_says_what_the_release_said(mailbox: Mailbox, person: Person, put: Put, execute: Execute) -> None:
    person()
    put()
    assert deliver(NOW).rows == {"email.sent": 1}
    (mail,) = mailbox.mails
    ((outbox_id, message_id),) = execute("select outbox_id::text, message_id from notify.outbox")
    assert (mail["To"], mail["Subject"], mail["Message-ID"]) == ("ann@mail.example", "A lamp costs 12.50 EUR now", message_id)
    assert message_id == f"<{outbox_id}@dealhouse.example>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith(f"<https://deals.example/letters/unsubscribe.{ANN}..")
    plain, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    words = ("12.50 EUR", "20.00 EUR", "https://deals.example/products/7", "and 2 more", "letters/unsubscribe")
    assert [word for body in (plain, html) for word in words if word not in body] == []
    assert deliver(NOW).rows == {}
    assert len(mailbox.mails) == 1


def test_what_a_merchant_wrote_breaks_nothing(mailbox: Mailbox, person: Person, put: Put) -> None:
    person()
    put(title="Lamp\r\nBcc: bob@mail.example\r\n\r\n<script>x</script>", merchant="<b>A & Söhne</b>\n.\nQUIT")
    deliver(NOW)
    (mail,) = mailbox.mails
    assert (mail["Bcc"], mailbox.recipients) == (None, ["ann@mail.example"])
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<script>" not in html
    assert "&lt;b&gt;A &amp; Söhne&lt;/b&gt; . QUIT" in html


def test_a_digest_is_one_mail(mailbox: Mailbox, person: Person, put: Put, execute: Execute) -> None:
    person(digest="daily")
    person(BOB, address="bob@mail.example")
    for subject in ("1", "2", "3"):
        put(subject)
        put(f"b{subject}", key=BOB)
    assert deliver(NOW).rows == {"email.sent": 6}
    assert sorted(mailbox.recipients) == ["ann@mail.example", *["bob@mail.example"] * 3]
    digest = next(mail for mail in mailbox.mails if mail["To"] == "ann@mail.example")
    assert digest["Subject"] == "3 messages: A lamp costs 12.50 EUR now"
    assert execute("select count(distinct message_id) from notify.outbox where customer_key = %s", ANN) == [(1,)]


def test_an_address_is_asked_by_a_link(mailbox: Mailbox, put: Put, execute: Execute) -> None:
    execute("insert into contact.address (customer_key, address) values (%s, 'ann@mail.example')", ANN)
    put(kind="confirm")
    put("2")
    assert deliver(NOW).rows == {"email.sent": 1, "email.suppressed": 1}
    (mail,) = mailbox.mails
    assert mail["List-Unsubscribe"] is None
    assert f"https://deals.example/letters/confirm.{ANN}.o." in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize(("change", "reason"), [
    ("update inbox.preference set unsubscribed_at = now()", "unsubscribed"),
    ("insert into inbox.consent (customer_key, purpose, granted, text_version) select customer_key, 'alerts', false, '1' "
     "from inbox.preference", "no_consent"),
    ("delete from contact.address", "no_address"),
])
def test_what_was_taken_back_since_counts(
    mailbox: Mailbox, person: Person, put: Put, execute: Execute, change: str, reason: str
) -> None:
    person()
    put()
    execute(change)
    assert deliver(NOW).rows == {"email.suppressed": 1}
    assert execute(STATES) == [("price_below", "suppressed", reason)]
    assert mailbox.mails == []


def test_what_is_late_waits_for_the_morning(mailbox: Mailbox, person: Person, put: Put, execute: Execute) -> None:
    begin, end = ((NOW + timedelta(hours=hours)).time().replace(microsecond=0) for hours in (-2, 3))
    person(timezone="UTC", quiet_from=begin, quiet_until=end)
    put()
    assert deliver(NOW).rows == {}
    ((morning,),) = execute("select not_before from notify.outbox")
    assert morning.time() == end
    assert deliver(morning).rows == {"email.sent": 1}
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize(("at", "answer", "state"), [
    ("at_recipient", "450 try later", "queued"), ("at_recipient", "550 nobody here", "failed"),
    ("at_data", "451 try later", "queued"), ("at_data", "554 we do not like it", "failed"),
])
def test_what_the_server_says_counts(
    mailbox: Mailbox, person: Person, put: Put, execute: Execute, at: str, answer: str, state: str
) -> None:
    person()
    put()
    setattr(mailbox, at, answer)
    assert deliver(NOW).rows == {f"email.{state}": 1}
    assert execute(STATES) == [("price_below", state, answer)]
    setattr(mailbox, at, "250 OK")
    assert deliver(NOW + timedelta(seconds=30)).rows == {}, "a while must pass"
    assert deliver(NOW + timedelta(minutes=10)).rows == ({"email.sent": 1} if state == "queued" else {})


def test_each_try_waits_longer_and_the_last_ends_it(mailbox: Mailbox, person: Person, put: Put, execute: Execute) -> None:
    person()
    put()
    mailbox.at_data = "451 try later"
    moments, at = [], NOW
    for _ in range(8):
        deliver(at)
        ((state, at),) = execute("select state, not_before from notify.outbox")
        moments.append(at)
    assert state == "failed"
    assert all(later - earlier >= timedelta(minutes=1) for earlier, later in pairwise(moments[:-1]))


def test_a_server_that_is_away_costs_nobody_a_mail(
    mailbox: Mailbox, person: Person, put: Put, execute: Execute, monkeypatch: pytest.MonkeyPatch
) -> None:
    person()
    put("1")
    put("2")
    monkeypatch.setenv("DEALHOUSE_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    settings.cache_clear()
    assert delivered(NOW).detail["email.queued"] == 1
    assert execute("select attempts, state from notify.outbox") == [(0, "queued")] * 2
    assert execute("select severity from ops.alerts") == [("warning",)]
    assert mailbox.mails == []


def test_a_mail_that_may_have_arrived_is_not_sent_again(mailbox: Mailbox, person: Person, put: Put, execute: Execute) -> None:
    person()
    put("1")
    put("2", state="sending")  # by a process that died
    mailbox.hangs_up = True
    assert deliver(NOW).rows == {"email.failed": 1}
    mailbox.hangs_up = False
    assert deliver(NOW + timedelta(days=1)).rows == {}
    assert [(state, "may have arrived" in reason) for _, state, reason in execute(STATES)] == [("failed", True)] * 2


def test_without_a_server_mails_are_held_until_there_is_one(
    shop: str, person: Person, put: Put, execute: Execute, request: pytest.FixtureRequest
) -> None:
    person()
    put("1")
    put("2", age=timedelta(days=9))
    assert deliver(NOW).held == 1
    assert execute(STATES) == [("price_below", "held", None), ("price_below", "suppressed", "stale")]
    mailbox: Mailbox = request.getfixturevalue("mailbox")
    assert deliver(NOW).rows == {"email.sent": 1}
    assert len(mailbox.mails) == 1
    assert shop
