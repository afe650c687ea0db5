"""How each field of an offer is cleaned: what is told may be cut; what identifies is whole or not there."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from dealhouse.scraping.words import clean, plain_text

ID_LIMIT, DESCRIPTION_LIMIT = 500, 20_000  # characters
SHARED_LIMIT = 200  # characters of a word that is remembered
# Lengths are those that loading takes.
_TOLD = {"variant_title": 1000, "category_path": 1000, "terms": 5000}
_IDENTIFYING = {"item_group_id": ID_LIMIT, "brand": 300, "mpn": 300, "sku": 300, "condition": 100, "coupon_code": 300}


def _told(limit: int) -> Callable[[Any], str | None]:
    return lambda value: (clean(value) or "")[:limit].rstrip() or None


def _identifying(limit: int) -> Callable[[Any], str | None]:
    def whole(value: object) -> str | None:
        word = clean(value)
        return word if word and len(word) <= limit else None

    return whole


def _of_few(cleaned: Callable[[Any], str | None]) -> Callable[[Any], str | None]:
    """The same, remembered: of words that many offers of a shop share."""
    known = lru_cache(maxsize=2048)(cleaned)
    return lambda value: known(value) if value.__class__ is str and len(value) < SHARED_LIMIT else cleaned(value)


def _joined(flags: str | Iterable[str]) -> str | None:
    return ",".join(sorted({word for word in (flags.split(",") if isinstance(flags, str) else flags) if word})) or None


CLEANED: dict[str, Callable[[Any], Any]] = {
    **{name: _told(limit) for name, limit in _TOLD.items()},
    **{name: _identifying(limit) for name, limit in _IDENTIFYING.items()},
    **{name: _of_few(_identifying(_IDENTIFYING[name])) for name in ("brand", "condition")},
    "category_path": _of_few(_told(_TOLD["category_path"])),
    "native_variant_id": lambda value: (clean(value) or "")[:ID_LIMIT],
    "description": lambda value: (plain_text(value) or "")[:DESCRIPTION_LIMIT].rstrip() or None,
    "flags": _joined,
}
