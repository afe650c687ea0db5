"""What a search means: its words as a question to the full-text index, and the brands and categories that it names.

A word is found by itself, by its stems in any of our languages and by its synonyms; a model code as a phrase of its letters and
figures. Nothing of a query reaches the database but letters and figures.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from serving.db import Session
from serving.spelling import Vocabulary
from serving.synonyms import LONGEST, Phrase, fillers, synonyms
from serving.words import chunks, split, term

Reading = Literal["exact", "prefix", "any"]
REMEMBERED = 50_000
MOST_WORDS = 24
_STEMS: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True)
class Question:
    """tsquery: for the index, empty where nothing can be found; term: the words as search_click has them; words: for marks.

    parts: where any word will do, what each asks, with its weight; deals that meet more of them, and rarer ones, come first.
    """

    tsquery: str
    term: str
    parts: tuple[tuple[str, float], ...]
    brands: tuple[str, ...]
    categories: tuple[str, ...]
    words: tuple[str, ...]


NOTHING = Question("", "", (), (), (), ())


@dataclass(frozen=True)
class _Group:
    """What one part of the query may be called; `is_code`: its words stand together."""

    phrases: tuple[Phrase, ...]
    is_code: bool = False


async def understood(session: Session, known: Vocabulary, query: str, reading: Reading = "exact") -> Question:
    """What a query asks; `reading`: every word must be found, or the last one may go on, or any word will do."""
    groups = _telling(list(_groups(query, known)))
    words = {word for group in groups for phrase in group.phrases for word in phrase}
    await _learn(session, words)
    parts = [_part(group, open_ended=reading == "prefix" and group is groups[-1]) for group in groups]
    lexemes = {lexeme for word in words for lexeme in (word, *_STEMS.get(word, ()))}
    return Question(
        tsquery=(" | " if reading == "any" else " & ").join(parts), term=term(query),
        parts=tuple(zip(parts, (_rarity(group, known) for group in groups), strict=True)) if reading == "any" else (),
        brands=tuple(_named(query, known.brands)), categories=tuple(_named(query, known.categories)),
        words=tuple(sorted(lexemes)),
    )


def _rarity(group: _Group, known: Vocabulary) -> float:
    """1 for what no deal holds by any name, less for what many do."""
    holders = max(min(known.words.get(word, 0) for word in phrase) for phrase in group.phrases)
    return 1 / (1 + math.log1p(holders))


def _flat(query: str) -> list[Phrase]:
    """The chunks of a query; those without figures word by word."""
    flat: list[Phrase] = []
    for chunk in chunks(query):
        flat += [chunk] if _is_code(chunk) else [(word,) for word in chunk]
    return flat[:MOST_WORDS]


def _is_code(chunk: Phrase) -> bool:
    return len(chunk) > 1 and any(word.isdigit() for word in chunk)


def _telling(groups: list[_Group]) -> list[_Group]:
    """The groups without the fillers, unless there is nothing else."""
    return [group for group in groups if group.phrases[0][0] not in fillers() or len(group.phrases[0]) > 1] or groups


def _groups(query: str, known: Vocabulary) -> Iterator[_Group]:
    """The parts of a query, the longest phrases that have synonyms first."""
    flat, place = _flat(query), 0
    while place < len(flat):
        if _is_code(flat[place]):
            yield _Group((flat[place],), is_code=True)
            place += 1
            continue
        width, phrases = _widest(flat[place : place + LONGEST])
        yield _Group((phrases[0], *(phrase for phrase in phrases[1:] if any(map(known.knows, phrase)))))
        place += width


def _widest(ahead: list[Phrase]) -> tuple[int, tuple[Phrase, ...]]:
    for width in range(len(ahead), 0, -1):
        phrase = tuple(word for chunk in ahead[:width] for word in chunk)
        if phrase in synonyms():
            return width, (phrase, *(other for other in synonyms()[phrase] if other != phrase))
    return 1, (ahead[0],)


def _part(group: _Group, *, open_ended: bool) -> str:
    phrases = [_phrase(phrase, is_code=group.is_code, open_ended=open_ended and not place)
               for place, phrase in enumerate(group.phrases)]
    return f"({' | '.join(phrases)})"


def _phrase(phrase: Phrase, *, is_code: bool, open_ended: bool) -> str:
    last = len(phrase) - 1
    if is_code:
        marks = [f"'{word}'{':*' if open_ended and place == last else ''}" for place, word in enumerate(phrase)]
        return f"({' <-> '.join(marks)})"
    telling = [word for word in phrase if word not in fillers()] or list(phrase)
    words = [_word(word, open_ended=open_ended and word == phrase[last]) for word in telling]
    return f"({' & '.join(words)})"


def _word(word: str, *, open_ended: bool) -> str:
    marks = [f"'{word}':*" if open_ended else f"'{word}'", *(f"'{stem}'" for stem in _STEMS.get(word, ()) if stem != word)]
    return f"({' | '.join(marks)})"


def _named(query: str, names: Mapping[Phrase, str]) -> list[str]:
    """The brands or categories that a query names, by any word for them."""
    words = split(query)[:MOST_WORDS]
    spans = [(first, last) for first in range(len(words)) for last in range(first + 1, min(first + LONGEST, len(words)) + 1)]
    phrases = [tuple(words[first:last]) for first, last in spans]
    called = [name for phrase in phrases for name in synonyms().get(phrase, (phrase,)) if name in names]
    return list(dict.fromkeys(names[name] for name in called))


async def _learn(session: Session, words: set[str]) -> None:
    """Remember the stems of words; they never change, so they are asked for once."""
    unknown = sorted(word for word in words if word not in _STEMS)
    if not unknown:
        return
    if len(_STEMS) > REMEMBERED:
        _STEMS.clear()
    for row in await session.rows("lexemes", words=unknown):
        _STEMS[row["word"]] = tuple(row["lexemes"])
    for word in words - _STEMS.keys():  # forgotten a moment ago
        _STEMS[word] = ()


def useful(query: str, known: Vocabulary) -> str | None:
    """The query without the words that no deal holds; None when nothing, or everything, would remain."""
    written = query.split()
    kept = [chunk for chunk in written if any(_is_found(word, known) for word in split(chunk))]
    return " ".join(kept) if 0 < len(kept) < len(written) else None


def _is_found(word: str, known: Vocabulary) -> bool:
    """Whether some deal may hold the word, a stem of it or another word for it; who is too short to be counted may."""
    others = (other for phrase in synonyms().get((word,), ()) for other in phrase)
    return len(word) < 3 or any(map(known.knows, (word, *_STEMS.get(word, ()), *others)))
