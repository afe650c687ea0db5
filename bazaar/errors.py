"""Errors of the bazaar.

BazaarError
├── UnknownWorldError      the asked world size does not exist
├── NoPastError            the world is a market, which is there to be crawled only
├── WorldMismatchError     the home folder belongs to another world or seed
└── BazaarUnreachableError the running bazaar did not answer
"""


class BazaarError(Exception):
    """Anything the bazaar says about itself."""


class UnknownWorldError(BazaarError):
    """The asked world size does not exist."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"unknown world {name!r}: choose one of {', '.join(known)}")
        self.name = name


class NoPastError(BazaarError):
    """The world is a market: its merchants are made when they are visited, and have no yesterday."""


class WorldMismatchError(BazaarError):
    """The home folder belongs to another world or seed."""


class BazaarUnreachableError(BazaarError):
    """The running bazaar did not answer."""
