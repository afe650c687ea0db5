"""What the API answers about what a shopper keeps."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from serving.own_inputs import AlertKind, Channel, Purpose
from serving.schemas import Deal
from serving.values import Answer, Money, WallTime


class SavedDeal(Answer):
    """A deal that was saved, with today's price; `deal` is absent once it is over."""

    deal_id: UUID
    product_id: UUID | None
    saved_at: datetime
    deal: Deal | None


class SavedDealList(Answer):
    """Saved deals, the latest first."""

    items: list[SavedDeal]


class SavedSearch(Answer):
    """A search that is kept: new deals that it finds are told."""

    search_id: UUID
    name: str = Field(examples=["Headphones below 200"])
    query: dict[str, Any] = Field(examples=[{"q": "wireless headphones", "max_price": "200"}])
    created_at: datetime


class SavedSearchList(Answer):
    """Saved searches, the latest first."""

    items: list[SavedSearch]


class Alert(Answer):
    """What is waited for; told once, then it is `fired`."""

    alert_id: UUID
    kind: AlertKind
    product_id: UUID
    offer_id: UUID | None
    threshold: str | None = Field(description="An amount for price_below, else percent", examples=["149.00"])
    currency: str | None = Field(examples=["EUR"])
    baseline_price: Money | None = Field(description="What the best offer cost when the alert was made")
    status: Literal["active", "fired"]
    created_at: datetime
    fired_at: datetime | None


class AlertList(Answer):
    """Alerts that wait or have fired, the latest first."""

    items: list[Alert]


class Preferences(Answer):
    """How a shopper wants to be told, and what interests them."""

    country: str | None
    currency: str | None
    language: str | None
    categories: list[str]
    brands: list[str]
    is_personalised: bool
    channels: list[Channel]
    timezone: str | None
    quiet_from: WallTime | None
    quiet_until: WallTime | None
    digest: Literal["off", "daily", "weekly"]
    is_unsubscribed: bool
    updated_at: datetime | None = Field(description="Absent until something was chosen")


class Consent(Answer):
    """One answer to a question of consent."""

    purpose: Purpose
    granted: bool
    text_version: str
    given_at: datetime


class ConsentList(Answer):
    """What holds now, by purpose, and the latest answers."""

    current: dict[Purpose, bool]
    items: list[Consent]


class NotInterested(Answer):
    """Something that is not to be shown."""

    entry_id: UUID
    kind: Literal["product", "category", "brand"]
    value: str
    created_at: datetime


class NotInterestedList(Answer):
    """What is not to be shown, the latest first."""

    items: list[NotInterested]


class Contacts(Answer):
    """Whether we know where to reach the shopper. Where that is, this API cannot read."""

    has_email: bool
    is_verified: bool = Field(description="The address was confirmed; nothing else is sent there before")
    has_webhook: bool


class WebhookSecret(Answer):
    """With what messages to the webhook are signed; told this once."""

    secret: str


class Notification(Answer):
    """A message on the shopper's own page."""

    notification_id: int
    kind: str = Field(examples=["price_below"])
    title: str
    body: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


class NotificationList(Answer):
    """Messages, the latest first. `next_before` leads on; absent on the last page."""

    items: list[Notification]
    unread: int
    next_before: int | None


class ReadReceipt(Answer):
    """How many messages were marked, and how many are left."""

    marked: int
    unread: int


class ReportReceipt(Answer):
    """Thanks; a shopper's report counts once for a deal."""

    deal_id: UUID
    is_new: bool
