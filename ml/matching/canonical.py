"""A product's own words: the title, brand, category and image that stand for its offers."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.matching.normalise import fold
from ml.matching.offers import Offers
from ml.matching.vocabulary import CATEGORY_OF

OTHER = "other"
HOUSE = "house"
WORD = re.compile(r"[a-z]+")
SEPARATOR = re.compile(r"[>/|»]+")


@dataclass(frozen=True)
class Card:
    """What a shopper sees of a product; gtin: the one that most of its offers state."""

    title: str
    brand: str | None
    category: str
    gtin: str | None
    image_url: str | None


def category_of(path: str, title: str) -> str:
    """A category by the words of a path, deepest part first, else by the title's; `other` rather than wrong.

    A title that speaks of two categories speaks of none.
    """
    for part in reversed(SEPARATOR.split(fold(path))):
        found = [CATEGORY_OF[word] for word in WORD.findall(part) if word in CATEGORY_OF]
        if found:
            return found[-1] if len(set(found)) > 1 else found[0]
    named = {CATEGORY_OF[word] for word in WORD.findall(fold(title)) if word in CATEGORY_OF}
    return named.pop() if len(named) == 1 else OTHER


def card(offers: Offers, members: Sequence[int]) -> Card:
    """The card of the product whose offers stand at `members`: our own shop's words first, else the most typical offer's."""
    frame, positions = offers.frame, np.asarray(members)
    best = _most_typical(offers, positions)
    rows = frame.iloc[positions]
    title = " ".join(str(frame["title"].iloc[best]).split())
    paths = rows["category_path"].fillna("").astype(str)
    votes = Counter(category_of(path, text) for path, text in zip(paths, rows["title"].astype(str), strict=True))
    named = {name: count for name, count in votes.items() if name != OTHER}
    return Card(
        title=title,
        brand=_commonest([str(name).strip() for name in rows["brand"].dropna()]),
        category=min(named, key=lambda name: (-named[name], name)) if named else OTHER,
        gtin=_commonest([gtin for gtin in offers.gtin[positions] if gtin]),
        image_url=_first([frame["image_url"].iloc[best], *rows["image_url"]]),
    )


def _most_typical(offers: Offers, positions: NDArray[np.int64]) -> int:
    """The house's offer, else the one nearest in words to all others; the first on a tie."""
    own = [int(position) for position in positions if offers.merchant[position] == HOUSE]
    if own:
        return own[0]
    if len(positions) < 3:
        return int(max(positions, key=lambda position: (len(offers.readings[position].text), -position)))
    rows = offers.word[positions]
    return int(positions[int(np.argmax(np.asarray((rows @ rows.T).sum(axis=1)).ravel().round(6)))])


def _commonest(values: Sequence[str]) -> str | None:
    counts = Counter(value for value in values if value)
    return min(counts, key=lambda value: (-counts[value], value)) if counts else None


def _first(values: Sequence[object]) -> str | None:
    return next((value for value in values if isinstance(value, str) and value), None)
