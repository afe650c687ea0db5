"""`as_of`, the instant a decision is made for, as a key: `2026-05-05T10:15:00`, UTC."""

import re
from datetime import UTC, datetime

from ml.core.errors import BadInputError

STAMP = re.compile(r"-\d{8}T\d{6}\Z")


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


def is_learnt(model: str) -> bool:
    """Whether a model's version is of `version`: what was learnt bears its instant, rules and baselines are numbered."""
    return STAMP.search(model) is not None
