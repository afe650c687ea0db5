"""Whom a message may reach, and when: pure decisions."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from dealhouse.notifying.people import ZONES, Channel, Person, due, refusal

WILLING = Person(
    customer_key="a", channels=("email", "inbox", "webhook"), is_personalised=True, country="DE", timezone=None, quiet_from=None,
    quiet_until=None, digest="off", is_unsubscribed=False, consents=frozenset({"alerts", "marketing"}), address="a@mail.example",
    address_hash="0", is_verified=True, webhook_url="https://hooks.example", webhook_secret="s",
)


@pytest.mark.parametrize("channel", ["email", "webhook", "inbox"])
@pytest.mark.parametrize("kind", ["price_below", "drop_pct", "rise", "back_in_stock", "saved_search", "interest", "cart"])
def test_who_agreed_to_all_is_told_of_all(channel: Channel, kind: str) -> None:
    assert refusal(WILLING, channel, kind) is None


@pytest.mark.parametrize(("change", "channel", "kind", "reason"), [
    ({"is_unsubscribed": True}, "email", "price_below", "unsubscribed"),
    ({"is_unsubscribed": True}, "webhook", "interest", "unsubscribed"),
    ({"is_unsubscribed": True}, "inbox", "price_below", None),
    ({"consents": frozenset({"marketing"})}, "email", "saved_search", "no_consent"),
    ({"consents": frozenset({"alerts"})}, "email", "cart", "no_consent"),
    ({"consents": frozenset()}, "webhook", "rise", "no_consent"),
    ({"consents": frozenset()}, "inbox", "cart", None),
    ({"is_personalised": False}, "inbox", "interest", "not_personalised"),
    ({"is_personalised": False}, "inbox", "saved_search", None),
    ({"address": None}, "email", "price_below", "no_address"),
    ({"is_verified": False}, "email", "price_below", "unconfirmed_address"),
    ({"webhook_url": None}, "webhook", "price_below", "no_webhook"),
    ({}, "email", "confirm", "confirmed"),
    ({"is_verified": False, "is_unsubscribed": True, "consents": frozenset()}, "email", "confirm", None),
    ({"address": None, "is_verified": False}, "email", "confirm", "no_address"),
])
def test_who_did_not_agree_is_left_alone(change: dict[str, object], channel: Channel, kind: str, reason: str | None) -> None:
    assert refusal(replace(WILLING, **change), channel, kind) == reason  # type: ignore[arg-type]


NIGHT = {"quiet_from": time(21), "quiet_until": time(8)}
NOON = {"quiet_from": time(12), "quiet_until": time(14)}


@pytest.mark.parametrize(("change", "now", "then"), [
    ({}, "2026-05-05T22:30", "2026-05-05T22:30"),
    (NIGHT, "2026-05-05T18:59", "2026-05-05T18:59"),  # 20:59 in Berlin
    (NIGHT, "2026-05-05T19:00", "2026-05-06T06:00"),
    (NIGHT, "2026-05-06T05:59", "2026-05-06T06:00"),
    (NIGHT, "2026-05-06T06:00", "2026-05-06T06:00"),
    (NOON, "2026-05-05T10:30", "2026-05-05T12:00"),
    ({**NIGHT, "timezone": "Asia/Tokyo"}, "2026-05-05T12:00", "2026-05-05T23:00"),
    ({**NIGHT, "country": "US"}, "2026-05-05T12:00", "2026-05-05T12:00"),
    (NIGHT, "2026-10-24T22:30", "2026-10-25T07:00"),  # the night in which clocks go back
    ({"digest": "daily"}, "2026-05-05T05:00", "2026-05-05T06:00"),
    ({"digest": "daily"}, "2026-05-05T06:00", "2026-05-06T06:00"),
    ({"digest": "weekly"}, "2026-05-05T12:00", "2026-05-11T06:00"),  # a Tuesday
    ({"digest": "weekly"}, "2026-05-11T05:00", "2026-05-11T06:00"),
    ({"digest": "daily", "quiet_from": time(7), "quiet_until": time(10)}, "2026-05-05T12:00", "2026-05-06T08:00"),
])
def test_a_mail_waits_for_its_hour(change: dict[str, object], now: str, then: str) -> None:
    at, expected = (datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in (now, then))
    assert due(replace(WILLING, **change), "email", "price_below", at) == expected  # type: ignore[arg-type]


def test_only_mails_come_as_digests_and_the_page_waits_for_nothing() -> None:
    at, person = datetime(2026, 5, 5, 20, tzinfo=UTC), replace(WILLING, digest="daily", **NIGHT)  # type: ignore[arg-type]
    assert due(person, "webhook", "price_below", at) == datetime(2026, 5, 6, 6, tzinfo=UTC)
    assert due(person, "inbox", "price_below", at) == at
    assert due(person, "email", "confirm", at) == at


def test_every_zone_is_one() -> None:
    assert all(replace(WILLING, country=country).zone.key == zone for country, zone in ZONES.items())
