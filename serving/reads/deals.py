"""Deals: a page of them by words, filters and sort; one of them by id."""

from collections.abc import AsyncIterator
from uuid import UUID

from serving import cursors
from serving.db import Pointer, Session
from serving.found import DealList, FoundDeal
from serving.inputs import DealQuery
from serving.problems import DealOverError, GoneError, NotFoundError
from serving.questions import useful
from serving.reads import personal, search, shapes
from serving.reads.search import Row, Search
from serving.schemas import Deal, DealDetail
from serving.spelling import Speller
from serving.words import split

FEW = 3
SHOWN_INSTEAD = 8


def release(pointer: Pointer) -> Row:
    """What every answer says about its data."""
    return {"release_id": pointer.release_id, "data_as_of": pointer.as_of}


async def find(session: Session, speller: Speller, query: DealQuery, customer: str | None = None) -> tuple[DealList, Pointer]:
    """A page of deals and the version it was read from; in the customer's order where that is asked for and known.

    Few hits for the words asked for: the last one may be a beginning, and misspelt words are replaced. No hit at all: words are
    left out, then any of them will do, then titles that look alike count. Nothing: what is trending stands beside it.
    Raises InvalidRequestError on a foreign cursor, GoneError on one whose version is dropped.
    """
    question = cursors.fingerprint(query.model_dump(exclude={"cursor", "limit", "personalise"}))
    answer, pointer = await (_further if query.cursor else _first)(session, speller, query, question)
    if not query.personalise or customer is None:
        return answer, pointer
    return await personal.ordered(session, customer, answer), pointer


async def _first(session: Session, speller: Speller, query: DealQuery, question: str) -> tuple[DealList, Pointer]:
    asked, found = await _widened(session, speller, await search.fresh(session, query).understood(session, speller))
    total, facets = await search.counts(session, asked)
    answer = search.page(asked, found, question, total, facets)
    if not found:
        return answer.model_copy(update={"trending": await _popular(session, query)}), asked.pointer
    if len(found) < query.limit and asked.mode not in ("any", "fuzzy"):
        answer = answer.model_copy(update={"related": await _related(session, speller, asked, found)})
    return answer, asked.pointer


async def _related(session: Session, speller: Speller, asked: Search, found: list[Row]) -> list[FoundDeal]:
    """What fits some of the words, to fill the page."""
    if asked.words is None or len(split(asked.words)) < 2 or asked.query.order != "relevance":
        return []
    known = {row["deal_id"] for row in found}
    some = await asked.instead(session, speller, asked.words, "any")
    others = [row for row in await search.rows(session, some) if row["deal_id"] not in known]
    return [search.item(some, row) for row in others[: asked.query.limit - len(found)]]


async def _popular(session: Session, query: DealQuery) -> list[Deal]:
    """What to show instead of nothing: the most popular deals of the country."""
    popular = search.fresh(session, DealQuery(country=query.country, limit=SHOWN_INSTEAD))
    return [shapes.deal(row) for row in (await search.rows(session, popular))[:SHOWN_INSTEAD]]


async def _further(session: Session, speller: Speller, query: DealQuery, question: str) -> tuple[DealList, Pointer]:
    cursor = cursors.decode(query.cursor or "", question, search.DATASETS)
    kept = await session.row("version_exists", **cursor.versions)
    if kept is None or not kept["is_kept"]:
        raise GoneError("The version that this cursor walks through is no longer kept.")
    asked = await search.resumed(query, cursor).understood(session, speller)
    return search.page(asked, await search.rows(session, asked, cursor), question, None, None), asked.pointer


async def _widened(session: Session, speller: Speller, asked: Search) -> tuple[Search, list[Row]]:
    """The reading of the words that finds most, from the narrowest on; one that finds enough ends it."""
    best, found = asked, await search.rows(session, asked)
    if asked.words is None:
        return best, found
    enough = min(FEW, asked.query.limit + 1)
    async for attempt, at_most in _attempts(session, speller, asked, asked.words):
        if len(found) >= min(enough, at_most):
            continue
        rows = await search.rows(session, attempt)
        if len(rows) > len(found):
            best, found = attempt, rows
    return best, found


async def _attempts(session: Session, speller: Speller, asked: Search, words: str) -> AsyncIterator[tuple[Search, int]]:
    """Other readings of the words, and how many hits make each one needless."""
    yield await asked.instead(session, speller, words, "prefix"), FEW
    corrected = await speller.corrected(session, words)
    if corrected:
        yield await asked.instead(session, speller, corrected, "corrected"), FEW
    meant = corrected or words
    left = useful(meant, await speller.vocabulary(session))
    if left:
        yield await asked.instead(session, speller, left, "relaxed"), 1
    if len(split(meant)) > 1:
        yield await asked.instead(session, speller, meant, "any"), 1
    yield await asked.instead(session, speller, words, "fuzzy"), 1


async def one(session: Session, deal_id: UUID) -> DealDetail:
    """The deal. Raises DealOverError for one that was shown until lately, NotFoundError when there was none."""
    pointer = session.pointer("deal")
    row = await session.row("deal", deal=pointer.version, deal_id=deal_id, product_id=None)
    if row is None:
        raise await _absence(session, deal_id)
    return shapes.deal_detail(row, release(pointer))


async def _absence(session: Session, deal_id: UUID) -> DealOverError | NotFoundError:
    pointer = session.pointers.get("gone_deal")  # a release of former times has none
    gone = pointer and await session.row("gone_deal", gone_deal=pointer.version, deal_id=deal_id)
    return DealOverError(gone["reason"], gone["product_id"]) if gone else NotFoundError(f"No deal {deal_id} is published.")


async def of_product(session: Session, product_id: UUID) -> DealDetail | None:
    """The deal that is published for a product, if there is one."""
    pointer = session.pointer("deal")
    row = await session.row("deal", deal=pointer.version, deal_id=None, product_id=product_id)
    return None if row is None else shapes.deal_detail(row, release(pointer))
