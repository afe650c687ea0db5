"""The reviewed file of synonyms, read once: what else a word or a phrase is called, and which words say nothing."""

from functools import cache
from pathlib import Path

import yaml

from serving.words import split

FILE = Path(__file__).parent / "synonyms.yml"
LONGEST = 4  # words of a phrase
Phrase = tuple[str, ...]


@cache
def synonyms() -> dict[Phrase, tuple[Phrase, ...]]:
    """Phrase to all that mean the same, itself among them."""
    groups = [tuple(dict.fromkeys(tuple(split(phrase)) for phrase in group)) for group in _read()["synonyms"]]
    return {phrase: group for group in groups for phrase in group}


@cache
def fillers() -> frozenset[str]:
    return frozenset(word for filler in _read()["fillers"] for word in split(str(filler)))


@cache
def _read() -> dict[str, list[list[str]]]:
    read: dict[str, list[list[str]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read
