"""What the words say: a merchant's path and a title name a category where they are clear; the rest is left to the classifier."""

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from ml.categories.taxonomy import ACCESSORIES, BROAD, LONGEST, NODE_OF, WORDS, Node
from ml.matching.normalise import fold

TOKEN = re.compile(r"[a-z0-9]+")
SEPARATOR = re.compile(r"[>/|»;]+")
LEAST_HEAD = 7  # letters of a compound's last noun: `einbau|kuhlschrank`


class Source(IntEnum):
    """Where a naming word stood."""

    NONE = 0
    PATH = 1
    TITLE = 2
    BROAD = 3


@dataclass(frozen=True)
class Said:
    """What the words of an offer name. rest: its other words, what a classifier may learn from."""

    node: Node | None
    source: Source
    rest: str


@dataclass(frozen=True)
class Named:
    """A node that a phrase names, and where its words stand (begin, end)."""

    node: Node
    begin: int
    end: int
    broad: bool


def said(title: str, path: str = "", description: str = "", prose_words: int = 25) -> Said:
    """Read an offer: a clear word of the path's deepest part wins, then a title that names one thing, then a broad word there.

    The words that named it are taken out of `rest` (the path's always): what is learnt from it is a witness of its own.
    """
    on_path, path_rest = of_path(path or "")
    tokens = tokens_of(title)
    in_title = of_title(tokens)
    prose = TOKEN.findall(fold((description or "")[:400]))[:prose_words]
    node, source = (None, Source.NONE)
    if on_path and not on_path.broad:
        node, source = on_path.node, Source.PATH
    elif in_title:
        node, source = in_title[0].node, Source.TITLE
        telling = {token for name in in_title for token in tokens[name.begin : name.end]}
        prose = [word for word in prose if word not in telling]
        tokens = _without(tokens, in_title)
    elif on_path:
        node, source = on_path.node, Source.BROAD
    return Said(node, source, " ".join([*tokens, *(f"p:{word}" for word in path_rest), *(f"d:{word}" for word in prose)]))


def tokens_of(title: str) -> list[str]:
    return TOKEN.findall(fold(title))


@lru_cache(maxsize=50_000)
def of_path(path: str) -> tuple[Named | None, tuple[str, ...]]:
    """The node that a path's deepest naming part names, clear words before broad ones; and the words that name none."""
    parts = [TOKEN.findall(part) for part in SEPARATOR.split(fold(path))]
    broad: Named | None = None
    for depth in range(len(parts) - 1, -1, -1):
        before = parts[depth - 1] if depth else []
        found = [name for name in named([*before, *parts[depth]], in_path=True) if name.end > len(before)]
        clear = [name for name in found if not name.broad]
        if clear:
            return clear[-1], _plain(parts)
        broad = broad or (found[-1] if found else None)
    return broad, _plain(parts)


def _plain(parts: list[list[str]]) -> tuple[str, ...]:
    tokens = [token for part in parts for token in part]
    return tuple(_without(tokens, named(tokens, in_path=True)))


def of_title(tokens: list[str]) -> list[Named]:
    """The phrases of the one node that a title names; none where it names two categories, or something for what it names."""
    found = named(tokens, in_path=False)
    covered = {place for name in found for place in range(name.begin, name.end)}
    if any(token in ACCESSORIES for place, token in enumerate(tokens) if place not in covered):
        return []
    if len({name.node.parent for name in found}) != 1:
        return []
    fine = [name for name in found if not name.node.is_category]
    if len({name.node for name in fine}) > 1:  # two subcategories: only their category is sure
        top = NODE_OF[fine[0].node.parent]
        return [Named(top, name.begin, name.end, broad=False) for name in found]
    return [*fine, *(name for name in found if name.node.is_category)]


def named(tokens: list[str], *, in_path: bool) -> list[Named]:
    """Every phrase that names a node, the longest at each place."""
    found: list[Named] = []
    place = 0
    while place < len(tokens):
        for length in range(min(LONGEST, len(tokens) - place), 0, -1):
            node, broad = _lookup(tuple(tokens[place : place + length]), in_path)
            if node:
                found.append(Named(node, place, place + length, broad))
                place += length
                break
        else:
            place += 1
    return found


def _lookup(phrase: tuple[str, ...], in_path: bool) -> tuple[Node | None, bool]:
    node = WORDS.get(phrase)
    if node:
        return node, False
    if in_path and phrase in BROAD:
        return BROAD[phrase], True
    return (_head(phrase[0]) if len(phrase) == 1 and len(phrase[0]) > LEAST_HEAD + 2 else None), False


@lru_cache(maxsize=200_000)
def _head(word: str) -> Node | None:
    """The node of a compound's last noun: `wanderrucksack` is a rucksack."""
    for begin in range(3, len(word) - LEAST_HEAD + 1):
        node = WORDS.get((word[begin:],))
        if node:
            return node
    return None


def _without(tokens: list[str], names: list[Named]) -> list[str]:
    gone = {place for name in names for place in range(name.begin, name.end)}
    return [token for place, token in enumerate(tokens) if place not in gone]
