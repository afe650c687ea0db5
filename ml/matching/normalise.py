"""Titles as merchants write them, made comparable: one spelling for units, packs, colours, brands and codes."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from ml.matching.vocabulary import BRAND_ALIASES, BRAND_SUFFIXES, COLOURS, PACK_PREFIXES, PACK_WORDS, UNITS, VARIANT_DIMENSIONS

NUMBER = r"\d+(?:\.\d+)?"
UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
THOUSANDS = re.compile(r"(?<=\d)[,.](?=000(?!\d))")
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
INCH_MARK = re.compile(r"(?<=\d)\s?(?:\"|''|”|″|“)")
ATTACHED_INCH = re.compile(rf"\b({NUMBER})-?in\b(?! \d)")
PACK_TIMES = re.compile(rf"\b(\d{{1,3}})\s?[x×]\s?(?={NUMBER}\s?(?:{UNIT})\b)")
PACK_BEFORE = re.compile(rf"\b(?:{PACK_PREFIXES})\s?(\d{{1,3}})\b")
PACK_AFTER = re.compile(rf"\b(\d{{1,3}})[\s-]?(?:er[\s-])?(?:{PACK_WORDS})\b")
PLUS = re.compile(r"(?<=[a-z0-9])\s?\+(?![\w+])")
ROMAN = re.compile(r"(?<=\w )(ii|iii|iv)(?![\w.])")
ROMAN_VALUE = {"ii": "2", "iii": "3", "iv": "4"}
GLUED = re.compile(r"\b(?=[a-z]*[aeiou])([a-z]{4,})(\d{1,3})\b")
PACK_X = re.compile(r"\bx\s?(\d{1,2})\b(?!\.)")
MEASURED = "|".join(word for word, (dimension, _) in UNITS.items() if dimension in ("g", "ml"))
PACK_LAST = re.compile(rf"\b({NUMBER}\s?(?:{MEASURED})\b[\s/,|-]{{1,3}})(\d{{1,2}})\s?x(?![\w.])(?!\s?\d)")
AMOUNT = re.compile(rf"(?<![\w.])({NUMBER})\s?-?({UNIT})\b")
SIZE_WORDS = "eu|uk|us|size|gr|grosse|groesse|taille|talla|taglia|maat|rozmiar|t"
SIZE = re.compile(rf"\b({SIZE_WORDS})[\s.:]{{0,2}}(\d{{1,2}}(?:\.5)?|x{{0,3}}[sl]|m)\b")
JOINED = re.compile(r"\b[a-z0-9]+(?:[-_][a-z0-9]+)+\b")
NOISE = re.compile(r"[^a-z0-9. ]+|(?<!\d)\.|\.(?!\d)")
SPACES = re.compile(r"\s+")
MIXED = re.compile(r"(?=.*[a-z])(?=.*\d)[a-z0-9]{4,}$")
LETTER, DIGIT = re.compile(r"[a-z]"), re.compile(r"\d")
SCREENS = frozenset((24, 27, 28, 32, 40, 42, 43, 48, 49, 50, 55, 58, 60, 65, 70, 75, 77, 82, 83, 85, 86, 98))
COLOUR_NAMES = frozenset(COLOURS.values())
BARE_SIZE = re.compile(r"^(?:(\d{2}(?:\.5)?)|(x{0,3}[sl]|m))$")


@dataclass(frozen=True)
class Reading:
    """What a title says.

    text: normalised words. codes: model codes; numbers: short ones, `40` or `v11`. variants: `dimension -> values` in which
    variants differ (gb, ml, g, in, pack, colour, size...); a dimension that is not mentioned is absent.
    """

    text: str
    codes: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    variants: dict[str, frozenset[str]] = field(default_factory=dict)


def fold(text: str) -> str:
    """Lower case without accents: `Größe` -> `grosse`."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss").replace("ł", "l").replace("ø", "o").replace("æ", "ae"))
    return "".join(c for c in folded if not unicodedata.combining(c))


@lru_cache(maxsize=10_000)
def brand_key(brand: str) -> str:
    """A brand without company forms, spaces and case: `Hewlett-Packard Inc.` -> `hp`; empty stays empty."""
    plain = SPACES.sub(" ", re.sub(r"[^a-z0-9&+ -]", " ", fold(brand))).strip()
    words = [word for word in plain.split() if word not in BRAND_SUFFIXES] or plain.split()
    plain = " ".join(words)
    return BRAND_ALIASES.get(plain) or re.sub(r"[^a-z0-9]", "", plain)


def code_key(code: str) -> str:
    """An identifier's letters and digits only: `WH-1000XM4/B` -> `wh1000xm4b`."""
    return re.sub(r"[^a-z0-9]", "", fold(code))


def shape(code: str) -> str:
    """The pattern of a code: `wh1000xm4` -> `aa9999aa9`; different codes of one shape name sibling models."""
    return LETTER.sub("a", DIGIT.sub("9", code))


def read(title: str, variant_title: str = "") -> Reading:
    """Read a title and its variant's name."""
    found: dict[str, set[str]] = {}
    text = _units(_words(fold(f"{title} {variant_title}")), found)
    text = JOINED.sub(_join_code, text)
    words = SPACES.sub(" ", NOISE.sub(" ", text)).split()
    words = [COLOURS.get(word, word) for word in words]
    colours = {word for word in words if word in COLOUR_NAMES}
    if colours:
        found["colour"] = colours
    _bare_sizes(variant_title, found)
    _implied(found)
    taken = {value for values in found.values() for value in values}
    codes = frozenset(word for word in words if word not in taken and MIXED.match(word) and not AMOUNT.fullmatch(word))
    numbers = frozenset(word for word in words if word not in taken and len(word) < 4 and any(c.isdigit() for c in word))
    variants = {name: frozenset(values) for name, values in found.items() if not name.startswith("~")}
    return Reading(" ".join(words), codes, numbers, variants)


def _implied(found: dict[str, set[str]]) -> None:
    """What goes without saying: `800 g` is one of them; `16 GB, 1 TB` is not `32 GB, 1 TB` though both have a terabyte."""
    if {"g", "ml"} & found.keys():
        found.setdefault("pack", {"pack1"})
    if len(found.get("gb", ())) > 1:
        found["gb:all"] = {"+".join(sorted(found["gb"]))}


def _words(text: str) -> str:
    """`S9+` is S9 plus, `Mark II` is Mark 2, `Orion7` is Orion 7: shops write names so and so."""
    text = ROMAN.sub(lambda match: ROMAN_VALUE[match.group(1)], PLUS.sub(" plus ", text))
    return GLUED.sub(r"\1 \2", text)


def _units(text: str, found: dict[str, set[str]]) -> str:
    """Rewrite packs, amounts and sizes as single words; notes each under its dimension (`~w` for those that are no variant)."""
    text = INCH_MARK.sub(" inch ", DECIMAL_COMMA.sub(".", THOUSANDS.sub("", text)))
    text = ATTACHED_INCH.sub(r"\1 inch", text)
    for pattern in (PACK_TIMES, PACK_BEFORE, PACK_AFTER, PACK_X):
        text = pattern.sub(lambda match: _note(found, "pack", f"pack{int(match.group(1))}"), text)
    text = PACK_LAST.sub(lambda match: match.group(1) + _note(found, "pack", f"pack{int(match.group(2))}"), text)
    text = SIZE.sub(lambda match: _size(match, found), text)
    return AMOUNT.sub(lambda match: _amount(match, found), text)


def _note(found: dict[str, set[str]], dimension: str, value: str) -> str:
    found.setdefault(dimension, set()).add(value)
    return f" {value} "


def _amount(match: re.Match[str], found: dict[str, set[str]]) -> str:
    value, unit = float(match.group(1)), match.group(2)
    if unit == "g" and value in (2, 3, 4, 5) and not match.group(0)[-2].isspace():  # 5G is a network, 5 g a weight
        return match.group(0)
    dimension, factor = UNITS[unit]
    if unit == "cm" and (inches := _screen(value)):
        dimension, factor, value = "in", 1.0, float(inches)
    amount = f"{round(value * factor, 2):g}" if value * factor < 1e6 else str(round(value * factor))
    return _note(found, dimension if dimension in VARIANT_DIMENSIONS else f"~{dimension}", f"{amount}{dimension}")


def _screen(centimetres: float) -> int | None:
    """The inches of a screen that is named by its centimetres: 190 cm is 75 inches; None for other lengths."""
    inches = round(centimetres / 2.54)
    return inches if inches in SCREENS and abs(centimetres - inches * 2.54) <= 1 else None


def _size(match: re.Match[str], found: dict[str, set[str]]) -> str:
    system = match.group(1) if match.group(1) in ("eu", "uk", "us") else "size"
    return _sized(match.group(2), system, found)


def _sized(value: str, system: str, found: dict[str, set[str]]) -> str:
    if not value[0].isdigit():
        return _note(found, "size:letter", f"size{value}")
    european = system == "eu" or (system == "size" and 30 <= float(value) <= 52)
    return _note(found, "size:eu" if european else f"size:{system}", f"size{value}" if european else f"{system}{value}")


def _bare_sizes(variant_title: str, found: dict[str, set[str]]) -> None:
    """`42 / Black` as a variant's name: a bare number or letter there is a size."""
    for part in re.split(r"\s*[/,|]\s*", fold(variant_title).replace(",", ".")):
        if BARE_SIZE.match(part.strip()):
            _sized(part.strip(), "size", found)


def _join_code(match: re.Match[str]) -> str:
    """`wh-1000xm4` becomes one code; `eau-de-parfum` stays three words."""
    joined = re.sub(r"[-_]", "", match.group(0))
    return joined if MIXED.match(joined) and len(joined) <= 20 else re.sub(r"[-_]", " ", match.group(0))


def known_brands(brands: Iterable[str], merchants: Iterable[str]) -> set[str]:
    """Brand keys that at least two merchants use: what may be read out of a title without a brand field."""
    users: dict[str, set[str]] = {}
    for brand, merchant in zip(brands, merchants, strict=True):
        users.setdefault(brand, set()).add(merchant)
    return {brand for brand, names in users.items() if len(names) > 1 and len(brand) > 1}


def brand_in_title(text: str, known: set[str]) -> str:
    """The known brand that a normalised title begins with, or holds in its first four words; else empty."""
    words = text.split()[:4]
    for start in range(len(words)):
        for length in (3, 2, 1):
            joined = "".join(words[start : start + length])
            if joined in known:
                return joined
    return ""
