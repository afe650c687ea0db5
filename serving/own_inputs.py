"""What shoppers ask to be kept, refused with 422 when it is not what it must be."""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.types import StringConstraints

from serving.inputs import Blank, Country, Word, Words, storable
from serving.values import WallTime

MAX_AMOUNT = Decimal("999999999")
AlertKind = Literal["price_below", "drop_pct", "rise", "back_in_stock"]
Purpose = Literal["alerts", "marketing", "personalisation"]
Channel = Literal["email", "webhook", "inbox"]
_MAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")


def decimal_text(value: object) -> object:
    """An amount is a string of digits: a float is no money, and 1e9999 no amount."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,9}(\.\d{1,4})?", value.strip(), re.ASCII):
        raise ValueError('an amount is a string such as "12.34"')
    return Decimal(value.strip())


def mail_address(text: str) -> str:
    """The address. Raises ValueError for what no mail server would take, and for what could break a header."""
    if len(text) > 254 or not text.isascii() or not _MAIL.fullmatch(text):
        raise ValueError("is not an e-mail address")
    return text


def https_address(text: str) -> str:
    """The address. Whom it leads to is checked when something is sent there. Raises ValueError."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError("is not an address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or port == 0 or not text.isprintable():
        raise ValueError("must be an http(s) address without a login")
    return text


def time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is not a time zone such as Europe/Berlin")
    return name


Amount = Annotated[Decimal, BeforeValidator(decimal_text), Field(gt=0, le=MAX_AMOUNT)]
Currency = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{3}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
TimeZone = Annotated[str, StringConstraints(max_length=64), AfterValidator(storable), AfterValidator(time_zone)]
MailAddress = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(storable), AfterValidator(mail_address)]
HttpAddress = Annotated[str, StringConstraints(max_length=2000), AfterValidator(storable), AfterValidator(https_address)]
Few = Annotated[list[Word], Field(max_length=50)]


class Wish(BaseModel):
    """Base of what is asked to be kept: what nobody knows is refused, so that nothing is lost in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _example(**values: Any) -> ConfigDict:  # noqa: ANN401
    return ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [values]})


class WantedDeals(Wish):
    """Which deals a saved search is told of. Within one filter the choices widen, filters among each other narrow."""

    q: Annotated[Word | None, Blank] = None
    category: Words = Field(default_factory=list)
    merchant: Words = Field(default_factory=list)
    brand: Words = Field(default_factory=list)
    min_discount: Amount | None = Field(None, le=100)
    min_price: Amount | None = Field(None, description="In the reporting currency")
    max_price: Amount | None = Field(None, description="In the reporting currency")
    country: Country | None = None

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if not self.model_dump(exclude_defaults=True):
            raise ValueError("a search asks for something")
        return self


class SearchWish(Wish):
    """A search to be kept, under a name of the shopper's."""

    model_config = _example(name="Headphones below 200", query={"q": "wireless headphones", "max_price": "200"})

    name: Word
    query: WantedDeals


class AlertWish(Wish):
    """What to wait for. `threshold` is an amount of `currency` for price_below, a percentage for drop_pct and rise."""

    model_config = _example(
        kind="price_below", product_id="1f9d54f4-5a0d-4a5e-8b6b-2f6f4f0a7c01", threshold="149.00", currency="EUR",
    )

    kind: AlertKind
    product_id: UUID | None = None
    offer_id: UUID | None = Field(None, description="One merchant's listing; without it any offer of the product will do")
    threshold: Amount | None = None
    currency: Currency | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.product_id is None) == (self.offer_id is None):
            raise ValueError("name a product_id or an offer_id, and not both")
        if self.kind == "back_in_stock":
            if self.threshold is not None or self.currency is not None:
                raise ValueError("back_in_stock has neither threshold nor currency")
        elif self.threshold is None or self.currency is None:
            raise ValueError(f"{self.kind} needs a threshold and a currency")
        if self.kind == "drop_pct" and self.threshold is not None and self.threshold >= 100:
            raise ValueError("a price falls by less than 100 percent")
        return self


class PreferenceWish(Wish):
    """How a shopper wants to be told, and what interests them: the whole of it each time."""

    model_config = _example(
        country="DE", currency="EUR", language="de", categories=["audio"], channels=["inbox", "email"],
        timezone="Europe/Berlin", quiet_from="21:00", quiet_until="08:00", digest="daily",
    )

    country: Country | None = None
    currency: Currency | None = None
    language: Language | None = None
    categories: Few = Field(default_factory=list)
    brands: Few = Field(default_factory=list)
    is_personalised: bool = True
    channels: tuple[Channel, ...] = Field(("inbox",), max_length=3)
    timezone: TimeZone | None = None
    quiet_from: WallTime | None = None
    quiet_until: WallTime | None = None
    digest: Literal["off", "daily", "weekly"] = "off"
    is_unsubscribed: bool = Field(False, description="Nothing is sent anywhere but to the shopper's own page")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValueError("quiet hours have a beginning and an end")
        if any(moment and moment.tzinfo for moment in (self.quiet_from, self.quiet_until)):
            raise ValueError("quiet hours are hours of the shopper's own clock")
        return self


class ConsentWish(Wish):
    """An answer to a question of consent, and in which wording it was asked."""

    model_config = _example(purpose="alerts", granted=True, text_version="2026-05")

    purpose: Purpose
    granted: bool
    text_version: Annotated[Word, StringConstraints(max_length=100)]


class NotInterestedWish(Wish):
    """What a shopper does not want to see."""

    model_config = _example(kind="brand", value="Volt")

    kind: Literal["product", "category", "brand"]
    value: Word

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.kind == "product":
            try:
                UUID(self.value)
            except ValueError as error:
                raise ValueError("a product is named by its id") from error
        return self


class EmailWish(Wish):
    """A mailbox."""

    model_config = _example(address="ann@mail.example")

    address: MailAddress


class WebhookWish(Wish):
    """An address that messages are posted to."""

    model_config = _example(url="https://hooks.example/dealhouse")

    url: HttpAddress


class ReadWish(Wish):
    """Which messages were read: these, or all up to one."""

    model_config = _example(up_to=42)

    ids: list[Annotated[int, Field(ge=1, lt=2**63)]] = Field(default_factory=list, max_length=200)
    up_to: int | None = Field(None, ge=1, lt=2**63)


class ReportWish(Wish):
    """What is wrong with a deal."""

    model_config = _example(reason="wrong_price", session_id="s-1")

    reason: Literal["wrong_price", "not_available", "expired", "misleading", "fake", "offensive", "other"]
    session_id: Word | None = Field(None, description="The visit during which it was seen, as events name it")
