"""Deals: a page of them by words, filters and sort; one of them by id."""

from uuid import UUID

from serving import cursors
from serving.db import Pointer, Session
from serving.inputs import DealQuery
from serving.problems import DealOverError, GoneError, NotFoundError
from serving.reads import search, shapes
from serving.reads.search import Row, Search
from serving.schemas import DealDetail, DealList
from serving.spelling import Speller

FEW = 3


def release(pointer: Pointer) -> Row:
    """What every answer says about its data."""
    return {"release_id": pointer.release_id, "data_as_of": pointer.as_of}


async def find(session: Session, speller: Speller, query: DealQuery) -> tuple[DealList, Pointer]:
    """A page of deals and the version it was read from.

    Few hits for the words asked for: misspelt words are replaced; when that brings no more, titles that look alike count.
    Raises InvalidRequestError on a foreign cursor, GoneError on one whose version is dropped.
    """
    question = cursors.fingerprint(query.model_dump(exclude={"cursor", "limit"}))
    if query.cursor:
        return await _further(session, query, question)
    asked, found = await _widened(session, speller, search.fresh(session, query))
    total, facets = await search.counts(session, asked)
    return search.page(asked, found, question, total, facets), asked.pointer


async def _further(session: Session, query: DealQuery, question: str) -> tuple[DealList, Pointer]:
    cursor = cursors.decode(query.cursor or "", question, search.DATASETS)
    kept = await session.row("version_exists", **cursor.versions)
    if kept is None or not kept["is_kept"]:
        raise GoneError("The version that this cursor walks through is no longer kept.")
    asked = search.resumed(query, cursor)
    return search.page(asked, await search.rows(session, asked, cursor), question, None, None), asked.pointer


async def _widened(session: Session, speller: Speller, asked: Search) -> tuple[Search, list[Row]]:
    best, found = asked, await search.rows(session, asked)
    if asked.words is None or len(found) >= min(FEW, asked.query.limit + 1):
        return best, found
    vocabulary = await speller.vocabulary(session, asked.versions["search_doc"])
    corrected = vocabulary.corrected(asked.words)
    attempts = [asked.instead(corrected, "corrected")] if corrected else []
    for attempt in [*attempts, asked.instead(asked.words, "fuzzy")]:
        rows = await search.rows(session, attempt)
        if len(rows) > len(found):
            return attempt, rows
    return best, found


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
