import asyncio
from typing import Any

import psycopg
import pytest

from serving.db import Database
from serving.questions import Question, understood, useful
from serving.shelf import Shelf
from serving.spelling import Vocabulary

KNOWN = Vocabulary(
    1, {"headphones": 9, "headphone": 1, "lamp": 3, "running": 2, "shoes": 4, "drill": 1, "common": 5000},
    brands={("nik", "aro"): "Nik-Aro"}, categories={("running", "shoes"): "running_shoes"},
)


def ask(url: str, query: str, **reading: Any) -> Question:
    async def asked() -> Question:
        database = Database(url, 1, Shelf(0))
        await database.open()
        try:
            async with database.session() as session:
                return await understood(session, KNOWN, query, **reading)
        finally:
            await database.close()

    return asyncio.run(asked())


def finds(url: str, question: Question, text: str, config: str = "english") -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "select to_tsvector('simple', %(text)s) || to_tsvector(%(config)s::regconfig, %(text)s) @@ %(asked)s::tsquery",
            {"text": text, "config": config, "asked": question.tsquery},
        ).fetchone()
    return bool(row and row[0])


@pytest.mark.parametrize(
    ("query", "text", "config"),
    [
        ("lamps", "lamp", "english"), ("lamp", "lamps", "english"), ("Kopfhörer", "headphones", "english"),
        ("laufschuh", "running shoes", "english"), ("chaises", "chaise", "french"),
        ("a lamp for the kids", "lamp kid", "english"),
        ("WH-1000XM4", "sony wh 1000 xm 4", "english"), ("wh1000 xm4", "wh 1000 xm 4", "english"),
    ],
)
def test_a_word_finds_its_forms_its_synonyms_and_its_codes(published_url: str, query: str, text: str, config: str) -> None:
    assert finds(published_url, ask(published_url, query), text, config)


@pytest.mark.parametrize(("query", "text"), [("lamp shade", "lamp"), ("wh1000", "wh lamp 1000 lamp"), ("the", "lamp")])
def test_every_word_is_wanted_and_a_code_in_its_order(published_url: str, query: str, text: str) -> None:
    assert not finds(published_url, ask(published_url, query), text)


def test_the_last_word_may_be_a_beginning_and_any_word_may_do(published_url: str) -> None:
    assert finds(published_url, ask(published_url, "desk la", reading="prefix"), "desk lamp")
    assert not finds(published_url, ask(published_url, "dea lamp", reading="prefix"), "desk lamp")
    assert finds(published_url, ask(published_url, "desk lamp", reading="any"), "lamp")


def test_where_any_word_will_do_a_rare_one_weighs_more(published_url: str) -> None:
    weights = [weight for _, weight in ask(published_url, "common drill", reading="any").parts]
    assert weights[1] > 3 * weights[0]


def test_brands_and_categories_are_recognised_by_any_word_for_them(published_url: str) -> None:
    told = ask(published_url, "Laufschuhe von Nik Aro")
    assert (told.brands, told.categories) == (("Nik-Aro",), ("running_shoes",))


@pytest.mark.parametrize("query", ["a' | 'b", "x:*", "!lamp", "(", "a <-> b", "\\", "🎧", "' or 1=1 --", "-" * 50, "a " * 100])
def test_a_query_is_words_never_syntax(published_url: str, query: str) -> None:
    question = ask(published_url, query)
    assert finds(published_url, question, "nothing of the kind") is False


def test_words_that_no_deal_holds_are_left_out() -> None:
    assert useful("lamp qwertz", KNOWN) == "lamp"
    assert useful("lamp shoes", KNOWN) is None
    assert useful("qwertz asdfg", KNOWN) is None
