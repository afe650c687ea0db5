"""Where a text holds what was searched: a piece of it, safe to show, with the words marked."""

from collections.abc import Sequence
from html import escape

from serving.words import Token, tokens

LONGEST = 150
ENDINGS = 4  # letters after a stem that are still the same word
STEM = 3


def marked(text: str | None, words: Sequence[str]) -> str | None:
    """The text escaped for HTML with the words in `<mark>`: whole, or the piece around the first one. None where none is in it.

    words: as `split` gives them, stems among them.
    """
    if not text or not words:
        return None
    wanted = frozenset(words)
    hits = [token for token in tokens(text) if _is_hit(token, wanted)]
    if not hits:
        return None
    first, last = _piece(text, hits[0])
    shown = [token for token in hits if first <= token.start and token.end <= last]
    return f"{'…' if first else ''}{_with_marks(text, shown, first, last)}{'…' if last < len(text) else ''}"


def _is_hit(token: Token, wanted: frozenset[str]) -> bool:
    word = token.word
    shortest = max(STEM, len(word) - ENDINGS)
    return word in wanted or any(word[:length] in wanted for length in range(shortest, len(word)))


def _piece(text: str, hit: Token) -> tuple[int, int]:
    """From where to where the text is shown: whole words, at most LONGEST letters, the hit within."""
    if len(text) <= LONGEST:
        return 0, len(text)
    first = max(0, min(hit.start - LONGEST // 3, len(text) - LONGEST))
    if first:
        space = text.find(" ", first, hit.start)
        first = space + 1 if space >= 0 else hit.start
    last = min(len(text), first + LONGEST)
    if last < len(text):
        space = text.rfind(" ", hit.end, last)
        last = space if space > 0 else last
    return first, last


def _with_marks(text: str, hits: list[Token], first: int, last: int) -> str:
    parts, place = [], first
    for hit in hits:
        parts += [escape(text[place : hit.start]), "<mark>", escape(text[hit.start : hit.end]), "</mark>"]
        place = hit.end
    return "".join([*parts, escape(text[place:last])])
