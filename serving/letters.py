"""The signed links in our mails: who follows one speaks for the customer that it names, to that one purpose.

`<purpose>.<customer_key>.<detail>.<signature>`; the signature is HMAC-SHA256 of what stands before it, in base64url without
padding. `dealhouse.notifying` writes them by the same rule; a test holds the two together.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal, cast

from serving.problems import NotFoundError

Purpose = Literal["unsubscribe", "confirm"]
PURPOSES = ("unsubscribe", "confirm")
MOST_LETTERS = 500


@dataclass(frozen=True)
class Letter:
    """What a link says. detail: of `confirm` the SHA-256 of the address in small letters; of `unsubscribe` nothing."""

    purpose: Purpose
    customer_key: str
    detail: str


def read(token: str, secret: str | None) -> Letter:
    """What the link says. Raises NotFoundError for one that we did not sign."""
    parts = token.split(".")
    if secret and len(token) <= MOST_LETTERS and len(parts) == 4 and parts[0] in PURPOSES and token.isascii():
        said, signature = token.rsplit(".", 1)
        if hmac.compare_digest(sign(said, secret), signature):
            return Letter(cast(Purpose, parts[0]), parts[1], parts[2])
    raise NotFoundError("This link is not one of ours, or it was cut short.")


def sign(said: str, secret: str) -> str:
    digest = hmac.digest(secret.encode(), said.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
