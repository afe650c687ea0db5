"""The exception tree of the gates; none of them is mended by a retry.

ExpectationsError
├── UnknownReleaseError     there is no such release, or it has no tables
└── UnguardedDatasetError   a release holds a dataset for which no suite is written
"""


class ExpectationsError(Exception):
    """Any error that a gate raises on purpose."""


class UnknownReleaseError(ExpectationsError):
    """There is no such release, or it has no tables."""


class UnguardedDatasetError(ExpectationsError):
    """A release holds a dataset for which no suite is written: what nobody audits is not published."""
