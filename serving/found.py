"""What a search answers: pages of deals, the counts beside them, suggestions."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from serving.schemas import Deal
from serving.values import Answer


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
    """What each further choice would leave; `gte`: only the most popular matches were counted, there are at least so many.

    price: bands as `from-to`, for min_price and max_price; discount, rating: at least so much, for min_discount and min_rating.
    """

    category: list[FacetValue]
    merchant: list[FacetValue]
    brand: list[FacetValue]
    price: list[FacetValue]
    discount: list[FacetValue]
    rating: list[FacetValue]
    in_stock: int = Field(description="How many of them can be bought now")
    relation: Literal["eq", "gte"]


class Highlights(Answer):
    """Pieces of a deal's texts, escaped for HTML, with the words that were found in `<mark>`; at most 150 letters each."""

    title: str | None = Field(examples=["Aurora Wireless <mark>Headphones</mark>"])
    description: str | None


class FoundDeal(Deal):
    """A deal as a search found it."""

    highlights: Highlights | None = Field(description="Absent where no words were searched")


class DealList(Answer):
    """A page of deals. `total` and `facets` come with the first page only; `related` and `trending` are what to show after
    few deals, and instead of none."""

    items: list[FoundDeal]
    total: Total | None
    facets: Facets | None
    next_cursor: str | None = Field(description="Opaque; absent on the last page")
    did_you_mean: str | None = Field(description="The words that were searched instead of those asked for")
    match: Literal["exact", "prefix", "corrected", "relaxed", "fuzzy"] = Field(
        description="How it was found: by all words; the last one a beginning; other spelling; fewer words; letters alike"
    )
    personalised: bool = Field(False, description="Each page was put in the order of the token's shopper")
    related: list[FoundDeal] = Field(
        default_factory=list, description="Deals that fit some of the words, where those that fit all of them fill no page"
    )
    trending: list[Deal] = Field(default_factory=list, description="The most popular deals, where nothing was found")
    release_id: str
    data_as_of: datetime


class Suggestion(Answer):
    """Something to search or open: a query of other shoppers, a brand, a category, or a product (`value`: its product_id)."""

    kind: Literal["query", "brand", "category", "product"]
    text: str = Field(examples=["Sonora"])
    value: str
    count: int = Field(description="Deals of it; of a query, how often it was searched")


class SuggestionList(Answer):
    """At most ten, best first. `completed` is the beginning that they belong to when another spelling was needed."""

    items: list[Suggestion]
    completed: str | None
    release_id: str
    data_as_of: datetime
