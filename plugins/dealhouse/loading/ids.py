"""Ids that need SHA-1 or a secret: Postgres here has neither pgcrypto nor uuid-ossp, so loading computes them."""

import hashlib
import hmac
import uuid
from functools import lru_cache

from dealhouse.settings import settings

OFFER_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://dealhouse/offer")
HOUSE = "house"
KEY_LENGTH = 32


@lru_cache(maxsize=1 << 17)
def uuid5(name: str) -> str:
    """The RFC 4122 version 5 UUID of a name in the offer namespace."""
    digest = bytearray(hashlib.sha1(OFFER_NAMESPACE.bytes + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    plain = digest.hex()
    return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"


def offer_id(merchant_id: str, country: str, native_product_id: str, native_variant_id: str = "") -> str:
    """The id of one listing of one sellable variant; its currency is an attribute, not a part of it."""
    return uuid5(f"{merchant_id}|{country}|{native_product_id}|{native_variant_id}")


@lru_cache(maxsize=1 << 17)
def customer_key(shop_id: str, native_customer_id: str) -> str:
    """The keyed hash that stands for a person: HMAC-SHA256 under the deployment's secret, 32 hex digits."""
    return _keyed(f"{shop_id}:{native_customer_id}")


def email_hash(email: str) -> str:
    """The keyed hash of an address, lower-cased and trimmed, so that two accounts of one person can be seen."""
    return _keyed(f"email:{email.strip().lower()}")


@lru_cache(maxsize=1 << 17)
def erased_hash(key: str) -> str:
    """What is kept of an erased customer_key: enough to know it when it comes again, not to say whose it was."""
    return _keyed(f"erased:{key}")


def _keyed(words: str) -> str:
    secret = settings().hmac_secret.get_secret_value()
    return hmac.new(secret.encode(), words.encode(), hashlib.sha256).hexdigest()[:KEY_LENGTH]
