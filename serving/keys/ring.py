"""Knowing a key again: argon2 is paid once a key and minute, and a key that was revoked opens nothing after that minute."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from argon2.exceptions import Argon2Error, InvalidHashError

from serving.keys import HASHER, ServiceKey, prefix_of
from serving.problems import UnauthorizedError

KEPT_S = 60.0
MOST_KEPT = 1024
Read = Callable[[str], Awaitable[Mapping[str, Any] | None]]


class Keyring:
    """The keys of late, by a digest: neither a key nor its hash is kept. `read` finds a living key's row by its prefix."""

    def __init__(self, read: Read, clock: Callable[[], float] = time.monotonic) -> None:
        self._read, self._clock = read, clock
        self._known: OrderedDict[bytes, tuple[float, ServiceKey | None]] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()  # argon2 takes 19 MB and a core: many at once would be an attack

    async def owner(self, key: str) -> ServiceKey:
        """Whose key it is. Raises UnauthorizedError for what is no living key of ours, UnavailableError without a database."""
        prefix, digest = prefix_of(key), hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
        if prefix is None:
            raise _refused()
        found = self._kept(digest)
        if found is None:
            async with self._one_at_a_time:
                found = self._kept(digest) or self._keep(digest, await self._verified(prefix, key))
        if found[1] is None:
            raise _refused()
        return found[1]

    def knows(self, key: str) -> bool:
        """Whether the answer about this key costs nothing."""
        return prefix_of(key) is None or self._kept(hashlib.sha256(key.encode()).digest()) is not None

    def _kept(self, digest: bytes) -> tuple[float, ServiceKey | None] | None:
        found = self._known.get(digest)
        return found if found and found[0] > self._clock() else None

    def _keep(self, digest: bytes, owner: ServiceKey | None) -> tuple[float, ServiceKey | None]:
        self._known[digest] = kept = (self._clock() + KEPT_S, owner)
        self._known.move_to_end(digest)
        while len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)
        return kept

    async def _verified(self, prefix: str, key: str) -> ServiceKey | None:
        row = await self._read(prefix)
        if row is None or not await asyncio.to_thread(_matches, row["hash"], key):
            return None
        return ServiceKey(row["prefix"], row["name"], frozenset(row["scopes"]), row["requests_per_minute"])


def _matches(hashed: str, key: str) -> bool:
    try:
        return HASHER.verify(hashed, key)
    except (Argon2Error, InvalidHashError):
        return False


def _refused() -> UnauthorizedError:
    return UnauthorizedError("The X-API-Key is not one that we know, or it was revoked or has expired.")
