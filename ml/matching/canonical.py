"""A product's own words: the title, brand and image that stand for its offers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.matching.offers import Offers

HOUSE = "house"


@dataclass(frozen=True)
class Card:
    """What a shopper sees of a product; gtin: the one that most of its offers state."""

    title: str
    brand: str | None
    gtin: str | None
    image_url: str | None


def card(offers: Offers, members: Sequence[int]) -> Card:
    """The card of the product whose offers stand at `members`: our own shop's words first, else the most typical offer's."""
    frame, positions = offers.frame, np.asarray(members)
    best = _most_typical(offers, positions)
    rows = frame.iloc[positions]
    title = " ".join(str(frame["title"].iloc[best]).split())
    return Card(
        title=title,
        brand=_commonest([str(name).strip() for name in rows["brand"].dropna()]),
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
