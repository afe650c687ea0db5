"""A product's own words: the title, brand and image that stand for its offers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.matching.normalise import brand_key, code_key
from ml.matching.offers import Offers
from ml.matching.titles import clean, noise, spoken, with_variant

HOUSE = "house"


@dataclass(frozen=True)
class Card:
    """What a shopper sees of a product; gtin: the one that most of its offers state."""

    title: str
    brand: str | None
    gtin: str | None
    image_url: str | None


def card(offers: Offers, members: Sequence[int]) -> Card:
    """The card of the product whose offers stand at `members`: our own shop's words first, else the most typical offer's.

    The title names the variant, as a product is one; it does not shout, and a merchant's cries are no part of it;
    what our own shop writes stands as it is.
    """
    frame, positions = offers.frame, np.asarray(members)
    best = _most_typical(offers, positions)
    rows, title = frame.iloc[positions], " ".join(str(frame["title"].iloc[best]).split())
    calm = title if offers.merchant[best] == HOUSE else spoken(clean(title))
    return Card(
        title=with_variant(calm, _text(frame, "variant_title", best)),
        brand=_brand(rows["brand"].fillna("").astype(str).str.strip().tolist(), offers.merchant[positions].tolist()),
        gtin=_commonest([gtin for gtin in offers.gtin[positions] if gtin]),
        image_url=_first([frame["image_url"].iloc[best], *rows["image_url"]]),
    )


def _text(frame: pd.DataFrame, name: str, position: int) -> str:
    value = frame[name].iloc[position] if name in frame else None
    return value.strip() if isinstance(value, str) else ""


def _most_typical(offers: Offers, positions: NDArray[np.int64]) -> int:
    """The house's offer, else the one nearest in words to all others, noise taken off; the longer, then the first on a tie."""
    own = [int(position) for position in positions if offers.merchant[position] == HOUSE]
    if own:
        return own[0]
    rows = offers.word[positions]
    near = np.asarray((rows @ rows.T).sum(axis=1)).ravel() / len(positions)
    titles = offers.frame["title"].iloc[positions].astype(str)
    score = [round(float(value) - noise(title), 6) for value, title in zip(near, titles, strict=True)]
    lengths = [len(offers.readings[position].text) for position in positions]
    return int(positions[max(range(len(positions)), key=lambda place: (score[place], lengths[place], -place))])


def _brand(names: Sequence[str], merchants: Sequence[str]) -> str | None:
    """The brand that most merchants name, as it is mostly written; a shop's own name only where no other is known."""
    voters: dict[str, set[str]] = {}
    for name, merchant in zip(names, merchants, strict=True):
        if name:
            voters.setdefault(brand_key(name), set()).add(merchant)
    if not voters:
        return None
    votes = {key: sum(key not in code_key(merchant) for merchant in who) for key, who in voters.items()}
    best = min(votes, key=lambda key: (-votes[key], key))
    return _commonest([name for name in names if name and brand_key(name) == best])


def _commonest(values: Sequence[str]) -> str | None:
    counts = Counter(value for value in values if value)
    return min(counts, key=lambda value: (-counts[value], value)) if counts else None


def _first(values: Sequence[object]) -> str | None:
    return next((value for value in values if isinstance(value, str) and value), None)
