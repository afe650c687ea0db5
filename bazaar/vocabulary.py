"""The words the world is made of: categories, brands, lines, variant axes, colours; read once from data/catalogue.yml."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class Category:
    """One category. `price` is the EUR range of its groups; `brands` maps a brand to its careless spellings."""

    name: str
    path: str
    price: tuple[float, float]
    noun: dict[str, str]
    brands: dict[str, tuple[str, ...]]
    lines: tuple[str, ...]
    suffixes: tuple[str, ...]
    axes: dict[str, tuple[str, ...]]
    features: tuple[str, ...]


def _category(name: str, raw: dict[str, Any]) -> Category:
    return Category(
        name=name,
        path=raw["path"],
        price=(float(raw["price"][0]), float(raw["price"][1])),
        noun=raw["noun"],
        brands={brand: tuple(spellings) for brand, spellings in raw["brands"].items()},
        lines=tuple(raw["lines"]),
        suffixes=tuple(raw["suffixes"]),
        axes={axis: tuple(values) for axis, values in raw["axes"].items()},
        features=tuple(raw["features"]),
    )


def load_yaml(name: str) -> dict[str, Any]:
    """One of the bazaar's own data files as a mapping."""
    parsed: dict[str, Any] = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return parsed


@cache
def categories() -> tuple[Category, ...]:
    return tuple(_category(name, raw) for name, raw in load_yaml("catalogue.yml")["categories"].items())


@cache
def colour_words() -> dict[str, dict[str, str]]:
    """Colour in English -> language -> word."""
    words: dict[str, dict[str, str]] = load_yaml("catalogue.yml")["colours"]
    return words
