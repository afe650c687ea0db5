"""`link --left A --right B`: which records of two tables are the same, each with one at most; learnt from known links."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.errors import BadInputError
from ml.core.metrics import prf
from ml.matching.attributes import check_form, mapped, read_table, write_table
from ml.matching.bootstrap import self_taught
from ml.matching.config import MatchingConfig
from ml.matching.evaluate import naive_clusters
from ml.matching.looks import Lessons, lessons, look_twice
from ml.matching.offers import FloatArray, Pairs
from ml.matching.pairs_file import ratio, rounded, spent
from ml.matching.tables import Tables, one_to_one, together

PARTS = 5        # of the left records, by the hash of their id: part 0 is held out, part 1 finds the threshold
CERTAIN = 0.5    # without known links: the least probability of a link


@dataclass(frozen=True)
class Two:
    """Two tables as ours, their ids (a record's number from 0 where no column is one), and how columns were mapped."""

    left: pd.DataFrame
    right: pd.DataFrame
    left_ids: NDArray[Any]
    right_ids: NDArray[Any]
    mapping: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Asked:
    """Both tables; known links (two columns of ids, left ones first); where to write the links (.csv or .parquet)."""

    left: Path
    right: Path
    truth: Path | None = None
    out: Path | None = None


def link_files(asked: Asked, config: MatchingConfig, seed: int = 1) -> list[Mapping[str, Any]]:
    """The mapping of columns, then with known links the naive's figures and ours (last) on held-out left records.

    A fifth of the left records, by the MD5 of their id, is held out: nothing is learnt from their having a link or none. True
    links that blocking missed count against recall. Written are all links, as left_id, right_id, probability.
    Raises BadInputError when a file is no table, or the truth names unknown records.
    """
    check_form(asked.out)
    start, two = time.perf_counter(), _read(asked.left, asked.right)
    known = None if asked.truth is None else _truth(asked.truth, two)
    tables, blocked = together(two.left, two.right, config)
    probability, links = _unaided(tables, seed) if known is None else _learnt(tables, known, two.left_ids, seed)
    write_table(_linked(two, tables, probability, links), asked.out)
    head = [{"mapping": two.mapping}]
    sizes = {"links": len(links), "candidate_ratio": ratio(blocked, len(two.left), len(two.right))}
    if known is None:
        return [*head, {"method": "matching-self-taught", **sizes, **spent(start)}]
    naive = _naive_line(tables, known, two)
    tested = links[_part(two.left_ids)[tables.pairs.left[links]] == 0]
    held = known[:, _part(two.left_ids)[known[0]] == 0]
    figure = prf(float(np.isin(tested, tables.rows_of(*held)).sum()), len(tested), held.shape[1])
    recall = round(float((tables.rows_of(*known) >= 0).mean()), 4)
    ours = {"method": "matching-lightgbm", **rounded(figure), "blocking_recall": recall, **sizes, **spent(start)}
    return [*head, naive, {**ours, "held_out": held.shape[1]}]


def _read(left: Path, right: Path) -> Two:
    sides = [_side(path) for path in (left, right)]
    (a, a_ids, mine), (b, b_ids, theirs) = sides
    return Two(a, b, a_ids, b_ids, {"left": mine, "right": theirs})


def _side(path: Path) -> tuple[pd.DataFrame, NDArray[Any], Mapping[str, str]]:
    table = read_table(path)
    records, mapping = mapped(table)
    ids = records.pop("record_id") if "record_id" in records else pd.Series(range(len(records))).astype(str)
    twice = ids[ids.duplicated()]
    if len(twice):
        raise BadInputError(f"id {twice.iloc[0]!r} stands twice", str(path))
    return records, ids.to_numpy(object), mapping


def _truth(path: Path, two: Two) -> NDArray[np.int64]:
    """Known links as positions, shape (2, links), each once; left ids are the first column."""
    table = read_table(path)
    if table.shape[1] < 2:
        raise BadInputError("the truth needs two columns of ids, the left ones first", str(path))
    found = []
    for column, ids, side in ((0, two.left_ids, "left"), (1, two.right_ids, "right")):
        place = pd.Index(ids).get_indexer(pd.Index(table.iloc[:, column]))
        if (place < 0).any():
            raise BadInputError(f"no {side} record has the id {table.iloc[int(np.argmax(place < 0)), column]!r}", str(path))
        found.append(place)
    return np.unique(np.stack(found).astype(np.int64), axis=1)


def _part(ids: Sequence[str] | NDArray[Any]) -> NDArray[np.int64]:
    digests = (hashlib.md5(str(name).encode(), usedforsecurity=False).hexdigest() for name in ids)
    return np.array([int(digest, 16) % PARTS for digest in digests], np.int64)


def _learnt(tables: Tables, known: NDArray[np.int64], ids: NDArray[Any], seed: int) -> tuple[FloatArray, NDArray[np.int64]]:
    """Probabilities, and the rows of the links: the threshold is the best on part 1 while it was not learnt from."""
    told, part = _told(tables, known, ids, seed)
    checked = part[tables.pairs.left] == 1
    before = look_twice(tables, told.where(~checked[told.rows]), seed)
    chosen = one_to_one(tables.pairs, before)
    chosen = chosen[checked[chosen]]
    wanted = known[:, part[known[0]] == 1]
    threshold = _cut(np.isin(chosen, tables.rows_of(*wanted)), before[chosen], wanted.shape[1])
    after = look_twice(tables, told, seed)
    links = one_to_one(tables.pairs, after)
    return after, links[after[links] >= threshold]


def _cut(hits: NDArray[np.bool_], falling: FloatArray, wanted: int) -> float:
    """The probability at which links, the likeliest first, have the best F1 against all that are wanted, found or not."""
    if not hits.any():
        return CERTAIN
    f1 = 2 * np.cumsum(hits) / (np.arange(1, len(hits) + 1) + wanted)
    return float(falling[int(np.argmax(f1))])


def _told(tables: Tables, known: NDArray[np.int64], ids: NDArray[Any], seed: int) -> tuple[Lessons, NDArray[np.int64]]:
    """The candidates of left records that are not held out: same where a known link says so; and each left record's part."""
    part = _part(ids)
    rows = np.flatnonzero(part[tables.pairs.left] != 0)
    same = np.isin(rows, tables.rows_of(*known))
    if not same.any() or same.all():
        raise BadInputError("the known links teach nothing: candidates are all of one kind", "truth")
    return lessons(rows, same, tables.pairs.left[rows], seed), part


def _unaided(tables: Tables, seed: int) -> tuple[FloatArray, NDArray[np.int64]]:
    probability = self_taught(tables, seed)
    links = one_to_one(tables.pairs, probability)
    return probability, links[probability[links] >= CERTAIN]


def _naive_line(tables: Tables, known: NDArray[np.int64], two: Two) -> dict[str, Any]:
    """Every pair across that one cluster holds is a link, as the inputs' method has it; on the same held-out left records."""
    start, held = time.perf_counter(), _part(two.left_ids) == 0
    group = naive_clusters(list(tables.offers.texts), tables.offers.price)
    left, right = group[: tables.lefts], group[tables.lefts :]
    predicted = np.bincount(right, minlength=int(group.max()) + 1)[left[held]].sum()
    wanted = known[:, held[known[0]]]
    hits = (left[wanted[0]] == right[wanted[1]]).sum()
    return {"method": "naive-tfidf-dbscan", **rounded(prf(float(hits), float(predicted), wanted.shape[1])), **spent(start)}


def _linked(two: Two, tables: Tables, probability: FloatArray, links: NDArray[np.int64]) -> pd.DataFrame:
    pairs: Pairs = tables.pairs.where(links)
    return pd.DataFrame({
        "left_id": two.left_ids[pairs.left], "right_id": two.right_ids[pairs.right - tables.lefts],
        "probability": probability[links].round(6),
    })
