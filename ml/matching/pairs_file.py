"""`evaluate --pairs FILE`: the matcher and the naive on labelled pairs with fixed splits, as published benchmarks have them."""

import resource
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.errors import BadInputError
from ml.core.metrics import PRF, best_threshold, pair_prf
from ml.matching.attributes import mapped, read_table
from ml.matching.config import MatchingConfig
from ml.matching.evaluate import naive_clusters
from ml.matching.looks import lessons, look_and_cut
from ml.matching.offers import Pairs
from ml.matching.tables import Tables, together

VALID_SHARE = 4   # without a valid split every fourth training pair is it
COSINES = ("word", "char", "whole")
TRUE, FALSE = ("1", "true", "t", "yes"), ("0", "false", "f", "no")


@dataclass(frozen=True)
class Sheet:
    """A file of pairs: records of both sides, each once; of each pair the positions of its two, its label and its split."""

    left: pd.DataFrame
    right: pd.DataFrame
    pairs: NDArray[np.int64]
    same: NDArray[np.bool_]
    split: NDArray[Any]
    mapping: Mapping[str, str]


def evaluate_pairs(path: Path, config: MatchingConfig, category: str | None = None, seed: int = 1) -> list[Mapping[str, Any]]:
    """The mapping of columns, then one line per method on the test split: naive, best cosine, ours last.

    Columns: split (train*, valid*, test*), label, l_* and r_* of any names. Trees learn from train; the threshold is the best on
    valid; then they learn from both. Raises BadInputError when columns or splits are missing.
    """
    sheet = read_sheet(path, category)
    start = time.perf_counter()
    tables, blocked = together(sheet.left, sheet.right, config, sheet.pairs)
    figure = judged(tables, sheet, seed)
    found = {
        "pairs": int((sheet.split == "test").sum()), "blocking_recall": _recall(blocked, tables, sheet),
        "candidate_ratio": ratio(blocked, len(sheet.left), len(sheet.right)),
    }
    ours = {**_line(path, category, "matching-lightgbm", figure, start), **found}
    plain = [naive_line(path, category, tables, sheet), _cosine_line(path, category, tables, sheet)]
    return [{"mapping": dict(sheet.mapping)}, *plain, ours]


def judged(tables: Tables, sheet: Sheet, seed: int) -> PRF:
    """Learn from train, find the threshold on valid, learn from both, and judge test."""
    rows, test = tables.rows_of(*sheet.pairs), sheet.split == "test"
    told = lessons(rows[~test], sheet.same[~test], np.arange(len(rows))[~test], seed)
    checked = np.isin(told.rows, rows[sheet.split == "valid"])
    probability, threshold = look_and_cut(tables, told, checked, seed)
    return pair_prf(sheet.same[test], probability[rows[test]] >= threshold)


def ratio(blocked: Pairs, lefts: int, rights: int) -> float:
    """Candidates over all pairs that there could be."""
    return round(len(blocked) / max(lefts * rights, 1), 6)


def spent(start: float) -> dict[str, float]:
    """Seconds since, and the most memory that the process held so far."""
    return {
        "seconds": round(time.perf_counter() - start, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def rounded(figure: PRF) -> dict[str, float]:
    return {"precision": round(figure.precision, 4), "recall": round(figure.recall, 4), "f1": round(figure.f1, 4)}


def naive_line(path: Path, category: str | None, tables: Tables, sheet: Sheet) -> dict[str, Any]:
    """The inputs' method on all records of both sides: a pair is the same when one cluster holds it."""
    start, test = time.perf_counter(), sheet.split == "test"
    group = naive_clusters(list(tables.offers.texts), tables.offers.price)
    together_in = group[sheet.pairs[0]] == group[sheet.pairs[1] + tables.lefts]
    return _line(path, category, "naive-tfidf-dbscan", pair_prf(sheet.same[test], together_in[test]), start)


def _cosine_line(path: Path, category: str | None, tables: Tables, sheet: Sheet) -> dict[str, Any]:
    """The one cosine, and its threshold, that is best on valid."""
    start, rows = time.perf_counter(), tables.rows_of(*sheet.pairs)
    test = sheet.split == "test"
    valid = sheet.split == "valid" if (sheet.split == "valid").any() else ~test
    views = {name: tables.features[name].to_numpy(np.float64)[rows] for name in COSINES}
    name = max(views, key=lambda name: best_threshold(sheet.same[valid], views[name][valid])[1])
    threshold = best_threshold(sheet.same[valid], views[name][valid])[0]
    return _line(path, category, "best-cosine", pair_prf(sheet.same[test], views[name][test] >= threshold), start)


def _line(path: Path, category: str | None, method: str, figure: PRF, start: float) -> dict[str, Any]:
    name = path.parent.name + (f"/{category}" if category else "")
    return {"data": name, "method": method, **rounded(figure), **spent(start)}


def _recall(blocked: Pairs, tables: Tables, sheet: Sheet) -> float:
    left, right = sheet.pairs[:, sheet.same]
    size = len(tables.offers)
    wanted = np.unique(left * size + right + tables.lefts)
    return round(float(np.isin(wanted, blocked.left * size + blocked.right).mean()), 4) if len(wanted) else 0.0


def read_sheet(path: Path, category: str | None = None) -> Sheet:
    """Read and check a file of pairs. Raises BadInputError."""
    table = read_table(path)
    missing = sorted({"split", "label"} - set(table.columns)) + [f"{side}*" for side in ("l_", "r_") if not _has(table, side)]
    if missing:
        raise BadInputError(f"pairs need the columns split, label, l_* and r_*; missing: {', '.join(missing)}", str(path))
    if category is not None:
        table = _of_category(table, category, path)
    split = _splits(table["split"], path)
    (left, left_of, mine), (right, right_of, theirs) = (_side(table, side) for side in ("l_", "r_"))
    return Sheet(left, right, np.stack([left_of, right_of]), _labels(table["label"], path), split, {**mine, **theirs})


def _has(table: pd.DataFrame, prefix: str) -> bool:
    return any(name.startswith(prefix) for name in table.columns)


def _of_category(table: pd.DataFrame, category: str, path: Path) -> pd.DataFrame:
    if "category" not in table:
        raise BadInputError("no column category", str(path))
    chosen = table[table["category"] == category].reset_index(drop=True)
    if chosen.empty:
        raise BadInputError(f"no pair of category {category}", str(path))
    return chosen


def _labels(said: "pd.Series[str]", path: Path) -> NDArray[np.bool_]:
    words = said.str.lower().str.removesuffix(".0")
    wrong = words[~words.isin([*TRUE, *FALSE])]
    if len(wrong):
        raise BadInputError(f"label of row {wrong.index[0] + 1} is {wrong.iloc[0]!r}, not 0 or 1", str(path))
    return words.isin(TRUE).to_numpy(bool)


def _splits(said: "pd.Series[str]", path: Path) -> NDArray[Any]:
    """train, valid, test or empty by how a row's split begins; without valid every VALID_SHARE-th of train is it."""
    words = said.str.lower()
    split = np.full(len(words), "", object)
    for name, starts in (("train", "train"), ("valid", ("valid", "dev")), ("test", "test")):
        split[words.str.startswith(starts).to_numpy(bool)] = name
    train = np.flatnonzero(split == "train")
    if not (split == "valid").any() and len(train):
        split[train[VALID_SHARE - 1 :: VALID_SHARE]] = "valid"
    for name in ("train", "test"):
        if not (split == name).any():
            raise BadInputError(f"no pair of split {name}", str(path))
    return split


def _side(table: pd.DataFrame, prefix: str) -> tuple[pd.DataFrame, NDArray[np.int64], Mapping[str, str]]:
    """A side's distinct records, each pair's position among them, and the mapping of its columns."""
    records, mapping = mapped(table, prefix)
    records = records.drop(columns="record_id", errors="ignore")
    codes = records.groupby(list(records.columns), dropna=False, sort=False).ngroup().to_numpy(np.int64)
    first = pd.Series(np.arange(len(codes))).groupby(codes).first().to_numpy(np.int64)
    return records.iloc[first].reset_index(drop=True), np.asarray(codes, np.int64), mapping
