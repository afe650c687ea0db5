import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from ml.matching.vectors import Lexicon, Matrix, fit, matrices, trigrams, words

TEXTS = ["norvik falcon 7 128gb black", "falcon 7 norvik black black", "altera orbit", "", "é ß 5.5 a", "orbit altera 128gb"]


def made(texts: list[str], lexicon: Lexicon | None = None) -> tuple[Matrix, Matrix, Matrix]:
    terms, chars = words(texts), trigrams(texts)
    return matrices(terms, chars, lexicon or fit(terms, chars))


def test_cosines_are_those_of_a_vectoriser_with_a_dictionary() -> None:
    word = TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True).fit_transform(TEXTS)
    char = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True).fit_transform(TEXTS)
    single = TfidfVectorizer(token_pattern=r"\S+", binary=True, norm=None).fit_transform(TEXTS)
    for mine, theirs in zip(made(TEXTS), (word, char, single), strict=True):
        np.testing.assert_allclose((mine @ mine.T).toarray(), (theirs @ theirs.T).toarray(), rtol=1e-5, atol=1e-6)


def test_a_row_made_later_is_the_row_made_before_and_new_words_have_columns() -> None:
    terms, chars = words(TEXTS), trigrams(TEXTS)
    lexicon = fit(terms, chars)
    later = words(["norvik falcon 7 128gb black", "norvik zx9 128gb"])
    grown = lexicon.grown(np.concatenate([later.hashes, later.pair_hashes]))
    whole, again = matrices(terms, chars, lexicon), matrices(later, trigrams([*TEXTS[:1], "norvik zx9 128gb"]), grown)
    assert (again[0][0, : len(lexicon.words)] != whole[0][0]).nnz == 0
    assert (again[1][0] != whole[1][0]).nnz == 0
    assert len(grown.words) == len(lexicon.words) + 3  # zx9 and its two pairs
    assert grown.word_idf[-1] == np.float32(np.log1p(len(TEXTS)) + 1)


def test_a_model_written_apart_is_the_word_that_others_write() -> None:
    word, _, _ = made(["sony wh 1000 black", "sony wh1000 white", "sony xperia 1000 grey"])
    alike = (word @ word.T).toarray()
    assert alike[0, 1] > alike[0, 2]
