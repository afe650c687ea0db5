"""Offers made comparable: read once, and turned into sparse matrices of a row an offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from ml.matching.normalise import Reading, brand_in_title, brand_key, code_key, fold, known_brands, read, shape

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float32]
Matrix = Any  # scipy's csr_matrix ships no types
WORD = r"\S+"
TEXT_COLUMNS = (
    "merchant_id", "country", "language", "item_group_key", "title", "variant_title", "brand", "gtin", "mpn", "sku",
    "category_path", "image_url",
)


@dataclass(frozen=True)
class Offers:
    """Offers in the order of `frame` (reset index), read and turned into sparse matrices of n rows.

    word, char: L2-normed TF-IDF. idf: words weighted by rarity. code, number, value: 0/1 of model codes, numbers, variant values.
    dimension: value -> its dimension (values x dimensions). brand, mpn, gtin, group, merchant: keys, empty string where unknown.
    """

    frame: pd.DataFrame
    readings: Sequence[Reading]
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


def prepare(frame: pd.DataFrame) -> Offers:
    """Read offers: columns as features.offer_attributes; all but title may be missing or null."""
    frame = frame.reset_index(drop=True)
    columns = {name: _text(frame, name) for name in TEXT_COLUMNS}
    readings = [read(title, variant) for title, variant in zip(columns["title"], columns["variant_title"], strict=True)]
    brand = _brands(columns["brand"], columns["merchant_id"], readings)
    texts = [_with_brand(reading.text, name) for reading, name in zip(readings, columns["brand"], strict=True)]
    word, char, idf = _text_matrices(texts)
    value, dimension, pack = _variants(readings)
    return Offers(
        frame, readings, texts, word, char, idf,
        code=_indicator([reading.codes for reading in readings])[0],
        shape=_indicator([{shape(code) for code in reading.codes} for reading in readings])[0],
        number=_indicator([reading.numbers for reading in readings])[0],
        value=value, dimension=dimension, pack=pack, brand=brand,
        mpn=np.array([code_key(mpn) for mpn in columns["mpn"]], object),
        gtin=trusted_gtins(columns, readings), group=_groups(columns), merchant=np.array(columns["merchant_id"], object),
        price=_prices(frame),
    )


def _text(frame: pd.DataFrame, name: str) -> list[str]:
    return frame[name].fillna("").astype(str).tolist() if name in frame else [""] * len(frame)


def _prices(frame: pd.DataFrame) -> FloatArray:
    if "price_reporting" not in frame:
        return np.full(len(frame), np.nan, np.float32)
    price = pd.to_numeric(frame["price_reporting"], errors="coerce")
    return price.where(price > 0).to_numpy(np.float32)


def _brands(names: Sequence[str], merchants: Sequence[str], readings: Sequence[Reading]) -> NDArray[Any]:
    keys = [brand_key(name) for name in names]
    known = known_brands((key for key in keys), merchants) - {""}
    return np.array(
        [key or brand_in_title(reading.text, known) for key, reading in zip(keys, readings, strict=True)], object
    )


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


def _text_matrices(texts: Sequence[str]) -> tuple[Matrix, Matrix, Matrix]:
    floor = 2 if len(texts) > 2000 else 1
    words = TfidfVectorizer(token_pattern=WORD, ngram_range=(1, 2), min_df=floor, sublinear_tf=True, dtype=np.float32)
    chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), min_df=floor, sublinear_tf=True, dtype=np.float32)
    single = TfidfVectorizer(token_pattern=WORD, binary=True, norm=None, dtype=np.float32)
    return words.fit_transform(texts), chars.fit_transform(texts), single.fit_transform(texts)


def _indicator(sets: Sequence[Any]) -> tuple[Matrix, dict[str, int]]:
    counter = CountVectorizer(analyzer=sorted, binary=True, dtype=np.float32)
    if not any(sets):
        return sparse.csr_matrix((len(sets), 1), dtype=np.float32), {"": 0}
    matrix = counter.fit_transform(sets)
    return matrix, counter.vocabulary_


def _variants(readings: Sequence[Reading]) -> tuple[Matrix, Matrix, NDArray[np.bool_]]:
    keyed = [{f"{name}|{v}" for name, values in reading.variants.items() for v in values} for reading in readings]
    matrix, vocabulary = _indicator(keyed)
    names = sorted({key.partition("|")[0] for key in vocabulary})
    rows = list(vocabulary.values())
    columns = [names.index(key.partition("|")[0]) for key in vocabulary]
    dimension = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(vocabulary), len(names)))
    return matrix, dimension, np.array(["pack" in reading.variants for reading in readings])
