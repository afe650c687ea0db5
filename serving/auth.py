"""The shop's token: HS256, `sub` is a customer_key, and only these claims count."""

from typing import Annotated

import jwt
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import TypeAdapter, ValidationError
from pydantic.types import StringConstraints

from serving.problems import UnauthorizedError
from serving.settings import Settings

ALGORITHM = "HS256"
AUDIENCE = "dealhouse"
CustomerKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_CUSTOMER_KEY: TypeAdapter[str] = TypeAdapter(CustomerKey)
_BEARER = HTTPBearer(auto_error=False, description="The shop's token: HS256, audience `dealhouse`, issuer the shop's id")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


def customer_key(token: str, config: Settings) -> str:
    """The customer that a token speaks for. Raises UnauthorizedError on anything but a living token of our shop."""
    try:
        claims = jwt.decode(
            token, config.token_secret.get_secret_value(), algorithms=[ALGORITHM], audience=AUDIENCE, issuer=config.shop_id,
            options={"require": ["exp", "sub", "aud", "iss"]},
        )
        return _CUSTOMER_KEY.validate_python(claims["sub"])
    except (jwt.InvalidTokenError, ValidationError) as error:
        raise UnauthorizedError("The token is not one that we accept, or it has expired.") from error


def known_customer(request: Request, credentials: Credentials) -> str | None:
    """The caller's customer_key; None without an Authorization header. Raises UnauthorizedError on a bad token."""
    if credentials is None:
        if "authorization" in request.headers:
            raise UnauthorizedError("The Authorization header must read: Bearer <token>.")
        return None
    return customer_key(credentials.credentials, request.app.state.settings)


def required_customer(known: Annotated[str | None, Depends(known_customer)]) -> str:
    """The caller's customer_key. Raises UnauthorizedError without a token."""
    if known is None:
        raise UnauthorizedError("This is personal: send the shop's token as Authorization: Bearer <token>.")
    return known
