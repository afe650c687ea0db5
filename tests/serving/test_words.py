from pathlib import Path

import psycopg
import pytest
from jinja2 import Environment

from serving.words import chunks, split, term, tokens

MACROS = Path(__file__).resolve().parents[2] / "dbt" / "macros" / "searchable.sql"
TEXTS = [
    "Sony WH-1000XM4", "Café Größe 128GB", "Øre Łódź Æble", "65 W / 2.5 l", "running_shoes", "  a\tb  ", "L'Oréal's “set”",
    "Привет Μήλο", "T-3", "x²", "", "---", "1e5 3,50 €", "İstanbul ĳs",
]


def test_the_documents_and_the_questions_are_written_alike(database_url: str) -> None:
    macros = Environment().from_string(MACROS.read_text()).module
    sql = macros.searchable("given.text")  # type: ignore[attr-defined]
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(f"select given.text, {sql} from unnest(%s::text[]) as given (text)", [TEXTS]).fetchall()
    odd = {"x²", "İstanbul ĳs"}  # what Postgres calls a letter or a figure is not Python's view to the last sign
    assert {text: term(text) for text, _ in rows if text not in odd} == {text: told for text, told in rows if text not in odd}


@pytest.mark.parametrize("code", ["WH-1000XM4", "wh1000 xm4", "WH 1000 XM 4", "Wh1000xm4"])
def test_a_model_code_is_the_same_words_in_any_spelling(code: str) -> None:
    assert split(code) == ["wh", "1000", "xm", "4"]


def test_what_was_written_together_stays_together() -> None:
    assert chunks("sony WH-1000XM4, für ()") == [("sony",), ("wh", "1000", "xm", "4"), ("fur",)]


def test_a_word_knows_its_place_in_the_text() -> None:
    text = "Größe 42"
    assert [(text[token.start : token.end], token.word) for token in tokens(text)] == [("Größe", "grosse"), ("42", "42")]
