"""The exception tree of the batch rooms.

DealhouseError
├── PermanentError            a retry cannot mend it: fix the input or the code
│   ├── BadInputError         a file, record or argument is not what it must be
│   ├── ConfigurationError    a setting or registry entry is wrong
│   ├── CorruptBatchError     a landed batch does not match its manifest
│   ├── SourceSchemaError     a source lost a column, or gave one another type
│   ├── FetchRefusedError     a merchant said no: robots.txt, 401, 403, 404, 410, 451, an unsafe address
│   ├── FailureBudgetError    more merchants failed than the run may lose
│   ├── ContractError         a dataset does not fit its declared contract
│   ├── GateRefusedError      the audit of a release failed: the last release keeps serving
│   ├── LeftBehindError       something of a person who was erased is still there
│   └── CommandRefusedError   a dbt or ml command said that its input or code is at fault
└── TransientError            the same call may succeed later
    ├── FetchUnavailableError a merchant timed out, reset, or answered 408, 425, 429 or 5xx
    ├── DatabaseBusyError     a lock or connection was not to be had in time
    └── SubprocessError       a dbt or ml command died without saying that its input is at fault
"""

from collections.abc import Sequence


class DealhouseError(Exception):
    """Any error that a batch room raises on purpose."""

    retryable = False


class PermanentError(DealhouseError):
    """A retry cannot mend it."""


class TransientError(DealhouseError):
    """The same call may succeed later."""

    retryable = True


def together(failures: Sequence[DealhouseError]) -> DealhouseError:
    """One error that names each of several, worth another try when one of them is; one alone stays what it is."""
    if len(failures) == 1:
        return failures[0]
    words = "; ".join(f"{type(failure).__name__}: {failure}" for failure in failures)
    return (TransientError if any(failure.retryable for failure in failures) else PermanentError)(words)


class BadInputError(PermanentError):
    """A file, record or argument is not what it must be.

    what: the fault; where: file, line, field or argument that holds it.
    """

    def __init__(self, what: str, where: str) -> None:
        super().__init__(f"{what} ({where})")
        self.what = what
        self.where = where


class ConfigurationError(PermanentError):
    """A setting or registry entry is wrong."""


class CorruptBatchError(PermanentError):
    """A landed batch does not match its manifest."""


class SourceSchemaError(PermanentError):
    """A source lost a column, or gave one another type; `faults` name each."""

    def __init__(self, source: str, faults: list[str]) -> None:
        super().__init__(f"{source}: {'; '.join(faults)}")
        self.source = source
        self.faults = faults


class FetchRefusedError(PermanentError):
    """A merchant said no, or the address is not one that we may connect to."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{reason}: {url}")
        self.url = url
        self.reason = reason


class FailureBudgetError(PermanentError):
    """More merchants failed than the run may lose."""


class ContractError(PermanentError):
    """A dataset does not fit its declared contract."""


class GateRefusedError(PermanentError):
    """The audit of a release failed: the last release keeps serving."""


class LeftBehindError(PermanentError):
    """Something of a person who was erased is still there; `places`: rows by table, hits by file."""

    def __init__(self, places: dict[str, int]) -> None:
        super().__init__("still found in " + ", ".join(f"{place} ({found})" for place, found in sorted(places.items())))
        self.places = places


class CommandRefusedError(PermanentError):
    """A dbt or ml command said that its input or code is at fault."""

    def __init__(self, command: str, tail: str) -> None:
        super().__init__(f"{command} refused\n{tail}")
        self.command = command
        self.tail = tail


class FetchUnavailableError(TransientError):
    """A merchant timed out, reset, or answered 408, 425, 429 or 5xx."""

    def __init__(self, url: str, reason: str, retry_after: float | None = None) -> None:
        super().__init__(f"{reason}: {url}")
        self.url = url
        self.reason = reason
        self.retry_after = retry_after


class DatabaseBusyError(TransientError):
    """A lock or connection was not to be had in time."""


class SubprocessError(TransientError):
    """A dbt or ml command died without saying that its input is at fault."""

    def __init__(self, command: str, exit_code: int, tail: str) -> None:
        super().__init__(f"{command} exited with {exit_code}\n{tail}")
        self.command = command
        self.exit_code = exit_code
        self.tail = tail
