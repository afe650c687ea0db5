"""What the API answers: frozen models, money as decimal strings with their currency."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

CENT = Decimal("0.01")
Source = Literal["personalised", "similar", "trending"]


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


class DealDetail(Deal):
    """A deal with everything that its verdict stands on."""

    description: str | None
    terms: str | None
    factors: dict[str, float | None]
    evidence: Any = Field(description="What the verdict was drawn from")
    model_version: str | None
    release_id: str
    data_as_of: datetime


class Total(Answer):
    """How many there are: exactly (`eq`), or at least (`gte`)."""

    value: int
    relation: Literal["eq", "gte"]


class FacetValue(Answer):
    """One choice of a facet and what it would bring."""

    value: str
    label: str
    count: int


class Facets(Answer):
    """Counts by category, merchant and brand."""

    category: list[FacetValue]
    merchant: list[FacetValue]
    brand: list[FacetValue]


class DealList(Answer):
    """A page of deals. `total` and `facets` come with the first page only."""

    items: list[Deal]
    total: Total | None
    facets: Facets | None
    next_cursor: str | None = Field(description="Opaque; absent on the last page")
    did_you_mean: str | None = Field(description="The words that were searched instead of those asked for")
    match: Literal["exact", "corrected", "fuzzy"]
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


class Product(ProductCard):
    """A sellable variant, whoever sells it."""

    item_group_id: UUID | None
    description: str | None
    gtin: str | None
    offers_count: int | None
    lowest_price: Money | None
    highest_price: Money | None
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
    """Days on which a price moved, and each merchant's last day; `lowest_30d` covers the 30 days before `data_as_of`."""

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
    reason: str
    reason_parts: Any
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
