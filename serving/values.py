"""What answers are made of: a frozen base, money as decimal strings with their currency, a merchant, an address."""

from datetime import time
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

CENT = Decimal("0.01")


def web_address(value: object) -> str | None:
    """An http(s) address, or None: a merchant's `javascript:` never becomes a link."""
    if not isinstance(value, str):
        return None
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        return None
    return value.strip() if parts.scheme in ("http", "https") and parts.netloc else None


WebAddress = Annotated[str | None, BeforeValidator(web_address)]
# a time of day on somebody's wall: JSON Schema's own `time` would have an offset
WALL_TIME = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$", "examples": ["21:00:00"]}
WallTime = Annotated[time, WithJsonSchema(WALL_TIME)]


class Answer(BaseModel):
    """Base of everything answered."""

    model_config = ConfigDict(frozen=True)


class Money(Answer):
    """An amount in a currency; a string, since a float is no money."""

    amount: str = Field(pattern=r"^-?\d+\.\d{2}$", examples=["12.34"])
    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["EUR"])


def money(amount: Decimal | None, currency: str | None) -> Money | None:
    """Money, or None when either half is missing: nothing defaults a currency."""
    if amount is None or currency is None:
        return None
    return Money(amount=f"{amount.quantize(CENT, ROUND_HALF_UP):.2f}", currency=currency.strip())


class Merchant(Answer):
    """Who sells; reputation from 0 to 1."""

    merchant_id: str = Field(examples=["north-audio"])
    name: str = Field(examples=["North Audio"])
    reputation: float | None = Field(examples=[0.87])
