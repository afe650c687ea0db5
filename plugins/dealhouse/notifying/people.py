"""Whom a message may reach, through what, and when: preferences, consents, quiet hours, digests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from dealhouse.settings import settings

Channel = Literal["email", "webhook", "inbox"]
ASKED_FOR = frozenset({"price_below", "drop_pct", "rise", "back_in_stock", "saved_search"})
PEOPLE = text("""
    select asked.customer_key, coalesce(chosen.channels, '{inbox}') as channels, coalesce(chosen.is_personalised, true)
        as is_personalised, chosen.country, chosen.timezone, chosen.quiet_from, chosen.quiet_until,
        coalesce(chosen.digest, 'off') as digest, chosen.unsubscribed_at is not null as is_unsubscribed,
        address.address, contact.hash_of(address.address) as address_hash, address.verified_at is not null as is_verified,
        webhook.url as webhook_url, webhook.secret as webhook_secret,
        array(
            select newest.purpose from (
                select distinct on (purpose) purpose, granted from inbox.consent
                where consent.customer_key = asked.customer_key order by purpose, consent_id desc
            ) as newest where newest.granted
        ) as consents
    from unnest(cast(:keys as text[])) as asked (customer_key)
    left join inbox.preference as chosen on chosen.customer_key = asked.customer_key
    left join contact.address as address on address.customer_key = asked.customer_key
    left join contact.webhook as webhook on webhook.customer_key = asked.customer_key
""")
DIGEST_HOUR = time(8)
# the capital's, where a shopper chose a country and no time zone
ZONES = {
    "AT": "Europe/Vienna", "AU": "Australia/Sydney", "BE": "Europe/Brussels", "BG": "Europe/Sofia", "BR": "America/Sao_Paulo",
    "CA": "America/Toronto", "CH": "Europe/Zurich", "CN": "Asia/Shanghai", "CZ": "Europe/Prague", "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen", "EE": "Europe/Tallinn", "ES": "Europe/Madrid", "FI": "Europe/Helsinki", "FR": "Europe/Paris",
    "GB": "Europe/London", "GR": "Europe/Athens", "HR": "Europe/Zagreb", "HU": "Europe/Budapest", "IE": "Europe/Dublin",
    "IN": "Asia/Kolkata", "IT": "Europe/Rome", "JP": "Asia/Tokyo", "LT": "Europe/Vilnius", "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga", "MX": "America/Mexico_City", "NL": "Europe/Amsterdam", "NO": "Europe/Oslo", "NZ": "Pacific/Auckland",
    "PL": "Europe/Warsaw", "PT": "Europe/Lisbon", "RO": "Europe/Bucharest", "SE": "Europe/Stockholm", "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava", "TR": "Europe/Istanbul", "US": "America/New_York",
}


@dataclass(frozen=True)
class Person:
    """How somebody wants to be told, and where they are reached."""

    customer_key: str
    channels: tuple[Channel, ...]
    is_personalised: bool
    country: str | None
    timezone: str | None
    quiet_from: time | None
    quiet_until: time | None
    digest: Literal["off", "daily", "weekly"]
    is_unsubscribed: bool
    consents: frozenset[str]
    address: str | None
    address_hash: str | None
    is_verified: bool
    webhook_url: str | None
    webhook_secret: str | None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone or ZONES.get(self.country or "", settings().shop_timezone))


def people(connection: Connection, keys: Iterable[str]) -> dict[str, Person]:
    """These customers as they are now."""
    rows = connection.execute(PEOPLE, {"keys": sorted(set(keys))}).mappings()
    return {row["customer_key"]: _person(dict(row)) for row in rows}


def _person(row: dict[str, Any]) -> Person:
    return Person(**{**row, "channels": tuple(row["channels"]), "consents": frozenset(row["consents"])})


def channels(person: Person, kind: str) -> tuple[Channel, ...]:
    """Through what somebody is told of this kind; to confirm an address means to write there."""
    return ("email",) if kind == "confirm" else person.channels


def refusal(person: Person, channel: Channel, kind: str) -> str | None:
    """Why somebody is not told of this kind through this channel; None: they are.

    What was not asked for needs interest in being known; what leaves the house needs consent to its purpose.
    """
    purpose = "alerts" if kind in ASKED_FOR else "marketing"
    if kind == "confirm":
        faults = {"no_address": not person.address, "confirmed": person.is_verified}
    else:
        leaves = channel != "inbox"
        faults = {
            "not_personalised": kind not in ASKED_FOR and not person.is_personalised,
            "unsubscribed": leaves and person.is_unsubscribed,
            "no_consent": leaves and purpose not in person.consents,
            "no_webhook": channel == "webhook" and not person.webhook_url,
            "no_address": channel == "email" and not person.address,
            "unconfirmed_address": channel == "email" and not person.is_verified,
        }
    return next((fault for fault, holds in faults.items() if holds), None)


def due(person: Person, channel: Channel, kind: str, now: datetime) -> datetime:
    """When it may leave: a digest at eight of their clock (weekly: on Monday), and nothing in quiet hours."""
    if channel == "inbox" or kind == "confirm":
        return now
    at = now.astimezone(person.zone)
    if channel == "email" and person.digest != "off":
        at = _next(at, DIGEST_HOUR)
        while person.digest == "weekly" and at.weekday() != 0:
            at = _next(at, DIGEST_HOUR)
    return awake(person, channel, kind, at)


def awake(person: Person, channel: Channel, kind: str, now: datetime) -> datetime:
    """This instant, or the end of the quiet hours that it lies in."""
    quiet = channel != "inbox" and kind != "confirm"
    return (_after_quiet(person, now.astimezone(person.zone)) if quiet else now).astimezone(UTC)


def _after_quiet(person: Person, at: datetime) -> datetime:
    begin, end, clock = person.quiet_from, person.quiet_until, at.timetz().replace(tzinfo=None)
    if begin is None or end is None or begin == end:
        return at
    is_quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
    return _next(at, end) if is_quiet else at


def _next(at: datetime, clock: time) -> datetime:
    """The next time that a wall clock there shows this, after `at`."""
    day = at.date() if at.timetz().replace(tzinfo=None) < clock else at.date() + timedelta(days=1)
    return datetime.combine(day, clock, at.tzinfo)
