"""Texts as sparse features: words and pairs of words by TF-IDF, and the letters of words, read once per distinct word."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer

Matrix = Any  # scipy's csr_matrix ships no types
WORD = r"\S+"
MOST_FEATURES = 200_000


@dataclass(frozen=True)
class Reader:
    """Turns texts into word features (a fitted vectoriser) and, by way of their distinct words, letter features."""

    vectoriser: TfidfVectorizer
    letters: int

    def words(self, texts: Sequence[str]) -> Matrix:
        """L2-normed TF-IDF, shape (texts, vocabulary)."""
        return self.vectoriser.transform(texts)

    def spelt(self, texts: Sequence[str]) -> tuple[Matrix, Matrix]:
        """Each text's share of the letters of each distinct word (texts x words), and the words' n-grams (words x letters).

        Their product is a text's letter features: hashed n-grams of 3 to 5, over the root of how many there are. Kept apart, a
        linear model weighs each word once, however many texts hold it.
        """
        counter = CountVectorizer(token_pattern=WORD, lowercase=False, binary=True, dtype=np.float32)
        try:
            counts = counter.fit_transform(texts)
        except ValueError:  # no text holds a word
            return sparse.csr_matrix((len(texts), 1), dtype=np.float32), sparse.csr_matrix((1, self.letters), dtype=np.float32)
        hashing = HashingVectorizer(
            analyzer="char_wb", ngram_range=(3, 5), n_features=self.letters, norm=None, alternate_sign=False, lowercase=False,
            dtype=np.float32,
        )
        grams = hashing.transform(counter.get_feature_names_out())
        total = counts @ np.asarray(grams.sum(axis=1), np.float32).ravel()
        return sparse.diags(1 / np.sqrt(np.maximum(total, 1.0)), dtype=np.float32) @ counts, grams


def reader(texts: Sequence[str], letters: int) -> Reader:
    """A reader whose words are those that at least two of the texts hold."""
    floor = 2 if len(texts) > 500 else 1
    vectoriser = TfidfVectorizer(
        token_pattern=WORD, lowercase=False, ngram_range=(1, 2), min_df=floor, max_features=MOST_FEATURES, sublinear_tf=True,
        dtype=np.float32,
    )
    return Reader(vectoriser.fit(texts), letters)


def features(read: Reader, texts: Sequence[str]) -> Matrix:
    """Word and letter features side by side, for training: shape (texts, vocabulary + letters)."""
    shares, grams = read.spelt(texts)
    return sparse.hstack([read.words(texts), shares @ grams], format="csr", dtype=np.float32)
