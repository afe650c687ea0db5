"""How a locale writes numbers and what it pays with (CLDR 47): the decimal mark by language and region, the country's currency.

English is read with a point everywhere: CLDR gives en-ZA and en-DE a comma, the shops there do not.
"""

from dataclasses import dataclass
from functools import lru_cache

from dealhouse.currencies import OF_COUNTRY

_COMMA = """
af az bas be bg bs ca cs cv da de dsb el eo es et eu fi fo fr fy gl hr hsb hu hy id ia is it jv ka kab kea kk kl ky lb ln lt lv mk
nb nl nn no os pl pt qu rn ro ru rw sc seh sg sk sl smn sq sr su sv tg tk tr tt uk uz vec vi wo
"""
# Regions that write otherwise than most of their language do.
_COMMA_IN = "ar-MA ar-MR ar-LY ar-TN ar-DZ ar-LB ms-BN ms-ID"
_POINT_IN = "de-CH de-LI it-CH es-SV es-PR es-HN es-BR es-PA es-US es-GT es-DO es-NI es-CU es-419 es-PE es-MX es-BZ"
# The country that a language alone stands for, where its signs are meant (`kr` in Swedish is Sweden's).
_HOMES = "sv-SE nb-NO nn-NO no-NO da-DK is-IS ja-JP zh-CN hi-IN fa-IR he-IL am-ET be-BY ky-KG uz-UZ ne-NP ur-PK"
COMMA = frozenset(_COMMA.split())
ELSE = frozenset(f"{_COMMA_IN} {_POINT_IN}".split())
HOMES = dict(home.split("-") for home in _HOMES.split())


@dataclass(frozen=True, slots=True)
class Habit:
    """`mark`: the decimal mark, None when unknown; `currency`: of the country, None when unknown; has_country: one was named."""

    mark: str | None = None
    currency: str | None = None
    has_country: bool = False


@lru_cache(maxsize=1024)
def habit_of(language: str | None, country: str | None = None) -> Habit:
    """Of `de`, `de-CH`, `de_CH`, `zh-Hant-TW` (BCP 47 or POSIX), and of a country where the language names none."""
    parts = (language or "").partition(".")[0].replace("_", "-").split("-")
    spoken = parts[0].lower()
    region = next((part.upper() for part in parts[1:] if len(part) == 2 or part.isdigit()), None)
    place = region or (country or "").upper()
    return Habit(_mark(spoken, place) if spoken else None, OF_COUNTRY.get(place or HOMES.get(spoken, "")), place in OF_COUNTRY)


def _mark(language: str, region: str) -> str:
    return "," if (language in COMMA) != (f"{language}-{region}" in ELSE) else "."
