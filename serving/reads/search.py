"""One search: words, filters and a sort asked of one version of the search documents."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from serving import cursors
from serving.cursors import Cursor
from serving.db import Pointer, Session
from serving.inputs import DealQuery
from serving.reads import shapes
from serving.schemas import DealList, Facets, FacetValue, Total

DATASETS = {"search_doc", "deal"}
COUNTED = 10_000
FACET_VALUES = 50
Row = dict[str, Any]
Mode = Literal["exact", "corrected", "fuzzy"]


@dataclass(frozen=True)
class Search:
    """What is asked (`query`), with which words, how, and of which versions; a walk by cursor keeps all of it."""

    query: DealQuery
    words: str | None
    mode: Mode
    versions: dict[str, int]
    release_id: str
    as_of: datetime

    @property
    def pointer(self) -> Pointer:
        return Pointer("deal", self.versions["deal"], self.release_id, self.as_of)

    def instead(self, words: str | None, mode: Mode) -> "Search":
        return replace(self, words=words, mode=mode)

    def parameters(self) -> Row:
        """What both statements, of the page and of the counts, take."""
        query = self.query
        return {
            **self.versions, "q": self.words, "fuzzy": self.mode == "fuzzy",
            "category": query.category,
            "merchant": query.merchant, "brand": [brand.lower() for brand in query.brand], "country": query.country,
            "in_stock": bool(query.in_stock), "max_price": query.max_price, "min_discount": query.min_discount,
            "by_live": bool(query.in_stock) or query.max_price is not None or query.min_discount is not None,
        }


def fresh(session: Session, query: DealQuery) -> Search:
    """A first page's search, in the live versions."""
    deal = session.pointer("deal")
    versions = {dataset: session.version(dataset) for dataset in DATASETS}
    return Search(query, query.q, "exact", versions, deal.release_id, deal.as_of)


def resumed(query: DealQuery, cursor: Cursor) -> Search:
    """The search that a cursor walks through, in the cursor's versions."""
    modes: dict[str, Mode] = {"corrected": "corrected", "fuzzy": "fuzzy"}
    return Search(query, cursor.words, modes.get(cursor.mode, "exact"), cursor.versions, cursor.release_id, cursor.as_of)


async def rows(session: Session, search: Search, cursor: Cursor | None = None) -> list[Row]:
    """The page's rows and one more, which says whether there is a next page."""
    key, rank = cursor.keyed() if cursor else (None, None)
    return await session.rows(
        "deals_page", **search.parameters(), sort=search.query.order, after_key=key, after_prank=rank,
        limit=search.query.limit + 1,
    )


async def counts(session: Session, search: Search) -> tuple[Total, Facets]:
    """How many deals match, and how many each further choice would leave."""
    found = await session.rows("deals_facets", **search.parameters(), cap=COUNTED)
    sums = {row["facet"]: row["hits"] for row in found if row["facet"] in ("total", "seen")}

    def values(facet: str) -> list[FacetValue]:
        named = [row for row in found if row["facet"] == facet and row["value"]][:FACET_VALUES]
        return [FacetValue(value=row["value"], label=row["label"] or row["value"], count=row["hits"]) for row in named]

    facets = Facets(category=values("category"), merchant=values("merchant"), brand=values("brand"))
    return Total(value=sums["total"], relation="gte" if sums["seen"] >= COUNTED else "eq"), facets


def page(search: Search, found: list[Row], question: str, total: Total | None, facets: Facets | None) -> DealList:
    """The answer: `found` holds one row more than the page when there is a next one."""
    shown = found[: search.query.limit]
    return DealList(
        items=[shapes.deal(row) for row in shown], total=total, facets=facets,
        next_cursor=_cursor(search, shown[-1], question) if len(found) > len(shown) else None,
        did_you_mean=search.words if search.mode == "corrected" else None, match=search.mode,
        release_id=search.release_id, data_as_of=search.as_of,
    )


def _cursor(search: Search, last: Row, question: str) -> str:
    after = [format(Decimal(last["sort_key"]), "f"), str(last["prank"])]
    return cursors.encode(Cursor(
        versions=search.versions, release_id=search.release_id, as_of=search.as_of, question=question, after=after,
        words=search.words, mode=search.mode,
    ))
