"""Words that titles use in the languages of European shops: units, packs, colours, brands (vocabulary.yml)."""

from pathlib import Path
from typing import Any

import yaml

_RAW: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))


def _turned(groups: dict[str, str]) -> dict[str, str]:
    return {word: name for name, words in groups.items() for word in words.split()}


UNITS: dict[str, tuple[str, float]] = {
    word: (unit["dimension"], float(unit["factor"])) for unit in _RAW["units"] for word in unit["words"].split()
}
VARIANT_DIMENSIONS = frozenset(_RAW["variant_dimensions"])
COLOURS: dict[str, str] = _turned(_RAW["colours"])
PACK_WORDS = "|".join(word.strip() for word in _RAW["pack_words"].split(","))
PACK_PREFIXES = "|".join(word.strip() for word in _RAW["pack_prefixes"].split(","))
BRAND_ALIASES: dict[str, str] = _RAW["brand_aliases"]
BRAND_SUFFIXES = frozenset(_RAW["brand_suffixes"].split())
