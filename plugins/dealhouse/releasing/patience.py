"""Short locks, tried again: a release waits for a busy table a moment at a time, so that no reader queues behind it."""

import time
from collections.abc import Callable
from typing import TypeVar

from psycopg2.errors import LockNotAvailable, QueryCanceled
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from dealhouse.errors import DatabaseBusyError

Result = TypeVar("Result")

LOCK_TIMEOUT_MS = 300
ATTEMPTS = 20
PAUSE_SECONDS = 0.25


def limit_waits(connection: Connection) -> None:
    """Let no statement of this transaction wait for a lock longer than a moment."""
    connection.execute(text(f"set local lock_timeout = {LOCK_TIMEOUT_MS}"))


def patiently(work: Callable[[], Result], attempts: int = ATTEMPTS, pause: float = PAUSE_SECONDS) -> Result:
    """Run `work` until it gets its locks; raises DatabaseBusyError after the last attempt."""
    for attempt in range(attempts):
        try:
            return work()
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable | QueryCanceled):
                raise
            if attempt + 1 < attempts:
                time.sleep(pause)
    raise DatabaseBusyError(f"a lock was not to be had in {attempts} attempts")
