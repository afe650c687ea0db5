"""Who a shopper is to the platform: a keyed hash instead of the shop's own number, and a signed token that carries it."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import jwt

from bazaar.settings import BazaarSettings

ALGORITHM = "HS256"
AUDIENCE = "dealhouse"
LIFETIME = timedelta(days=30)


def customer_key(settings: BazaarSettings, native_customer_id: str) -> str:
    """HMAC-SHA256 of `<shop>:<native id>`, the first 32 hex digits."""
    message = f"{settings.shop_id}:{native_customer_id}".encode()
    return hmac.new(settings.hmac_secret.encode(), message, hashlib.sha256).hexdigest()[:32]


def token(settings: BazaarSettings, native_customer_id: str) -> str:
    """A shopper's token. It expires by the wall clock, which is the API's, not by the bazaar's."""
    claims = {
        "sub": customer_key(settings, native_customer_id), "aud": AUDIENCE, "iss": settings.shop_id,
        "exp": datetime.now(tz=UTC) + LIFETIME,
    }
    return jwt.encode(claims, settings.token_secret, algorithm=ALGORITHM)
