"""The exception tree of the models' room.

MlError
├── PermanentError          a retry cannot mend it: exit code 2
│   ├── BadInputError       an argument, file or table does not hold what it must
│   ├── ContractError       a features or predictions table or column is missing, or a row breaks its rules
│   └── ArtifactError       a stored model is missing or does not match its manifest
└── TransientError          the same call may succeed later: exit code 1
    ├── DatabaseBusyError   the server is away, or another run holds the capability's lock
    └── StoreUnavailableError  the artifact store did not answer
"""


class MlError(Exception):
    """Any error that a capability raises on purpose."""

    retryable = False


class PermanentError(MlError):
    """A retry cannot mend it."""


class TransientError(MlError):
    """The same call may succeed later."""

    retryable = True


class BadInputError(PermanentError):
    """An argument, file or table does not hold what it must.

    what: the fault; where: the argument, file or table that holds it.
    """

    def __init__(self, what: str, where: str) -> None:
        super().__init__(f"{what} ({where})")
        self.what = what
        self.where = where


class ContractError(PermanentError):
    """A features or predictions table or column is missing, or a row breaks its rules."""


class ArtifactError(PermanentError):
    """A stored model is missing or does not match its manifest."""


class DatabaseBusyError(TransientError):
    """The server is away, or another run holds the capability's lock."""


class StoreUnavailableError(TransientError):
    """The artifact store did not answer."""
