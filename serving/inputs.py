"""What clients ask: parameters and bodies, refused with 422 when they are not what they must be."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.types import StringConstraints

MAX_EVENTS = 500
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
Sort = Literal["relevance", "discount", "price", "popularity", "newest", "ending_soon"]
EventKind = Literal[
    "page_view", "product_view", "search", "add_to_cart", "remove_from_cart", "checkout_start", "purchase",
    "deal_click", "deal_save", "deal_report", "impression",
]


def storable(text: str) -> str:
    """The text itself. Raises ValueError for what Postgres cannot hold: NUL, and halves of a surrogate pair."""
    if any(letter == "\x00" or "\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("holds a character that no text may hold (NUL or a lone surrogate)")
    return text


def blank_is_none(value: object) -> object:
    """A form sends an empty field for «not chosen»."""
    return None if isinstance(value, str) and not value.strip() else value


def without_blanks(value: object) -> object:
    return [each for each in value if blank_is_none(each) is not None] if isinstance(value, list) else value


def plausible(moment: datetime) -> datetime:
    """The moment in UTC. Raises ValueError outside this century."""
    if not EARLIEST <= moment < LATEST:
        raise ValueError("must lie between 2000 and 2100")
    return moment.astimezone(UTC)


Blank = BeforeValidator(blank_is_none)
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(storable)]
Words = Annotated[list[Word], BeforeValidator(without_blanks), Field(max_length=20)]
Country = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{2}$")]
CursorText = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class DealQuery(BaseModel):
    """A question about deals. Within one filter the choices widen, filters among each other narrow."""

    model_config = ConfigDict(frozen=True)

    q: Annotated[Word | None, Blank] = Field(None, description="Words to search", examples=["wireless headphones"])
    category: Words = Field(default_factory=list, examples=[["audio"]])
    merchant: Words = Field(default_factory=list, description="merchant_id", examples=[["house"]])
    brand: Words = Field(default_factory=list, description="Brand, in any case of letters")
    min_discount: Annotated[Decimal | None, Blank] = Field(None, ge=0, le=100, description="Percent", examples=["10"])
    max_discount: Annotated[Decimal | None, Blank] = Field(None, ge=0, le=100, description="Percent", examples=["50"])
    min_price: Annotated[Decimal | None, Blank] = Field(
        None, ge=0, le=Decimal("999999.99"), description="In the reporting currency", examples=["50"]
    )
    max_price: Annotated[Decimal | None, Blank] = Field(
        None, gt=0, le=Decimal("999999.99"), description="In the reporting currency", examples=["200"]
    )
    min_rating: Annotated[Decimal | None, Blank] = Field(None, ge=0, le=5, description="Mean of the product", examples=["4"])
    country: Annotated[Country | None, Blank] = Field(None, description="Two letters", examples=["DE"])
    in_stock: Annotated[bool | None, Blank] = Field(None, description="Only what can be bought now")
    sort: Annotated[Sort | None, Blank] = Field(None, description="relevance when words are searched, else popularity")
    personalise: Annotated[bool | None, Blank] = Field(
        None, description="Put what the shopper of the token likes first within each page; without a token it does nothing"
    )
    cursor: Annotated[CursorText | None, Blank] = Field(None, description="next_cursor of the page before")
    limit: int = Field(20, ge=1, le=100)

    @property
    def order(self) -> Sort:
        """The sort in force: without words there is no relevance."""
        if self.sort is None or self.sort == "relevance":
            return "relevance" if self.q else "popularity"
        return self.sort


class SkuBatch(BaseModel):
    """SKUs whose prices are asked for."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"skus": ["SKU-0001", "SKU-0002"]}]})

    skus: list[Word] = Field(min_length=1, max_length=1000)


class Event(BaseModel):
    """Something a shopper did. Who did it is taken from the token, never from here."""

    event_id: UUID
    kind: EventKind
    event_at: Annotated[AwareDatetime, AfterValidator(plausible)]
    session_id: Word
    anonymous_id: Word | None = None
    product_id: UUID | None = None
    deal_id: UUID | None = None
    sku: Word | None = None
    query: Annotated[str, StringConstraints(max_length=500), AfterValidator(storable)] | None = None
    list: Word | None = None
    position: Annotated[int, Field(ge=0, le=100_000)] | None = None
    propensity: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    release_id: Word | None = None
    variant: Word | None = None
    device: Word | None = None
    country: Country | None = None
    channel: Word | None = Field(None, description="What brought the visit here; its first event tells", examples=["newsletter"])
    results: int | None = Field(None, ge=0, le=1_000_000, description="How many results a search showed")


class EventBatch(BaseModel):
    """Events of one client; one that is not valid refuses the whole batch, so that nothing is lost in silence."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"events": [{
        "event_id": "6f0f8a52-3f5e-4f0a-9a39-0d8f2f7f5a11", "kind": "impression", "event_at": "2026-05-05T10:15:00Z",
        "session_id": "s-1", "list": "for-you", "position": 1, "product_id": "1f9d54f4-5a0d-4a5e-8b6b-2f6f4f0a7c01",
    }]}]})

    events: list[Event] = Field(min_length=1, max_length=MAX_EVENTS)
