"""`evaluate --pairs FILE`: the matcher and the naive on labelled pairs with fixed splits, as published benchmarks have them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.errors import BadInputError
from ml.core.metrics import best_threshold, pair_prf
from ml.matching.blocking import candidates, unique
from ml.matching.config import MatchingConfig
from ml.matching.evaluate import naive_clusters
from ml.matching.model import Blocked, Labelled, block, fit
from ml.matching.offers import Offers, Pairs, prepare

TITLES, BRANDS = ("title", "name"), ("brand", "manufacturer", "vendor")
NUMBER = r"(\d+(?:\.\d+)?)"


def evaluate_pairs(path: Path, config: MatchingConfig, category: str | None = None) -> list[Mapping[str, Any]]:
    """One line per method on the test split: naive, best cosine, ours.

    Columns: split (train*, valid*, test), label (0/1), l_* and r_* with title or name, and optionally brand or manufacturer,
    description, price. Thresholds come from the validation split. Raises BadInputError when columns or splits are missing.
    """
    table = _read(path, category)
    offers, left, right = _records(table)
    blocked, row_of = _block(offers, left, right, config)
    split, labels = table["split"].astype(str), table["label"].to_numpy(bool)
    train, valid, test = (split.str.startswith(name).to_numpy(bool) for name in ("train", "valid", "test"))
    features = blocked.features(offers, row_of)
    data = Labelled(features[train], labels[train], features[valid], labels[valid])
    scores = fit(data, config, "matching-lightgbm", seed=1).probabilities(features)
    cosine = features[["word", "char"]].max(axis=1).to_numpy(np.float64)
    group = naive_clusters(list(offers.texts), offers.price)
    decided = {
        "naive-tfidf-dbscan": group[left] == group[right],
        "best-cosine": cosine >= best_threshold(labels[valid], cosine[valid])[0],
        "matching-lightgbm": scores >= best_threshold(labels[valid], scores[valid])[0],
    }
    return [_line(path, category, method, labels[test], yes[test]) for method, yes in decided.items()]


def _line(path: Path, category: str | None, method: str, labels: NDArray[np.bool_], decided: NDArray[np.bool_]) -> dict[str, Any]:
    figure = pair_prf(labels, decided)
    name = path.parent.name + (f"/{category}" if category else "")
    return {
        "data": name, "method": method, "pairs": len(labels),
        "precision": round(figure.precision, 4), "recall": round(figure.recall, 4), "f1": round(figure.f1, 4),
    }


def _read(path: Path, category: str | None) -> pd.DataFrame:
    table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype=str, keep_default_na=False)
    missing = {"split", "label"} - set(table.columns)
    if missing or _column(table, "l", TITLES) is None or _column(table, "r", TITLES) is None:
        raise BadInputError("pairs need split, label, and l_ and r_ columns with title or name", str(path))
    if category:
        table = table[table["category"] == category]
    for split in ("train", "valid", "test"):
        if not table["split"].str.startswith(split).any():
            raise BadInputError(f"no pair of split {split}", str(path))
    return table.assign(label=table["label"].astype(int)).reset_index(drop=True)


def _column(table: pd.DataFrame, side: str, names: tuple[str, ...]) -> str | None:
    return next((f"{side}_{name}" for name in names if f"{side}_{name}" in table), None)


def _records(table: pd.DataFrame) -> tuple[Offers, NDArray[np.int64], NDArray[np.int64]]:
    """The distinct records of both sides as offers of merchants l and r, and each pair's positions."""
    sides = [_side(table, side) for side in ("l", "r")]
    both = pd.concat(sides, ignore_index=True)
    codes = both.groupby(list(both.columns), dropna=False, sort=False).ngroup().to_numpy(np.int64)
    first = pd.Series(np.arange(len(both))).groupby(codes).first().to_numpy()
    left, right = np.asarray(codes[: len(table)], np.int64), np.asarray(codes[len(table) :], np.int64)
    return prepare(both.iloc[first]), left, right


def _side(table: pd.DataFrame, side: str) -> pd.DataFrame:
    title, brand = _column(table, side, TITLES), _column(table, side, BRANDS)
    price = table[f"{side}_price"].astype(str) if f"{side}_price" in table else pd.Series("", table.index)
    described = table[f"{side}_description"].fillna("") if f"{side}_description" in table else ""
    return pd.DataFrame({
        "merchant_id": side, "title": table[title].fillna("") + " " + described,
        "brand": table[brand].fillna("") if brand else "",
        "price_reporting": pd.to_numeric(price.str.replace(",", "").str.extract(NUMBER)[0], errors="coerce"),
    })


def _block(
    offers: Offers, left: NDArray[np.int64], right: NDArray[np.int64], config: MatchingConfig
) -> tuple[Blocked, NDArray[np.int64]]:
    """The given pairs among the blocked ones between both sides (their rivals), and the row of each given pair."""
    nearest = candidates(offers, config)
    across = nearest.where(offers.merchant[nearest.left] != offers.merchant[nearest.right])
    given = np.stack([left, right])
    pairs: Pairs = unique([given, np.stack([across.left, across.right])], len(offers))
    keys = pairs.left * len(offers) + pairs.right
    return block(offers, config, pairs=pairs), np.searchsorted(keys, given.min(axis=0) * len(offers) + given.max(axis=0))
