"""What can be searched, by version: its words, brands and categories; and what was meant by a word that is none of them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

from symspellpy import SymSpell, Verbosity

from serving.db import Session
from serving.synonyms import synonyms
from serving.words import split

SHORTEST = 4
LONG = 8         # so long a word may hold two slips
COMMONEST = 30_000  # words that corrections are drawn from: about 60 MB a process
Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """One version's words with the deals that hold each; its brands and categories by their words."""

    version: int
    words: Mapping[str, int]
    brands: Mapping[Phrase, str] = field(default_factory=dict)
    categories: Mapping[Phrase, str] = field(default_factory=dict)
    _building: Lock = field(default_factory=Lock, repr=False, compare=False)

    @cached_property
    def _speller(self) -> SymSpell:
        speller = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
        common = sorted(self.words.items(), key=lambda word: (-word[1], word[0]))[:COMMONEST]
        named = {word: 1 for phrase in synonyms() for word in phrase if word not in self.words}
        for word, deals in (*common, *named.items()):
            if len(word) >= SHORTEST - 1 and word.isalpha():
                speller.create_dictionary_entry(word, deals)
        return speller

    def prepare(self) -> None:
        """Build what corrects spelling: a second or two for a large catalogue, so never on the event loop."""
        with self._building:
            assert self._speller is not None

    def knows(self, word: str) -> bool:
        """Whether a deal holds the word."""
        return word in self.words

    def nearest(self, word: str) -> str:
        """The word itself when it is known, or too short; else the nearest known one: one edit, two from eight letters on."""
        if len(word) < SHORTEST or self.knows(word) or (word,) in synonyms() or not word.isalpha():
            return word
        close = self._speller.lookup(word, Verbosity.CLOSEST, max_edit_distance=2 if len(word) >= LONG else 1)
        return min(close, key=lambda found: (found.distance, -found.count, found.term)).term if close else word

    def corrected(self, query: str) -> str | None:
        """The query with its unknown words replaced; None when nothing changes."""
        written = query.lower().split()
        fixed = [self._chunk(chunk) for chunk in written]
        return None if fixed == written else " ".join(fixed)

    def _chunk(self, chunk: str) -> str:
        words = split(chunk)
        if len(words) != 1:
            return chunk
        nearest = self.nearest(words[0])
        return chunk if nearest == words[0] else nearest


def vocabulary(version: int, rows: list[Mapping[str, object]]) -> Vocabulary:
    """A version's vocabulary of the rows of search_term."""
    words: dict[str, int] = {}
    named: dict[str, dict[Phrase, str]] = {"brand": {}, "category": {}}
    for row in rows:
        if row["kind"] == "word":
            words[str(row["term"])] = int(str(row["deals"]))
        else:
            named[str(row["kind"])][tuple(str(row["term"]).split())] = str(row["value"])
    return Vocabulary(version, words, named["brand"], named["category"])


class Speller:
    """Keeps the vocabulary of the newest version asked for; it is read when the first search needs it."""

    def __init__(self) -> None:
        self._kept: Vocabulary | None = None
        self._reading = asyncio.Lock()
        self._preparing: asyncio.Task[None] | None = None

    async def vocabulary(self, session: Session) -> Vocabulary:
        """The vocabulary of the live version; an empty one before the first release that has it."""
        pointer = session.pointers.get("search_term")
        version = pointer.version if pointer else 0
        async with self._reading:
            if self._kept is None or self._kept.version != version:
                rows = await session.rows("vocabulary", search_term=version)
                self._kept = vocabulary(version, list(rows))
                self._preparing = asyncio.create_task(asyncio.to_thread(self._kept.prepare))
            return self._kept

    async def corrected(self, session: Session, query: str) -> str | None:
        """The query as it was meant; None when it says what it means, or nobody knows."""
        known = await self.vocabulary(session)
        await asyncio.to_thread(known.prepare)
        return known.corrected(query)
