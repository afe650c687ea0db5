"""One search: words, filters and a sort asked of one version of the search documents."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, get_args

from serving import cursors
from serving.cursors import Cursor
from serving.db import Pointer, Session
from serving.found import DealList, Facets, FacetValue, FoundDeal, Highlights, Total
from serving.highlights import marked
from serving.inputs import DealQuery
from serving.questions import NOTHING, Question, Reading, understood
from serving.reads import shapes
from serving.spelling import Speller
from serving.words import fold

DATASETS = {"search_doc", "deal"}
COUNTED = 2_000
FACET_VALUES = 50
Row = dict[str, Any]
Mode = Literal["exact", "prefix", "corrected", "relaxed", "any", "fuzzy"]
READINGS: dict[Mode, Reading] = {"prefix": "prefix", "any": "any"}


@dataclass(frozen=True)
class Search:
    """What is asked (`query`), with which words, how, and of which versions; a walk by cursor keeps all of it.

    any: one of the words is enough; it is told as `relaxed`, as when words were left out.
    """

    query: DealQuery
    words: str | None
    mode: Mode
    versions: dict[str, int]
    release_id: str
    as_of: datetime
    question: Question = NOTHING

    @property
    def pointer(self) -> Pointer:
        return Pointer("deal", self.versions["deal"], self.release_id, self.as_of)

    async def instead(self, session: Session, speller: Speller, words: str, mode: Mode) -> "Search":
        """The same with other words, or read in another way."""
        return await replace(self, words=words, mode=mode).understood(session, speller)

    async def understood(self, session: Session, speller: Speller) -> "Search":
        """The same with its words understood."""
        if self.words is None:
            return self
        known = await speller.vocabulary(session)
        return replace(self, question=await understood(session, known, self.words, READINGS.get(self.mode, "exact")))

    def parameters(self) -> Row:
        """What both statements, of the page and of the counts, take."""
        query, question = self.query, self.question
        return {
            **self.versions, "q": None if self.words is None else fold(self.words), "fuzzy": self.mode == "fuzzy",
            "tsquery": None if self.words is None else question.tsquery, "category": query.category, "merchant": query.merchant,
            "brand": [brand.lower() for brand in query.brand], "country": query.country, "in_stock": bool(query.in_stock),
            "min_price": query.min_price, "max_price": query.max_price, "min_discount": query.min_discount,
            "max_discount": query.max_discount, "min_rating": query.min_rating,
        }

    def ranking(self, session: Session) -> Row:
        """What only the page's statement takes."""
        query, clicks = self.query, session.pointers.get("search_click")
        live = (query.min_price, query.max_price, query.min_discount, query.max_discount)
        return {
            "sort": query.order, "by_live": bool(query.in_stock) or any(value is not None for value in live),
            "brands": [brand.lower() for brand in self.question.brands], "categories": list(self.question.categories),
            "parts": [part for part, _ in self.question.parts], "weights": [weight for _, weight in self.question.parts],
            "term": self.question.term, "search_click": clicks.version if clicks else None,
        }


def fresh(session: Session, query: DealQuery) -> Search:
    """A first page's search, in the live versions."""
    deal = session.pointer("deal")
    versions = {dataset: session.version(dataset) for dataset in DATASETS}
    return Search(query, query.q, "exact", versions, deal.release_id, deal.as_of)


def resumed(query: DealQuery, cursor: Cursor) -> Search:
    """The search that a cursor walks through, in the cursor's versions."""
    mode: Mode = next((mode for mode in get_args(Mode) if mode == cursor.mode), "exact")
    return Search(query, cursor.words, mode, cursor.versions, cursor.release_id, cursor.as_of)


async def rows(session: Session, search: Search, cursor: Cursor | None = None) -> list[Row]:
    """The page's rows and one more, which says whether there is a next page."""
    key, rank = cursor.keyed() if cursor else (None, None)
    return await session.rows(
        "deals_page", **search.parameters(), **search.ranking(session), after_key=key, after_prank=rank,
        limit=search.query.limit + 1,
    )


async def counts(session: Session, search: Search) -> tuple[Total, Facets]:
    """How many deals match, and how many each further choice would leave."""
    found = await session.rows("deals_facets", **search.parameters(), cap=COUNTED)
    sums = {row["facet"]: row["hits"] for row in found if not row["value"]}
    relation: Literal["eq", "gte"] = "gte" if sums["seen"] >= COUNTED else "eq"

    def values(facet: str) -> list[FacetValue]:
        named = [row for row in found if row["facet"] == facet and row["value"]][:FACET_VALUES]
        return [FacetValue(value=row["value"], label=row["label"] or row["value"], count=row["hits"]) for row in named]

    facets = Facets(
        category=values("category"), merchant=values("merchant"), brand=values("brand"), price=values("price"),
        discount=values("discount"), rating=values("rating"), in_stock=sums["in_stock"], relation=relation,
    )
    return Total(value=sums["total"], relation=relation), facets


def page(search: Search, found: list[Row], question: str, total: Total | None, facets: Facets | None) -> DealList:
    """The answer: `found` holds one row more than the page when there is a next one."""
    shown = found[: search.query.limit]
    return DealList(
        items=[item(search, row) for row in shown], total=total, facets=facets,
        next_cursor=_cursor(search, shown[-1], question) if len(found) > len(shown) else None,
        did_you_mean=search.words if search.mode in ("corrected", "any") and search.words != search.query.q else None,
        match="relaxed" if search.mode == "any" else search.mode, release_id=search.release_id, data_as_of=search.as_of,
    )


def item(search: Search, row: Row) -> FoundDeal:
    """A row of a search, its words marked."""
    words = search.question.words
    pieces = Highlights(title=marked(row["title"], words), description=marked(row["description"], words)) if words else None
    return shapes.found_deal(row, pieces)


def _cursor(search: Search, last: Row, question: str) -> str:
    after = [format(Decimal(last["sort_key"]), "f"), str(last["prank"])]
    return cursors.encode(Cursor(
        versions=search.versions, release_id=search.release_id, as_of=search.as_of, question=question, after=after,
        words=search.words, mode=search.mode,
    ))
