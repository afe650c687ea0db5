"""`as_of`, the instant a decision is made for, as a key: `2026-05-05T10:15:00`, UTC."""

from datetime import UTC, datetime

from ml.core.errors import BadInputError


def parse_as_of(key: str) -> datetime:
    """Read a key; one without an offset is UTC. Raises BadInputError when it is no ISO 8601 instant."""
    try:
        instant = datetime.fromisoformat(key)
    except ValueError as error:
        raise BadInputError(f"as_of {key!r} is no ISO 8601 instant", "--as-of") from error
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def format_as_of(instant: datetime) -> str:
    """Write an aware instant as a key: UTC, whole seconds, no offset."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def version(name: str, as_of: datetime) -> str:
    """The version of a model trained at `as_of`: `matching-lightgbm-20260505T101500`."""
    return f"{name}-{as_of.astimezone(UTC):%Y%m%dT%H%M%S}"
