"""Who a shopper is to the platform: a keyed hash instead of the shop's own number, and a signed token that carries it.

Tokens are signed by Ed25519 and verified by the public key of `/shop/v1/jwks.json`. The private key is drawn from the token
secret, so that every process of the shop has the same one and none lies in a file.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bazaar.settings import BazaarSettings

AUDIENCE = "dealhouse"
LIFETIME = timedelta(days=30)


def customer_key(settings: BazaarSettings, native_customer_id: str) -> str:
    """HMAC-SHA256 of `<shop>:<native id>`, the first 32 hex digits."""
    message = f"{settings.shop_id}:{native_customer_id}".encode()
    return hmac.new(settings.hmac_secret.encode(), message, hashlib.sha256).hexdigest()[:32]


def token(settings: BazaarSettings, native_customer_id: str, scope: str = "customer") -> str:
    """A shopper's token. It expires by the wall clock, which is the API's, not by the bazaar's."""
    claims = {
        "sub": customer_key(settings, native_customer_id), "aud": AUDIENCE, "iss": settings.shop_id, "scope": scope,
        "exp": datetime.now(tz=UTC) + LIFETIME,
    }
    if settings.signature == "HS256":
        return jwt.encode(claims, settings.token_secret, algorithm="HS256")
    return jwt.encode(claims, _private_key(settings), algorithm="EdDSA", headers={"kid": _public(settings)["kid"]})


def jwks(settings: BazaarSettings) -> dict[str, Any]:
    """The key set that the shop publishes; empty where it signs with a secret."""
    return {"keys": [] if settings.signature == "HS256" else [_public(settings)]}


def _private_key(settings: BazaarSettings) -> Ed25519PrivateKey:
    seed = hmac.new(settings.token_secret.encode(), b"the key of shoppers' tokens", hashlib.sha256).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public(settings: BazaarSettings) -> dict[str, str]:
    """The public key as a JWK (RFC 8037); its kid is its thumbprint (RFC 7638)."""
    x = _base64url(_private_key(settings).public_key().public_bytes_raw())
    named = f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "use": "sig", "alg": "EdDSA",
            "kid": _base64url(hashlib.sha256(named.encode()).digest())}


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
