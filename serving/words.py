"""Texts as words that meet: the way in which dbt's macro `searchable` writes the search documents, here for queries and marks."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_LETTERS = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h", "ı": "i", "ĳ": "ij", "ŋ": "n",
})
_WORD = re.compile(r"\d+|[^\W\d_]+")
_CHUNK = re.compile(r"[^\s,;|()/\[\]]+")


def fold(text: str) -> str:
    """Lower case, without accents."""
    parts = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def split(text: str) -> list[str]:
    """The words of a text, letters and figures apart: `WH-1000XM4` is wh, 1000, xm, 4."""
    return _WORD.findall(fold(text))


def term(text: str) -> str:
    """A text as search_term, search_click and suggestion write it."""
    return " ".join(split(text))


def chunks(text: str) -> list[tuple[str, ...]]:
    """The words of a query as they were written together: `sony WH-1000XM4` is (sony,), (wh, 1000, xm, 4)."""
    found = (tuple(split(chunk)) for chunk in _CHUNK.findall(text))
    return [words for words in found if words]


@dataclass(frozen=True)
class Token:
    """A word of a text as it is written there, `start` to `end`, and as it is compared."""

    start: int
    end: int
    word: str


def tokens(text: str) -> Iterator[Token]:
    """The words of a text with their places."""
    for found in _WORD.finditer(text):
        yield Token(found.start(), found.end(), fold(found[0]))
