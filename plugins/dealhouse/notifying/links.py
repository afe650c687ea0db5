"""The signed links in mails, which the API reads (serving/letters.py says the same rule; a test holds the two together)."""

import base64
import hashlib
import hmac

from dealhouse.settings import settings


def unsubscribe(customer_key: str) -> str:
    return _address(f"unsubscribe.{customer_key}.")


def confirm(customer_key: str, address_hash: str) -> str:
    return _address(f"confirm.{customer_key}.{address_hash}")


def page(path: str) -> str:
    """A page of the storefront."""
    return settings().storefront_url.rstrip("/") + path


def _address(told: str) -> str:
    return page(f"/letters/{told}.{sign(told, settings().link_secret.get_secret_value())}")


def sign(told: str, secret: str) -> str:
    """HMAC-SHA256 in base64url without padding."""
    digest = hmac.digest(secret.encode(), told.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
