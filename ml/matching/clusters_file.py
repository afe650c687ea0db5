"""`cluster --offers FILE`: products of anybody's offers, by what a training file teaches, by identifiers, or by fixed rules."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.errors import BadInputError
from ml.matching.attributes import EXTRA, check_form, mapped, read_table, write_table
from ml.matching.clusters import cluster, traits
from ml.matching.config import MatchingConfig
from ml.matching.evaluate import figures, naive_clusters
from ml.matching.model import Blocked, Rules, block, with_identifiers
from ml.matching.offers import Offers, Pairs, prepare
from ml.matching.pairs_file import spent
from ml.matching.stack import Stack, fit_stack

SEED = 1
VERSION = "matching-stack"
NAIVE = "naive-tfidf-dbscan"
TELLING = 0.2   # a further text column feeds the title when it has as many distinct values a row


@dataclass(frozen=True)
class Asked:
    """offers: the file to cluster; truth: its column of true products, in `train` too; out: where labels go."""

    offers: Path
    truth: str | None = None
    train: Path | None = None
    out: Path | None = None


@dataclass(frozen=True)
class _Table:
    """A file's rows as offers, the product of each where a column tells (else empty), and how its columns were read."""

    rows: pd.DataFrame
    truth: NDArray[Any]
    mapping: dict[str, str]
    ids: "pd.Series[str] | None"


def cluster_offers(asked: Asked, config: MatchingConfig, seed: int = SEED) -> list[Mapping[str, Any]]:
    """The mapping's line, then one line a method, ours last; writes the labels to `out`.

    Raises BadInputError for a file without what it must hold.
    """
    check_form(asked.out)
    started = time.perf_counter()
    table = _read(asked.offers, asked.truth)
    lines: list[Mapping[str, Any]] = [{"file": asked.offers.name, "mapping": table.mapping}]
    offers = prepare(table.rows)
    blocked = block(offers, config)
    stack, method = _taught(asked, offers, blocked, config, seed)
    labels = _group(offers, blocked, stack, config)
    cost = spent(started)
    write_table(_labelled(table, labels), asked.out)
    if asked.truth:
        lines.append(_naive(table, offers, config))
    return [*lines, {**_line(method, table.truth, labels), **_blocking(blocked.pairs, table.truth), **cost}]


def _read(path: Path, truth: str | None) -> _Table:
    raw = read_table(path)
    if truth and truth not in raw:
        raise BadInputError(f"no column {truth}", str(path))
    rows, mapping = mapped(raw, ignore={truth} if truth else ())
    told = raw[truth].to_numpy(object) if truth else np.full(len(raw), "", object)
    ids = next((raw[theirs].reset_index(drop=True) for theirs, ours in mapping.items() if ours == "record_id"), None)
    return _Table(rows.assign(title=_text(rows)), told, mapping, ids)


def _text(rows: pd.DataFrame) -> "pd.Series[str]":
    """The title, and what further columns of words say."""
    extra = [str(name) for name in rows if str(name).startswith(EXTRA)]
    wordy = [name for name in extra if rows[name].str.contains("[a-zA-Z]{3}").mean() > TELLING]
    more = [name for name in wordy if rows[name].nunique() > TELLING * len(rows)]
    return rows["title"].str.cat(rows[more], sep=" ") if more else rows["title"]


def _taught(asked: Asked, offers: Offers, blocked: Blocked, config: MatchingConfig, seed: int) -> tuple[Stack | None, str]:
    """What the training file teaches, else the file's own identifiers; None where neither tells enough."""
    if asked.train:
        table = _read(asked.train, asked.truth)
        taught = prepare(table.rows)
        truth = table.truth if asked.truth else identified(taught)
        stack = fit_stack(taught, block(taught, config), truth, config, version=VERSION, seed=seed)
    else:
        stack = fit_stack(offers, blocked, identified(offers), config, version=VERSION, seed=seed)
    return stack, stack.version if stack else Rules().version


def identified(offers: Offers) -> NDArray[Any]:
    """What identifiers say of each offer's product: its GTIN; its brand and number where nobody gives GTINs; else empty."""
    if (offers.gtin != "").any():
        return offers.gtin
    return np.where((offers.brand != "") & (offers.mpn != ""), offers.brand + "|" + offers.mpn, "")


def _group(offers: Offers, blocked: Blocked, stack: Stack | None, config: MatchingConfig) -> NDArray[np.int64]:
    if not len(blocked.pairs):
        return np.arange(len(offers))
    text = stack.probabilities(offers, blocked) if stack else Rules().probabilities(blocked.features(offers))
    found = cluster(
        blocked.pairs, with_identifiers(offers, blocked.pairs, text, config), stack.traits(offers) if stack else traits(offers),
        threshold=stack.threshold if stack else config.merge_threshold, missing=config.missing_probability,
    )
    return np.asarray(pd.factorize(found)[0], np.int64)


def _labelled(table: _Table, labels: NDArray[np.int64]) -> pd.DataFrame:
    frame = pd.DataFrame({"row": np.arange(len(labels)), "cluster": labels})
    if table.ids is not None:
        frame.insert(1, str(table.ids.name), table.ids)
    return frame


def _naive(table: _Table, offers: Offers, config: MatchingConfig) -> Mapping[str, Any]:
    if len(offers) > config.max_naive_offers:
        return {"method": NAIVE, "skipped": f"it compares all pairs: at most {config.max_naive_offers} offers"}
    started = time.perf_counter()
    labels = naive_clusters(table.rows["title"].tolist(), offers.price)
    return {**_line(NAIVE, table.truth, labels), **spent(started)}


def _line(method: str, truth: NDArray[Any], labels: NDArray[np.int64]) -> dict[str, Any]:
    """Figures over the offers whose product is known."""
    sizes = np.unique(labels, return_counts=True)[1]
    line: dict[str, Any] = {"method": method, "offers": len(labels), "clusters": len(sizes), "largest": int(sizes.max(initial=0))}
    known = truth != ""
    if not known.any():
        return line
    found = figures(method, truth[known].tolist(), labels[known])
    for name, figure in (("pair", found.pairs), ("bcubed", found.b_cubed)):
        parts = {"precision": figure.precision, "recall": figure.recall, "f1": figure.f1}
        line |= {f"{name}_{part}": round(value, 4) for part, value in parts.items()}
    return line


def _blocking(pairs: Pairs, truth: NDArray[Any]) -> dict[str, float]:
    """The share of true pairs among the candidates, and of candidates among all pairs."""
    ratio = {"candidate_ratio": round(len(pairs) / max(len(truth) * (len(truth) - 1) / 2, 1), 6)}
    left, right = truth[pairs.left], truth[pairs.right]
    counts = pd.Series(truth[truth != ""]).value_counts().to_numpy()
    true = float((counts * (counts - 1) // 2).sum())
    return {"blocking_recall": round(float(((left == right) & (left != "")).sum() / true), 4), **ratio} if true else ratio
