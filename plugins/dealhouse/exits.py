"""How a command of the batch rooms ends: 0 done, 1 worth another try, 2 refused for good, with the reason on stderr."""

import sys
from collections.abc import Callable

from dealhouse.errors import DealhouseError

DONE, TRANSIENT, REFUSED = 0, 1, 2


def finish(work: Callable[[], object]) -> int:
    """Do the work; its exit code. Raises what is neither refused on purpose nor an outage: a bug shows its trace."""
    try:
        work()
    except DealhouseError as error:
        return _told(TRANSIENT if error.retryable else REFUSED, f"{type(error).__name__}: {error}")
    except OSError as error:
        return _told(TRANSIENT, f"{type(error).__name__}: {error}")
    except Exception as error:
        database = sys.modules.get("sqlalchemy.exc")  # not imported for this: who did not load it had no database to lose
        if database is None or not isinstance(error, database.OperationalError):
            raise
        return _told(TRANSIENT, f"the database cannot be used: {error.orig}".strip())
    return DONE


def _told(code: int, reason: str) -> int:
    sys.stderr.write(f"{reason}\n")
    return code
