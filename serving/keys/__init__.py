"""Keys of machine clients: `dh_<prefix>_<secret>`, found by the prefix, known by an argon2id hash of the whole.

book writes them (`python -m serving.keys`), ring knows them again while serving.
"""

import re
import secrets
from typing import NamedTuple

from argon2 import PasswordHasher

# what may be granted: `prices` shows what a price is made of, `staff` opens the business's own pages
SCOPES = ("prices", "staff")
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
SHAPE = re.compile(r"dh_([a-z2-7]{8})_([A-Za-z0-9_-]{32,64})")
# a secret of chance is not to be guessed: what hardens a password would only cost memory here (OWASP's least for argon2id)
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class ServiceKey(NamedTuple):
    """A machine client that was recognised."""

    prefix: str
    name: str
    scopes: frozenset[str]
    per_minute: int


def minted() -> str:
    """A new key, with 256 bits of chance."""
    return f"dh_{''.join(secrets.choice(LETTERS) for _ in range(8))}_{secrets.token_urlsafe(32)}"


def prefix_of(key: str) -> str | None:
    """The prefix of a text that could be a key of ours; None of any other."""
    found = SHAPE.fullmatch(key)
    return found[1] if found else None
