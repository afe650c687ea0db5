"""Records of two tables by all they say: their titles among the other side's whole text, and every other column."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy import sparse

from ml.matching.attributes import EXTRA
from ml.matching.normalise import fold
from ml.matching.offers import FloatArray, Offers, Pairs
from ml.matching.spelling import longest_code
from ml.matching.vectors import Matrix, normed, rarity

CHUNK = 100_000
WORKERS = 1
PLAIN = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*")
LONGEST = 400  # signs of a column's text that are compared letter by letter


@dataclass(frozen=True)
class Views:
    """One row a record. title, whole: 0/1 of words, over one vocabulary; idf: its weights; near: TF-IDF of the whole, normed.

    said: other columns as plain text; described: TF-IDF of the description, None where nobody has one.
    """

    title: Matrix
    whole: Matrix
    idf: FloatArray
    near: Matrix
    described: Matrix | None
    said: Mapping[str, Sequence[str]]
    joined: Sequence[str]
    code: Sequence[str]


def views(offers: Offers) -> Views:
    """See records whole: `offers.frame` as `attributes.mapped` gives it."""
    frame, titles = offers.frame, list(offers.texts)
    names = ["description", "category_path", *(name for name in frame.columns if name.startswith(EXTRA))]
    said = {name: [plain(text) for text in frame[name].fillna("").astype(str)] for name in names if name in frame}
    said = {name: texts for name, texts in said.items() if any(texts)}
    whole = [" ".join(parts) for parts in zip(titles, *said.values(), strict=True)]
    _, words = pd.factorize(np.array([word for text in whole for word in text.split()], object))
    place = {word: column for column, word in enumerate(words.tolist())}
    held = _held([text.split() for text in whole], place)
    idf = rarity(np.bincount(held.indices, minlength=len(place)), len(whole))
    described = normed(_held([text.split() for text in said["description"]], place), idf) if "description" in said else None
    joined = [text.replace(" ", "")[: 3 * LONGEST] for text in whole]
    title = _held([text.split() for text in titles], place)
    return Views(title, held, idf, normed(held, idf), described, said, joined, [longest_code(text) for text in titles])


def plain(text: str) -> str:
    """Lower case words and numbers."""
    return " ".join(PLAIN.findall(fold(text)))


def _held(texts: Sequence[Sequence[str]], place: Mapping[str, int]) -> Matrix:
    columns = [sorted({place[word] for word in words}) for words in texts]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.array([column for row in columns for column in row], np.int32)
    return sparse.csr_matrix((np.ones(len(flat), np.float32), flat, ends), shape=(len(texts), max(len(place), 1)))


def view_features(seen: Views, offers: Offers, pairs: Pairs) -> pd.DataFrame:
    """Features of pairs whose left record is of the left table: what either side's columns mean may differ.

    held_*: idf share of a title's words that the other's whole text has; lacked_*: of the others the rarest, and their sum;
    whole, described: cosines; words_*: of a title; code_*: how well its longest code is found in the other's whole text.
    gtin_*: here labels come from people, so the identifier is a feature like others.
    """
    with np.errstate(all="ignore"):
        price = np.log(offers.price[pairs.right] / offers.price[pairs.left])
    columns: dict[str, NDArray[Any]] = {"price_log": price, **_by_rows(pairs, lambda some: _words(seen, some))}
    gtins = offers.gtin[pairs.left], offers.gtin[pairs.right]
    known = (gtins[0] != "") & (gtins[1] != "")
    columns |= {"gtin_same": known & (gtins[0] == gtins[1]), "gtin_apart": known & (gtins[0] != gtins[1])}
    for side, mine, other in (("left", pairs.left, pairs.right), ("right", pairs.right, pairs.left)):
        columns[f"price_{side}"] = offers.price[mine]
        columns[f"code_{side}"] = _compared(fuzz.partial_ratio, seen.code, seen.joined, mine, other)
    columns["partial"] = _compared(fuzz.partial_ratio, offers.texts, offers.texts, pairs.left, pairs.right)
    brands = [plain(str(name)) for name in offers.frame["brand"].fillna("")] if "brand" in offers.frame else []
    for name, texts in {"brand": brands, **seen.said}.items():
        if any(texts):
            short = [text[:LONGEST] for text in texts]
            columns[f"{name}_sort"] = _compared(fuzz.token_sort_ratio, short, short, pairs.left, pairs.right)
            columns[f"{name}_set"] = _compared(fuzz.token_set_ratio, short, short, pairs.left, pairs.right)
    return pd.DataFrame(columns).astype(np.float32)


def _by_rows(pairs: Pairs, look: Callable[[Pairs], dict[str, FloatArray]]) -> dict[str, FloatArray]:
    parts = [look(pairs.where(np.arange(start, min(start + CHUNK, len(pairs))))) for start in range(0, max(len(pairs), 1), CHUNK)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _words(seen: Views, pairs: Pairs) -> dict[str, FloatArray]:
    weight = sparse.diags(seen.idf)
    columns: dict[str, FloatArray] = {"whole": _sum(seen.near[pairs.left].multiply(seen.near[pairs.right]))}
    if seen.described is not None:
        columns["described"] = _sum(seen.described[pairs.left].multiply(seen.described[pairs.right]))
    for side, mine, other in (("left", pairs.left, pairs.right), ("right", pairs.right, pairs.left)):
        title = seen.title[mine]
        all_weights = (title @ weight).tocsr()
        lacked = (all_weights - all_weights.multiply(seen.whole[other])).tocsr()
        total, missing = _sum(all_weights), _sum(lacked)
        columns |= {
            f"held_{side}": (1 - missing / np.maximum(total, 1e-6)).astype(np.float32), f"lacked_{side}": missing,
            f"lacked_rarest_{side}": np.asarray(lacked.max(axis=1).toarray(), np.float32).ravel(), f"words_{side}": _sum(title),
        }
    return columns


def _sum(matrix: Matrix) -> FloatArray:
    return np.asarray(matrix.sum(axis=1), np.float32).ravel()


def _compared(
    scorer: Any, mine: Sequence[str], others: Sequence[str], left: NDArray[np.int64], right: NDArray[np.int64],  # noqa: ANN401
) -> FloatArray:
    """rapidfuzz's score where both sides say something, else NaN."""
    one, two = ([texts[row] for row in rows.tolist()] for texts, rows in ((mine, left), (others, right)))
    both = np.fromiter((bool(a) and bool(b) for a, b in zip(one, two, strict=True)), bool, len(one))
    score = np.asarray(process.cpdist(one, two, scorer=scorer, workers=WORKERS, dtype=np.float32), np.float32)
    return np.where(both, score, np.nan).astype(np.float32)
