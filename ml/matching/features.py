"""The features of candidate pairs: vectorised, never pair by pair, never the identifier itself."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from ml.matching.dots import dots
from ml.matching.offers import FloatArray, Offers, Pairs
from ml.matching.spelling import spelling_features
from ml.matching.vectors import Matrix

CHUNK = 100_000


def _size(matrix: Matrix) -> FloatArray:
    return np.asarray(matrix.sum(axis=1), np.float32).ravel()


def similarities(offers: Offers, pairs: Pairs) -> tuple[FloatArray, FloatArray]:
    """Word and character cosines of pairs."""
    return dots(offers.word, pairs.left, pairs.right), dots(offers.char, pairs.left, pairs.right)


def variant_conflicts(offers: Offers, pairs: Pairs) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Per pair: dimensions that both name and agree on, that both name without a common value, and that only one names."""
    agree, conflict, one_sided = (np.empty(len(pairs), np.float32) for _ in range(3))
    named = (offers.value @ offers.dimension).sign()
    for start in range(0, len(pairs), CHUNK):
        part = slice(start, start + CHUNK)
        left, right = pairs.left[part], pairs.right[part]
        common = (offers.value[left].multiply(offers.value[right]) @ offers.dimension).sign()
        both = named[left].multiply(named[right])
        agree[part] = _size(common)
        conflict[part] = _size(both) - agree[part]
        one_sided[part] = _size(named[left]) + _size(named[right]) - 2 * _size(both)
    return agree, conflict, one_sided


def _keys(values: NDArray[Any], pairs: Pairs) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    codes = pd.factorize(values)[0]
    known = (values != "").astype(bool)
    both = known[pairs.left] & known[pairs.right]
    same = codes[pairs.left] == codes[pairs.right]
    return both & same, both & ~same


def _overlap(matrix: Matrix, pairs: Pairs) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Common members, and: both have some, none in common."""
    common, size = dots(matrix, pairs.left, pairs.right), _size(matrix)
    return common, (size[pairs.left] > 0) & (size[pairs.right] > 0) & (common == 0)


def _rarity(offers: Offers, pairs: Pairs) -> dict[str, FloatArray]:
    """The share of idf weight in common, of the side that says more and of the one that says less; the rarest word apart."""
    weights, total = offers.idf, _size(offers.idf)
    shared, rarest = np.empty(len(pairs), np.float32), np.empty((2, len(pairs)), np.float32)
    for start in range(0, len(pairs), CHUNK):
        part = slice(start, start + CHUNK)
        left, right = weights[pairs.left[part]], weights[pairs.right[part]]
        common = left.minimum(right)
        shared[part] = np.asarray(common.sum(axis=1)).ravel()
        for side, rows in enumerate((left, right)):
            rarest[side, part] = (rows - common).max(axis=1).toarray().ravel()
    a, b = np.maximum(total[pairs.left], 1e-6), np.maximum(total[pairs.right], 1e-6)
    return {
        "shared_of_longer": shared / np.maximum(a, b), "shared_of_shorter": shared / np.minimum(a, b),
        "unshared_most": rarest.max(axis=0), "unshared_least": rarest.min(axis=0),
    }


def pair_features(offers: Offers, pairs: Pairs, word: FloatArray, char: FloatArray) -> pd.DataFrame:
    """Features of pairs, one row each, float32; context (ranks, gaps) comes from `context.context_features`."""
    agree, conflict, one_sided = variant_conflicts(offers, pairs)
    code_common, code_apart = _overlap(offers.code, pairs)
    shape_common = dots(offers.shape, pairs.left, pairs.right)
    number_common, number_apart = _overlap(offers.number, pairs)
    brand_same, brand_apart = _keys(offers.brand, pairs)
    mpn_same, mpn_apart = _keys(offers.mpn, pairs)
    group_same, _ = _keys(offers.group, pairs)
    merchant_same, _ = _keys(offers.merchant, pairs)
    left, right = ([offers.texts[k] for k in side] for side in (pairs.left, pairs.right))
    ratio = np.abs(np.log(offers.price[pairs.left] / offers.price[pairs.right]))
    return pd.DataFrame({
        "word": word, "char": char, **_rarity(offers, pairs),
        "token_set": process.cpdist(left, right, scorer=fuzz.token_set_ratio, workers=2, dtype=np.float32),
        "token_sort": process.cpdist(left, right, scorer=fuzz.token_sort_ratio, workers=2, dtype=np.float32),
        "variant_agree": agree, "variant_conflict": conflict, "variant_one_sided": one_sided,
        "pack_one_sided": offers.pack[pairs.left] != offers.pack[pairs.right],
        "code_common": code_common, "code_apart": code_apart, "code_same_shape": code_apart & (shape_common > 0),
        "number_common": number_common, "number_apart": number_apart,
        "brand_same": brand_same, "brand_apart": brand_apart, "mpn_same": mpn_same, "mpn_apart": mpn_apart,
        "group_same": group_same, "merchant_same": merchant_same, "price_ratio": ratio, **spelling_features(offers.texts, pairs),
    }).astype(np.float32)
