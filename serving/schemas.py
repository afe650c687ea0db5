"""What the API answers."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from serving.values import Answer, Merchant, Money, WebAddress

Source = Literal["personalised", "similar", "trending"]


class Deal(Answer):
    """A price reduction of one offer, with what we think of it."""

    deal_id: UUID
    offer_id: UUID
    product_id: UUID | None
    merchant: Merchant
    title: str = Field(examples=["Aurora Wireless Headphones"])
    brand: str | None
    category: str | None
    image_url: WebAddress
    url: WebAddress
    affiliate_url: WebAddress
    coupon_code: str | None
    country: str | None
    price: Money
    price_reporting: Money | None = Field(description="The price in the reporting currency at its day's rate")
    reference_price: Money | None
    reference_kind: str | None
    discount_pct: float | None = Field(description="Computed from price and reference price", examples=[31.5])
    availability: str = Field(examples=["in_stock"])
    is_live: bool = Field(description="Price and availability come from the live offer, not from the release")
    started_at: datetime | None
    ends_at: datetime | None
    observed_at: datetime
    lowest_30d: Money | None
    merchants_count: int | None
    score: float | None
    confidence: float | None
    verdict: str | None
    suspicious_pricing: bool | None
    tags: list[str]


class ScorePart(Answer):
    """One part of a deal's score: its value from 0 to 1, its weight, and what it adds to the score."""

    value: float | None
    weight: float
    contribution: float


class DealDetail(Deal):
    """A deal with everything that its verdict stands on."""

    description: str | None
    terms: str | None
    factors: dict[str, float | None]
    score_parts: dict[str, ScorePart] = Field(description="What the score is made of")
    click_probability: float | None = Field(description="Chance of a click where it stands first")
    evidence: Any = Field(description="What the verdict was drawn from")
    model_version: str | None
    release_id: str
    data_as_of: datetime


class Offer(Answer):
    """One merchant's listing of a product."""

    offer_id: UUID
    product_id: UUID
    merchant: Merchant
    title: str
    variant_title: str | None
    url: WebAddress
    affiliate_url: WebAddress
    condition: str | None
    price: Money
    price_reporting: Money | None
    rate_day: date | None = Field(description="The day of the exchange rate in price_reporting")
    reference_price: Money | None
    discount_pct: float | None
    availability: str
    is_live: bool
    shipping_cost: Money | None
    band: str | None = Field(description="How sure the match to the product is: auto, review or apart")
    probability: float | None
    deal_id: UUID | None
    verdict: str | None
    observed_at: datetime


class OfferList(Answer):
    """All offers of a product, what can be bought first, cheapest first."""

    items: list[Offer]
    release_id: str
    data_as_of: datetime


class ProductCard(Answer):
    """A product in short."""

    product_id: UUID
    title: str
    brand: str | None
    category: str | None
    image_url: WebAddress
    rating: float | None
    review_count: int | None
    merchants_count: int | None


class ProductTag(Answer):
    """What was read of a product: its kind (colour, capacity, material ...), the value, how sure we are."""

    kind: str
    value: str
    confidence: float


class Product(ProductCard):
    """A sellable variant, whoever sells it."""

    item_group_id: UUID | None
    subcategory: str | None
    tags: list[ProductTag]
    description: str | None
    gtin: str | None
    offers_count: int | None
    lowest_price: Money | None
    highest_price: Money | None
    lowest_30d: Money | None = Field(description="The lowest of 30 watched days; absent when they were not watched")
    lowest_ever: Money | None = Field(description="The lowest price that we ever saw, glitches apart")
    lowest_ever_at: datetime | None
    house_sku: str | None
    best_offer: Offer | None = Field(description="The cheapest offer in stock now")
    release_id: str
    data_as_of: datetime


class PricePoint(Answer):
    """A merchant's price from this day on, until its next point."""

    merchant_id: str
    day: date
    low: Money
    high: Money
    low_reporting: Money | None


class PriceHistory(Answer):
    """Days on which a price moved, and each merchant's last day; `lowest_30d` is the product's, at whatever merchant."""

    product_id: UUID
    points: list[PricePoint]
    lowest_30d: Money | None
    release_id: str
    data_as_of: datetime


class SimilarItem(Answer):
    """A product like another, with its best offer and the reason."""

    product: ProductCard
    offer: Offer
    score: float
    reason_code: str
    reason: str


class SimilarList(Answer):
    """Products like another that can be bought now."""

    items: list[SimilarItem]
    model_version: str | None
    release_id: str
    data_as_of: datetime


class RecommendedItem(SimilarItem):
    """An item that we suggest, its best live offer, and why."""

    position: int
    source: Source


class RecommendationList(Answer):
    """Suggestions in order; nothing out of stock is among them."""

    items: list[RecommendedItem]
    source: Source
    model_version: str | None
    release_id: str
    data_as_of: datetime


class Price(Answer):
    """What a house SKU should cost, and why."""

    sku: str
    product_id: UUID | None
    price: Money
    previous_price: Money | None
    reason: str = Field(description="In full with the scope `prices`, else how it moved", examples=["Kept at 9.99 EUR"])
    reason_parts: Any = Field(description="What it is made of: with the scope `prices` only")
    rail: str | None = Field(description="The guard rail that held the price, if any")
    model_version: str | None
    as_of: datetime


class PriceList(Answer):
    """A page of prices in the order of SKUs."""

    items: list[Price]
    next_cursor: str | None
    release_id: str
    data_as_of: datetime


class PriceBatch(Answer):
    """Prices of a batch of SKUs, and the SKUs that have none."""

    items: list[Price]
    unknown: list[str]
    release_id: str
    data_as_of: datetime


class EventReceipt(Answer):
    """What became of a batch of events."""

    accepted: int
    duplicates: int
    request_id: UUID
