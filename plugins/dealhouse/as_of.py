"""`as_of`, the instant a decision is made for: minted by an ingest DAG, carried as the Asset's partition key."""

from datetime import UTC, datetime

from dealhouse.errors import BadInputError


def parse_as_of(key: str) -> datetime:
    """Read a partition key such as `2026-05-05T10:15:00`; a key without an offset is UTC.

    Raises BadInputError when the key is no ISO 8601 instant.
    """
    try:
        instant = datetime.fromisoformat(key)
    except ValueError as error:
        raise BadInputError(f"as_of {key!r} is no ISO 8601 instant", "partition key") from error
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def format_as_of(instant: datetime) -> str:
    """Write an aware instant as a partition key: UTC, whole seconds, no offset."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
