"""Who asks: a shopper or one of the staff by the shop's token, a machine client by its key, or nobody whom we know.

Tokens are the shop's: this API verifies them and issues none. With a JWKS they are EdDSA or RS256, as the key that their `kid`
names; without one HS256, and only where a secret is set.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

import jwt
from fastapi import Depends, Request
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from pydantic import TypeAdapter, ValidationError
from pydantic.types import StringConstraints
from starlette.datastructures import Headers

from serving.jwks import KeySet
from serving.keys import ServiceKey
from serving.keys.ring import Keyring
from serving.problems import ForbiddenError, ServingError, UnauthorizedError
from serving.settings import Settings

AUDIENCE = "dealhouse"
CUSTOMER, STAFF = "customer", "staff"
LEEWAY_S = 10
MOST_LETTERS = 4096
CustomerKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_CUSTOMER_KEY: TypeAdapter[str] = TypeAdapter(CustomerKey)
_BEARER = HTTPBearer(auto_error=False, scheme_name="ShopToken", bearerFormat="JWT", description=(
    "The shop's token: audience `dealhouse`, issuer the shop's id, `sub` the customer's key, `scope` of `customer` (the default) "
    "and `staff`; EdDSA or RS256 by the shop's JWKS, HS256 in the demo of an own shop."
))
SERVICE_KEY = APIKeyHeader(name="X-API-Key", scheme_name="ServiceKey", auto_error=False, description=(
    "A machine client's key, with limits and scopes of its own; it may come beside a shopper's token."
))


@dataclass(frozen=True)
class Caller:
    """Who asks, and what they may: `subject` is a token's `sub`, `refused` why a token was not accepted."""

    subject: str | None = None
    scopes: frozenset[str] = frozenset()
    key: ServiceKey | None = None
    refused: ServingError | None = None

    @property
    def customer_key(self) -> str | None:
        """The shopper that the token speaks for."""
        return self.subject if CUSTOMER in self.scopes else None

    @property
    def known(self) -> bool:
        return self.subject is not None or self.key is not None


class Doorman:
    """Tells who asks. `ring` knows service keys; the shop's keys come from the settings' JWKS."""

    def __init__(self, config: Settings, ring: Keyring) -> None:
        self.ring = ring
        self._shop = config.shop_id
        self._jwks = KeySet(config.jwks) if config.jwks else None
        self._secret = config.token_secret.get_secret_value() if config.token_secret and not config.jwks else ""

    async def caller(self, headers: Headers) -> Caller:
        """Who asks. Raises UnauthorizedError for a service key that is none; a token that is none is told where one counts."""
        key = await self.ring.owner(headers["x-api-key"]) if "x-api-key" in headers else None
        caller = Caller(key=key, scopes=key.scopes if key else frozenset())
        if "authorization" not in headers:
            return caller
        try:
            claims = await self._claims(_bearer(headers))
        except ServingError as error:
            return replace(caller, refused=error)
        return replace(caller, subject=claims["sub"], scopes=caller.scopes | _scopes(claims))

    async def _claims(self, token: str) -> Mapping[str, Any]:
        """A token's claims. Raises UnauthorizedError on anything but a living token of our shop."""
        try:
            algorithm, key = await self._key(token)
            claims: dict[str, Any] = jwt.decode(
                token, key, algorithms=[algorithm], audience=AUDIENCE, issuer=self._shop, leeway=LEEWAY_S,
                options={"require": ["exp", "sub", "aud", "iss"]},
            )
            _CUSTOMER_KEY.validate_python(claims["sub"], strict=True)
        except (jwt.PyJWTError, ValidationError) as error:
            raise _refused() from error
        return claims

    async def _key(self, token: str) -> tuple[str, Any]:
        """The one algorithm that may have signed this token, and its key: never what the token itself asks for."""
        if self._jwks is None:
            if not self._secret:
                raise _refused()
            return "HS256", self._secret
        kid = jwt.get_unverified_header(token).get("kid")
        found = await self._jwks.key(kid) if kid and len(kid) <= 200 else None
        if found is None:
            raise _refused()
        return found.algorithm, found.public


def _bearer(headers: Headers) -> str:
    given = headers.getlist("authorization")
    scheme, _, token = given[0].partition(" ")
    if len(given) != 1 or scheme.lower() != "bearer" or not token.strip():
        raise UnauthorizedError("The Authorization header must read: Bearer <token>.")
    if len(token) > MOST_LETTERS or not token.isascii():
        raise _refused()
    return token.strip()


def _scopes(claims: Mapping[str, Any]) -> frozenset[str]:
    told = claims.get("scope")
    return frozenset({CUSTOMER} if told is None else told.split() if isinstance(told, str) else ())


def _refused() -> UnauthorizedError:
    return UnauthorizedError("The token is not one that we accept, or it has expired.")


async def caller_of(request: Request) -> Caller:
    """Who asks: as the gate found it, or found now where there is no gate."""
    if not hasattr(request.state, "caller"):
        request.state.caller = await request.app.state.doorman.caller(request.headers)
    caller: Caller = request.state.caller
    return caller


Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
Asking = Annotated[Caller, Depends(caller_of)]


async def known_customer(caller: Asking, _: Credentials = None) -> str | None:
    """The caller's customer_key; None without a token, or with one of the staff. Raises UnauthorizedError on a bad token."""
    if caller.refused:
        raise caller.refused
    return caller.customer_key


async def required_customer(caller: Asking, known: Annotated[str | None, Depends(known_customer)]) -> str:
    """The caller's customer_key. Raises UnauthorizedError without a token, ForbiddenError for one that is no shopper's."""
    if known is not None:
        return known
    if caller.known:
        raise ForbiddenError("This is personal: it asks for a shopper's token.")
    raise UnauthorizedError("This is personal: send the shop's token as Authorization: Bearer <token>.")


def required_scope(scope: str) -> Callable[..., Awaitable[Caller]]:
    """A dependency that lets in who has this scope, by token or by service key; it gives the Caller."""

    async def holder(caller: Asking, _: Credentials = None) -> Caller:
        if caller.refused:
            raise caller.refused
        if scope in caller.scopes:
            return caller
        if caller.known:
            raise ForbiddenError(f"This asks for the scope {scope}.")
        raise UnauthorizedError(f"This asks for a token, or a key, with the scope {scope}.")

    return holder
