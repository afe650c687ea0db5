"""ops.alerts: what somebody should look at."""

import json
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import text

from dealhouse.database import transaction

INSERT = text(
    "insert into ops.alerts (raised_at, severity, room, as_of, message, detail) "
    "values (:raised_at, :severity, :room, :as_of, :message, cast(:detail as jsonb))"
)


def raise_alert(
    room: str,
    severity: Literal["info", "warning", "error"],
    message: str,
    as_of: datetime | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append one alert; `raised_at` is wall time, `as_of` the instant that the work was for."""
    row = {
        "raised_at": datetime.now(UTC), "severity": severity, "room": room, "as_of": as_of,
        "message": message[:4000], "detail": json.dumps(detail or {}, default=str),
    }
    with transaction("loader") as connection:
        connection.execute(INSERT, row)
