"""Words that were meant: a misspelt word becomes the nearest word that the published documents use."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from serving.db import Session

SHORTEST = 4


@dataclass(frozen=True)
class Vocabulary:
    """The words of one version of search documents, with how many documents hold each."""

    version: int
    words: Mapping[str, int]

    def nearest(self, word: str) -> str:
        """The word itself when it is known or too short; else the nearest known one: one edit, two from eight letters on."""
        if len(word) < SHORTEST or word in self.words or not word.isalpha():
            return word
        edits = 2 if len(word) >= 8 else 1
        close = process.extract(word, self.words.keys(), scorer=OSA.distance, score_cutoff=edits, limit=10)
        if not close:
            return word
        return min(close, key=lambda found: (found[1], -self.words[found[0]], found[0]))[0]

    def corrected(self, query: str) -> str | None:
        """The query with its unknown words replaced; None when nothing changes."""
        fixed = " ".join(self.nearest(word) for word in query.lower().split())
        return None if fixed == " ".join(query.lower().split()) else fixed


class Speller:
    """Keeps the vocabulary of the newest version asked for; it is read when the first search needs it."""

    def __init__(self) -> None:
        self._kept: Vocabulary | None = None
        self._reading = asyncio.Lock()

    async def vocabulary(self, session: Session, version: int) -> Vocabulary:
        async with self._reading:
            if self._kept is None or self._kept.version != version:
                rows = await session.rows("vocabulary", search_doc=version)
                self._kept = Vocabulary(version, {row["word"]: row["ndoc"] for row in rows})
            return self._kept
