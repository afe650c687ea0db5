"""Texts as sparse rows without a dictionary of strings: a term is its hash, so rows made later fit those made before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

Hashes = NDArray[np.uint64]
Matrix = Any  # scipy's csr_matrix ships no types
MIX = np.uint64(0x9E3779B97F4A7C15)
CHUNK = 50_000         # texts read at once: what a chunk needs in passing stays near 100 MB
SIGNS = 64             # letters, digits, point and space have a place of their own, other signs share what is left
TRIGRAMS = SIGNS**3
WIDE = 2**31 - 1       # columns of a matrix that is never turned: a hash is one
SPACE = 0
PREFIX = 5             # letters that a model number may begin with


@dataclass(frozen=True)
class Lexicon:
    """What the columns of the word and trigram matrices are and weigh; columns are appended only.

    words: hash of each word or word pair, by column. word_idf, char_idf: ln((1 + n) / (1 + offers that hold it)) + 1.
    """

    words: Hashes
    word_idf: NDArray[np.float32]
    char_idf: NDArray[np.float32]
    unseen: float

    def columns(self, hashes: Hashes) -> NDArray[np.int64]:
        """The column of each hash; -1 for an unknown one."""
        return np.asarray(pd.Index(self.words).get_indexer(pd.Index(hashes)), np.int64)

    def grown(self, hashes: Hashes) -> "Lexicon":
        """With columns for terms that it lacks; these weigh what a term of no offer weighs."""
        lacking = pd.unique(hashes[self.columns(hashes) < 0])
        if not len(lacking):
            return self
        idf = np.concatenate([self.word_idf, np.full(len(lacking), self.unseen, np.float32)])
        return Lexicon(np.concatenate([self.words, lacking]), idf, self.char_idf, self.unseen)


@dataclass(frozen=True)
class WordTerms:
    """Every word of n texts, and every pair of neighbours, as (row, hash)."""

    size: int
    rows: NDArray[np.int32]
    hashes: Hashes
    pair_rows: NDArray[np.int32]
    pair_hashes: Hashes


def hashed(strings: Sequence[str]) -> Hashes:
    """A 64-bit hash of each string, the same in every process."""
    codes, distinct = pd.factorize(np.array(strings, object))
    return np.asarray(pd.util.hash_array(np.asarray(distinct, object), categorize=False)[codes], np.uint64)


def words(texts: Sequence[str]) -> WordTerms:
    """Words are what spaces part."""
    tokens = [text.split() for text in texts]
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), [len(row) for row in tokens])
    hashes = hashed([word for row in tokens for word in row])
    both = rows[:-1] == rows[1:]
    pairs = hashes[:-1] * MIX + (hashes[1:] ^ (hashes[1:] >> np.uint64(29)))
    codes = _split_codes([word for row in tokens for word in row], both)
    pairs[list(codes)] = hashed(list(codes.values()))
    return WordTerms(len(texts), rows, hashes, rows[:-1][both], pairs[both])


def _split_codes(tokens: Sequence[str], both: NDArray[np.bool_]) -> dict[int, str]:
    """Neighbours that some write as one word, by the first one's place: `wh 1000` is `wh1000`."""
    return {
        place: tokens[place] + tokens[place + 1] for place in np.flatnonzero(both).tolist()
        if tokens[place + 1][0].isdigit() and len(tokens[place]) <= PREFIX and tokens[place].isalpha()
    }


def trigrams(texts: Sequence[str]) -> Matrix:
    """How often each run of three signs is in each text, shape (texts, TRIGRAMS); words are read apart, with a space around."""
    parts = [_trigrams(texts[start : start + CHUNK]) for start in range(0, len(texts), CHUNK)]
    return sparse.vstack(parts, format="csr") if parts else sparse.csr_matrix((0, TRIGRAMS), dtype=np.float32)


def _trigrams(texts: Sequence[str]) -> Matrix:
    padded = [f" {text} " for text in texts]
    signs = _signs(np.frombuffer("".join(padded).encode("utf-32-le", "replace"), np.uint32))
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), [len(text) for text in padded])
    good = (rows[:-2] == rows[2:]) & (signs[1:-1] != SPACE)
    columns = ((signs[:-2] * SIGNS + signs[1:-1]) * SIGNS + signs[2:])[good]
    return sparse.csr_matrix((np.ones(len(columns), np.float32), (rows[:-2][good], columns)), shape=(len(texts), TRIGRAMS))


def _signs(points: NDArray[np.uint32]) -> NDArray[np.int32]:
    place = np.empty(128, np.int32)
    place[:] = 38 + np.arange(128) % (SIGNS - 38)
    place[[ord(sign) for sign in " .0123456789abcdefghijklmnopqrstuvwxyz"]] = np.arange(38)
    return np.where(points < 128, place[np.minimum(points, 127)], 38 + (points % (SIGNS - 38)).astype(np.int32)).astype(np.int32)


def fit(terms: WordTerms, chars: Matrix) -> Lexicon:
    """The lexicon of some offers: what they hold, weighed by how few hold it."""
    columns, distinct = pd.factorize(np.concatenate([terms.hashes, terms.pair_hashes]))
    rows = np.concatenate([terms.rows, terms.pair_rows]).astype(np.int64)
    held = pd.unique(columns.astype(np.int64) * max(terms.size, 1) + rows) // max(terms.size, 1)
    word_df = np.bincount(held, minlength=len(distinct))
    char_df = np.bincount(chars.indices, minlength=TRIGRAMS)
    return Lexicon(np.asarray(distinct, np.uint64), rarity(word_df, terms.size), rarity(char_df, terms.size),
                   float(np.log1p(terms.size) + 1))


def rarity(held: NDArray[np.int64], size: int) -> NDArray[np.float32]:
    """The weight (idf) of terms that so many of `size` texts hold."""
    return (np.log((1 + size) / (1 + held)) + 1).astype(np.float32)


def matrices(terms: WordTerms, chars: Matrix, lexicon: Lexicon) -> tuple[Matrix, Matrix, Matrix]:
    """word, char: L2-normed TF-IDF (sublinear). idf: single words, each once, by its weight. The lexicon knows every term."""
    single = _counts(terms.rows, lexicon.columns(terms.hashes), (terms.size, len(lexicon.words)))
    double = _counts(terms.pair_rows, lexicon.columns(terms.pair_hashes), single.shape)
    idf = single.copy()
    idf.data = lexicon.word_idf[idf.indices]
    return normed(single + double, lexicon.word_idf), normed(chars, lexicon.char_idf), idf


def _counts(rows: NDArray[np.int32], columns: NDArray[np.int64], size: tuple[int, int]) -> Matrix:
    return sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns.astype(np.int32))), shape=size)


def normed(counts: Matrix, idf: NDArray[np.float32]) -> Matrix:
    """L2-normed TF-IDF of counts, sublinear: 1 + ln(count) times the term's weight."""
    data = (1 + np.log(counts.data)) * idf[counts.indices]
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    norm = np.sqrt(np.bincount(rows, data.astype(np.float64) ** 2, minlength=counts.shape[0]))
    return sparse.csr_matrix(((data / norm[rows]).astype(np.float32), counts.indices, counts.indptr), shape=counts.shape)


def indicator(sets: Sequence[Sequence[str]]) -> Matrix:
    """0/1 rows of the strings in each set, shape (sets, WIDE): for row-wise products only."""
    rows = np.repeat(np.arange(len(sets), dtype=np.int32), [len(one) for one in sets])
    columns = (hashed([word for one in sets for word in one]) % np.uint64(WIDE)).astype(np.int32)
    matrix = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(sets), WIDE))
    matrix.data[:] = 1  # two strings of one hash
    return matrix
