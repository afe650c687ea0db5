"""Tags: the traits that offers state (colour, capacity, material, condition, energy class ...), each with a confidence."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ml.categories.words import TOKEN
from ml.matching.normalise import fold

_RAW: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
ONE = frozenset(_RAW["one"]) | {"pack", "capacity", "volume", "weight", "screen"}
PHRASES: dict[tuple[str, ...], tuple[str, str]] = {
    tuple(phrase.split()): (kind, str(value))
    for kind, values in _RAW["words"].items() for value, words in values.items()
    for phrase in words.replace("\n", " ").split(",") if phrase.strip()
}
LONGEST = max(map(len, PHRASES))
# title, path and description: how sure a trait is that stands there
TITLE, PATH, DESCRIPTION = 0.95, 0.8, 0.6
LEAST = 0.5
MOST = 12
ENERGY = re.compile(
    r"\b(?:eek|energieeffizienzklasse|energy (?:class|rating)|classe energetique|clase energetica)[\s:]*([a-g])\s?(\+{0,3})"
)
AMOUNT = re.compile(r"^(\d+(?:\.\d+)?)")
# the matcher's dimensions: kind of tag, unit, the amount from which on it is a thousand of, and the larger unit
DIMENSIONS: Mapping[str, tuple[str, str, str]] = {
    "gb": ("capacity", "GB", "TB"), "ml": ("volume", "ml", "l"), "g": ("weight", "g", "kg"), "in": ("screen", "inch", ""),
}

Trait = tuple[str, str]


@dataclass(frozen=True)
class Tag:
    """A trait of a product with its confidence, 0..1."""

    kind: str
    value: str
    confidence: float


def traits(
    title: str, path: str = "", description: str = "", variants: Mapping[str, Iterable[str]] | None = None
) -> dict[Trait, float]:
    """What one offer states: trait -> confidence by where it stands. variants: what the matcher read out of its title."""
    found: dict[Trait, float] = {}
    for text, sure in ((description[:400], DESCRIPTION), (path, PATH), (title, TITLE)):
        if text:
            folded = fold(text)
            for trait in [*_of_words(TOKEN.findall(folded)), *_of_energy(folded)]:
                found[trait] = sure
    for dimension, values in (variants or {}).items():
        read = [_of_variant(dimension, value) for value in values]
        if len(read) == 1 or dimension == "colour":
            found |= {trait: TITLE for trait in read if trait}
    return _single(found)


def _of_words(tokens: Sequence[str]) -> list[Trait]:
    found, place = [], 0
    while place < len(tokens):
        for length in range(min(LONGEST, len(tokens) - place), 0, -1):
            trait = PHRASES.get(tuple(tokens[place : place + length]))
            if trait:
                found.append(trait)
                place += length - 1
                break
        place += 1
    return found


def _of_energy(folded: str) -> list[Trait]:
    return [("energy class", f"{letter.upper()}{plus}") for letter, plus in ENERGY.findall(folded)][:1]


def _of_variant(dimension: str, value: str) -> Trait | None:
    """`gb`, `1000gb` -> capacity 1 TB; `size:eu`, `size42` -> size EU 42; None for what shoppers do not choose by."""
    if dimension == "colour":
        return "colour", value
    if dimension == "pack":
        return ("pack", f"{value.removeprefix('pack')} pack") if value != "pack1" else None
    if dimension.startswith("size"):
        system = dimension.partition(":")[2].replace("letter", "").replace("size", "")
        bare = value.removeprefix("size").removeprefix(system)
        return "size", f"{system} {bare}".strip().upper()
    amount = AMOUNT.match(value)
    if dimension not in DIMENSIONS or not amount:
        return None
    kind, unit, larger = DIMENSIONS[dimension]
    number = float(amount[1])
    return kind, f"{number / 1000:g} {larger}" if larger and number >= 1000 else f"{number:g} {unit}"


def _single(found: dict[Trait, float]) -> dict[Trait, float]:
    """Without the kinds that allow one value and were given several: of those only the surest place speaks, if it is agreed."""
    kept: dict[Trait, float] = {}
    for kind in dict.fromkeys(kind for kind, _ in found):
        values = {trait: sure for trait, sure in found.items() if trait[0] == kind}
        if kind in ONE and len(values) > 1:
            best = max(values.values())
            values = {trait: sure for trait, sure in values.items() if sure == best}
            if len(values) > 1:
                continue
        kept |= values
    return kept


def agree(offers: Sequence[Mapping[Trait, float]]) -> list[Tag]:
    """A product's tags, surest first: those that its offers agree on.

    Confidence = the trait's share of what the offers say of its kind x the chance that not all who say it err, at most .99.
    """
    of_kind: dict[str, float] = {}
    said: dict[Trait, float] = {}
    doubt: dict[Trait, float] = {}
    for offer in offers:
        for kind in {kind for kind, _ in offer}:
            of_kind[kind] = of_kind.get(kind, 0.0) + max(sure for trait, sure in offer.items() if trait[0] == kind)
        for trait, sure in offer.items():
            said[trait] = said.get(trait, 0.0) + sure
            doubt[trait] = doubt.get(trait, 1.0) * (1 - sure)
    tags = [
        Tag(*trait, round(min(said[trait] / of_kind[trait[0]] * (1 - doubt[trait]), 0.99), 3)) for trait in said
    ]
    return sorted((tag for tag in tags if tag.confidence >= LEAST), key=lambda tag: (-tag.confidence, tag.kind, tag.value))[:MOST]
