"""The shop's public keys, from its JWKS: by a token's `kid`, the key and with it the one algorithm that may have signed."""

import asyncio
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from serving.problems import UnavailableError

REFETCH_S = 60.0  # an unknown kid asks the shop at most so often
RETRY_S = 5.0  # while we have no key at all
FRESH_S = 300.0  # after that what we have is read again, beside the requests: a withdrawn key goes
KEPT_S = 86_400.0  # so long we trust keys whose source is away
TIMEOUT_S = 3.0
MOST_BYTES = 65_536
LEAST_RSA_BITS = 2048


@dataclass(frozen=True)
class Key:
    """A public key and the algorithm that its type allows."""

    algorithm: str
    public: Any


def keys_of(document: bytes) -> dict[str, Key]:
    """The keys of a JWKS that may sign tokens, by kid; what we do not use is passed over. Raises ValueError for no JWKS."""
    try:
        listed = orjson.loads(document)["keys"]
        return {each["kid"]: key for each in listed if isinstance(each.get("kid"), str) and (key := _key(each))}
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise ValueError("no JWKS") from error


def _key(jwk: dict[str, Any]) -> Key | None:
    """EdDSA for Ed25519, RS256 for RSA from 2048 bits on; nothing for a secret, a private key or another use."""
    algorithm = {"OKP": "EdDSA", "RSA": "RS256"}.get(str(jwk.get("kty")))
    if algorithm is None or "d" in jwk or jwk.get("use", "sig") != "sig" or jwk.get("alg", algorithm) != algorithm:
        return None
    try:
        public = jwt.PyJWK(jwk, algorithm).key
    except (jwt.PyJWTError, ValueError):
        return None
    strong = isinstance(public, Ed25519PublicKey) or (isinstance(public, RSAPublicKey) and public.key_size >= LEAST_RSA_BITS)
    return Key(algorithm, public) if strong else None


def read(source: str) -> bytes:
    """A JWKS by its http(s) address, or from a file. Raises OSError."""
    if not source.startswith(("http://", "https://")):
        return Path(source.removeprefix("file://")).read_bytes()
    with urllib.request.urlopen(source, timeout=TIMEOUT_S) as answer:  # noqa: S310
        body: bytes = answer.read(MOST_BYTES)
    return body


class KeySet:
    """The keys as last read. What is unknown is asked for again, seldom enough that nobody makes us flood the shop."""

    def __init__(self, source: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._source, self._clock = source, clock
        self._keys: dict[str, Key] = {}
        self._tried = self._read_at = -KEPT_S
        self._reading = asyncio.Lock()
        self._refresh: asyncio.Task[None] | None = None

    async def key(self, kid: str) -> Key | None:
        """The key, or None when the shop has none of that name. Raises UnavailableError while we have no keys at all."""
        age = self._clock() - self._read_at
        found = self._keys.get(kid) if age < KEPT_S else None
        if found is None:
            await self._read_again(REFETCH_S if self._keys else RETRY_S)
            if not self._keys:
                raise UnavailableError("The shop's keys cannot be read: no token can be verified.", retry_after=int(RETRY_S))
            return self._keys.get(kid)
        if age > FRESH_S and (self._refresh is None or self._refresh.done()):
            self._refresh = asyncio.create_task(self._read_again(REFETCH_S))
        return found

    async def _read_again(self, least_s: float) -> None:
        async with self._reading:
            if self._clock() - self._tried < least_s:
                return
            self._tried = self._clock()
            try:
                self._keys = keys_of(await asyncio.to_thread(read, self._source))
                self._read_at = self._clock()
            except (OSError, ValueError):
                if self._clock() - self._read_at >= KEPT_S:
                    self._keys = {}
