"""Offers made comparable: read once, and turned into sparse matrices of a row an offer."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from ml.matching.normalise import Reading, brand_in_title, brand_key, code_key, fold, known_brands, shape
from ml.matching.readings import Readings, read_all
from ml.matching.vectors import Lexicon, Matrix, fit, indicator, matrices, trigrams, words

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float32]
TEXT_COLUMNS = (
    "merchant_id", "country", "language", "item_group_key", "title", "variant_title", "brand", "gtin", "mpn", "sku",
    "category_path", "image_url",
)


@dataclass(frozen=True)
class Knowledge:
    """What rows are made by, learnt from all offers at once: rows made later by the same knowledge fit those made before.

    values: `dimension|value` of each column of `value`, appended only. brands: those that titles are searched for.
    """

    lexicon: Lexicon
    values: tuple[str, ...]
    brands: frozenset[str]


@dataclass(frozen=True)
class Offers:
    """Offers in the order of `frame` (reset index), read and turned into sparse matrices of n rows.

    word, char: L2-normed TF-IDF. idf: words weighted by rarity. code, number, value: 0/1 of model codes, numbers, variant values.
    dimension: value -> its dimension (values x dimensions). brand, mpn, gtin, group, merchant: keys, empty string where unknown.
    """

    frame: pd.DataFrame
    readings: Readings
    texts: Sequence[str]
    word: Matrix
    char: Matrix
    idf: Matrix
    code: Matrix
    shape: Matrix
    number: Matrix
    value: Matrix
    dimension: Matrix
    pack: NDArray[np.bool_]
    brand: NDArray[Any]
    mpn: NDArray[Any]
    gtin: NDArray[Any]
    group: NDArray[Any]
    merchant: NDArray[Any]
    price: FloatArray
    knowledge: Knowledge

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True)
class Pairs:
    """Candidate pairs: positions in `Offers`, left < right, each pair once."""

    left: IntArray
    right: IntArray

    def __len__(self) -> int:
        return len(self.left)

    def where(self, chosen: NDArray[Any]) -> "Pairs":
        return Pairs(self.left[chosen], self.right[chosen])


def prepare(frame: pd.DataFrame, knowledge: Knowledge | None = None) -> Offers:
    """Read offers: columns as features.offer_attributes; all but title may be missing or null.

    knowledge: of an earlier matching, which these rows shall fit; None learns it from these offers.
    """
    frame = frame.reset_index(drop=True)
    columns = {name: _text(frame, name) for name in TEXT_COLUMNS}
    readings = read_all(columns["title"], columns["variant_title"])
    known, keys = _brands(columns, knowledge)
    brand = [key or brand_in_title(text, known) for key, text in zip(keys, readings.texts, strict=True)]
    texts = [_with_brand(text, name) for text, name in zip(readings.texts, columns["brand"], strict=True)]
    terms, chars = words(texts), trigrams(texts)
    lexicon = knowledge.lexicon.grown(np.concatenate([terms.hashes, terms.pair_hashes])) if knowledge else fit(terms, chars)
    word, char, idf = matrices(terms, chars, lexicon)
    value, values = _values([entry.variants for entry in readings], knowledge.values if knowledge else ())
    codes = [sorted(entry.codes) for entry in readings]
    return Offers(
        frame, readings, texts, word, char, idf, code=indicator(codes),
        shape=indicator([sorted({shape(code) for code in own}) for own in codes]),
        number=indicator([sorted(entry.numbers) for entry in readings]),
        value=value, dimension=dimensions(values), pack=np.array(["pack" in entry.variants for entry in readings], bool),
        brand=np.array(brand, object), mpn=np.array([code_key(mpn) for mpn in columns["mpn"]], object),
        gtin=trusted_gtins(columns, readings), group=_groups(columns), merchant=np.array(columns["merchant_id"], object),
        price=_prices(frame), knowledge=Knowledge(lexicon, values, frozenset(known)),
    )


def take(offers: Offers, positions: IntArray, frame: pd.DataFrame) -> Offers:
    """The offers at `positions` with their `frame`: what is asked of a few looks at no others."""
    whole = {"frame": frame, "dimension": offers.dimension, "knowledge": offers.knowledge}
    places = positions.tolist()
    rows: dict[str, Any] = {
        "readings": offers.readings.take(places),
        "texts": [offers.texts[place] for place in places],
    }
    rest = (entry.name for entry in fields(Offers) if entry.name not in {**whole, **rows})
    return Offers(**whole, **rows, **{name: getattr(offers, name)[positions] for name in rest})


def _text(frame: pd.DataFrame, name: str) -> list[str]:
    return frame[name].fillna("").astype(str).tolist() if name in frame else [""] * len(frame)


def _prices(frame: pd.DataFrame) -> FloatArray:
    if "price_reporting" not in frame:
        return np.full(len(frame), np.nan, np.float32)
    price = pd.to_numeric(frame["price_reporting"], errors="coerce")
    return price.where(price > 0).to_numpy(np.float32)


def _brands(columns: dict[str, list[str]], knowledge: Knowledge | None) -> tuple[set[str], list[str]]:
    """The brands that titles are searched for, and each offer's brand as its merchant states it."""
    keys = [brand_key(name) for name in columns["brand"]]
    return set(knowledge.brands) if knowledge else known_brands(keys, columns["merchant_id"]) - {""}, keys


def _with_brand(text: str, brand: str) -> str:
    """The text, with the brand in front unless it is there already."""
    name = " ".join(fold(brand).split())
    return text if not name or name in text else f"{name} {text}"


def _groups(columns: dict[str, list[str]]) -> NDArray[Any]:
    """merchant|item group: listings of one group are that merchant's variants of one model."""
    both = zip(columns["merchant_id"], columns["item_group_key"], strict=True)
    return np.array([f"{merchant}|{group}" if group else "" for merchant, group in both], object)


def trusted_gtins(columns: dict[str, list[str]], readings: Sequence[Reading]) -> NDArray[Any]:
    """Identifiers less those that a merchant puts on listings which differ in colour, size, capacity or pack."""
    seen: dict[tuple[str, str], dict[str, frozenset[str]]] = {}
    spoilt: set[tuple[str, str]] = set()
    for merchant, gtin, reading in zip(columns["merchant_id"], columns["gtin"], readings, strict=True):
        if not gtin:
            continue
        before = seen.setdefault((merchant, gtin), dict(reading.variants))
        if any(before[name].isdisjoint(values) for name, values in reading.variants.items() if name in before):
            spoilt.add((merchant, gtin))
    both = zip(columns["merchant_id"], columns["gtin"], strict=True)
    return np.array(["" if (merchant, gtin) in spoilt else gtin for merchant, gtin in both], object)


def _values(variants: Sequence[dict[str, frozenset[str]]], known: tuple[str, ...]) -> tuple[Matrix, tuple[str, ...]]:
    """0/1 rows of `dimension|value`, and what each column is: the known ones, then new ones in order."""
    keyed = [[f"{name}|{value}" for name, values in sorted(own.items()) for value in sorted(values)] for own in variants]
    place = {key: column for column, key in enumerate(known)}
    columns = [place.setdefault(key, len(place)) for own in keyed for key in own]
    rows = np.repeat(np.arange(len(keyed)), [len(own) for own in keyed])
    size = (len(keyed), max(len(place), 1))
    return sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=size), tuple(place)


def dimensions(values: Sequence[str]) -> Matrix:
    """value -> dimension, 0/1, shape (values, dimensions): at least one of each."""
    named = [value.partition("|")[0] for value in values]
    names = {name: column for column, name in enumerate(sorted(set(named)))}
    columns = [names[name] for name in named]
    size = (max(len(values), 1), max(len(names), 1))
    return sparse.csr_matrix((np.ones(len(columns), np.float32), (np.arange(len(columns)), columns)), shape=size)
