"""Pairs by how their titles are spelt: codes that one writes apart, numbers and versions that the other lacks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler, Levenshtein

from ml.matching.offers import FloatArray, IntArray, Pairs
from ml.matching.vectors import indicator

NUMBER = re.compile(r"\d+(?:\.\d+)?")
CODE_LENGTH = 4
TITLES = 250_000  # remembered: an offer comes up with each of its candidates, some hundreds of thousands of pairs at a time
WORKERS = 1  # more of them spin against the neighbours of a shared machine


@dataclass(frozen=True)
class _Spelt:
    """Texts without spaces, each text's longest code (empty for none), and its numbers."""

    joined: Sequence[str]
    code: Sequence[str]
    numbers: Sequence[Sequence[str]]


@lru_cache(TITLES)
def numbers_in(text: str) -> tuple[str, ...]:
    """Each number once, `6.0` as `6`: versions, editions, sizes, and the digits of codes."""
    return tuple(sorted({f"{float(number):g}" if len(number) < 7 else number for number in NUMBER.findall(text)}))


@lru_cache(TITLES)
def longest_code(text: str) -> str:
    """The longest word of letters and digits; empty for none."""
    codes = [word for word in text.split() if len(word) >= CODE_LENGTH and not word.isalpha() and re.search("[a-z]", word)]
    return max((word for word in codes if any(sign.isdigit() for sign in word)), key=len, default="")


def spelling_features(texts: Sequence[str], pairs: Pairs) -> dict[str, NDArray[Any]]:
    """Features of pairs (each shape (pairs,)): whichever offer comes first, they are the same.

    joined_ratio, joined_jaro: likeness without spaces; code_found: how well the longest code of one is found in the other's
    joined text, the better of both (NaN without codes); code_like: of both longest codes (NaN unless both have one);
    numbers_common, numbers_apart, numbers_extra: shared ones, those that the poorer and the richer side has alone.
    """
    rows, place = np.unique(np.concatenate([pairs.left, pairs.right]), return_inverse=True)
    left, right = place[: len(pairs)], place[len(pairs) :]
    spelt = _spelt([texts[row] for row in rows])
    joined = [_taken(spelt.joined, side) for side in (left, right)]
    return {
        "joined_ratio": _like(fuzz.ratio, *joined), "joined_jaro": _like(JaroWinkler.normalized_similarity, *joined),
        **_codes(spelt, left, right), **_numbers(spelt, left, right),
    }


def _spelt(texts: Sequence[str]) -> _Spelt:
    joined = [text.replace(" ", "") for text in texts]
    return _Spelt(joined, [longest_code(text) for text in texts], [numbers_in(text) for text in texts])


def _taken(values: Sequence[str], rows: IntArray) -> list[str]:
    return [values[row] for row in rows.tolist()]


def _like(scorer: Any, left: Sequence[str], right: Sequence[str]) -> FloatArray:  # noqa: ANN401 (rapidfuzz's own scorers)
    return np.asarray(process.cpdist(left, right, scorer=scorer, workers=WORKERS, dtype=np.float32), np.float32)


def _codes(spelt: _Spelt, left: IntArray, right: IntArray) -> dict[str, FloatArray]:
    has = np.array([bool(code) for code in spelt.code], bool)
    found = np.full(len(left), np.nan, np.float32)
    for mine, other in ((left, right), (right, left)):
        asked = np.flatnonzero(has[mine])
        held = _like(fuzz.partial_ratio, _taken(spelt.code, mine[asked]), _taken(spelt.joined, other[asked]))
        found[asked] = np.fmax(found[asked], held)
    like = np.full(len(left), np.nan, np.float32)
    both = np.flatnonzero(has[left] & has[right])
    codes = _taken(spelt.code, left[both]), _taken(spelt.code, right[both])
    like[both] = _like(Levenshtein.normalized_similarity, *codes)
    return {"code_found": found, "code_like": like}


def _numbers(spelt: _Spelt, left: IntArray, right: IntArray) -> dict[str, FloatArray]:
    held = indicator(spelt.numbers)
    size = np.diff(held.indptr).astype(np.float32)
    common = np.asarray(held[left].multiply(held[right]).sum(axis=1), np.float32).ravel()
    alone = size[left] - common, size[right] - common
    return {"numbers_common": common, "numbers_apart": np.minimum(*alone), "numbers_extra": np.maximum(*alone)}
