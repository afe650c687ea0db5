"""Our categories and subcategories, their words in the shops' languages and the Google product taxonomy's ids (taxonomy.yml)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

OTHER = "other"
Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Node:
    """A category (parent is itself) or subcategory. google: its own id in the cross-walk, or its category's."""

    name: str
    parent: str
    google: int
    about: str
    is_category: bool


def _read() -> dict[str, Any]:
    return dict(yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")))


def _nodes(raw: Mapping[str, Any]) -> list[tuple[Node, Mapping[str, Any]]]:
    found: list[tuple[Node, Mapping[str, Any]]] = []
    for top in raw["categories"]:
        found.append((Node(top["name"], top["name"], top["google"], top["about"], is_category=True), top))
        for sub in top.get("subcategories", ()):
            node = Node(sub["name"], top["name"], sub.get("google", top["google"]), sub["about"], is_category=False)
            found.append((node, sub))
    return found


def _phrases(text: str) -> list[Phrase]:
    return [tuple(phrase.split()) for phrase in text.replace("\n", " ").split(",") if phrase.strip()]


RAW = _read()
_ALL = _nodes(RAW)
NODES: tuple[Node, ...] = tuple(node for node, _ in _ALL)
NODE_OF: dict[str, Node] = {node.name: node for node in NODES}
# phrase -> the node that it names; broad ones count in a merchant's path only
WORDS: dict[Phrase, Node] = {
    phrase: node for node, raw in _ALL for phrase in _phrases(f"{'' if raw.get('silent') else node.name},{raw.get('words', '')}")
    if phrase not in _phrases(raw.get("paths", ""))
}
BROAD: dict[Phrase, Node] = {phrase: node for node, raw in _ALL for phrase in _phrases(raw.get("paths", ""))}
ACCESSORIES = frozenset(phrase[0] for phrase in _phrases(RAW["accessories"]))
LONGEST = max(map(len, [*WORDS, *BROAD]))


def lines() -> Sequence[Mapping[str, Any]]:
    """The taxonomy as JSON lines: a node a line, the category of a subcategory in `category`."""
    return [
        {
            "name": node.name, "category": node.parent, "level": 1 if node.is_category else 2,
            "google_category_id": node.google, "about": node.about,
            "words": [" ".join(phrase) for phrase, found in WORDS.items() if found is node],
        }
        for node in NODES
    ]
