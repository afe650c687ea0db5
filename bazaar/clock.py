"""The bazaar's clock: day 0 is 2026-05-05T10:15:00Z, history lies at negative days, `advance` moves one day."""

from datetime import UTC, date, datetime, timedelta

START = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


def instant(day: int) -> datetime:
    """The instant of that day's crawl, UTC."""
    return START + timedelta(days=day)


def key(day: int) -> str:
    """The day as an as_of key, e.g. `2026-05-05T10:15:00`."""
    return instant(day).strftime("%Y-%m-%dT%H:%M:%S")


def iso(day: int) -> str:
    """The day's instant with its offset, e.g. `2026-05-05T10:15:00+00:00`."""
    return instant(day).isoformat()


def calendar_day(day: int) -> date:
    return instant(day).date()


def day_number(moment: datetime | date) -> int:
    """The bazaar's day that the moment's UTC calendar day is."""
    at = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
    return (at - START.date()).days


def parse_key(text: str) -> int:
    """The day number of an as_of key. Raises ValueError."""
    return day_number(datetime.strptime(text, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC))
