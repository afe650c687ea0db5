"""How hard the bazaar's offers are to match, beside real ones (PriceRunner).

    python benchmarks/bazaar_difficulty.py [--world small] [--seeds 7 11]

Prints one JSON line a data set: pair F1 of the best single cosine (character 3-5 gram TF-IDF of titles, threshold chosen on the
truth), of the naive method (TF-IDF of 1000 words and pairs x 0.7 + price similarity x 0.3, DBSCAN eps 0.3, min 2), and the mean
word overlap (Jaccard) of true pairs. Wanted of the bazaar: best cosine .45 to .75, naive under .4. PriceRunner: the offers of two
tenths of its clusters, from $DEALHOUSE_DATA (default ../shared/data); no prices there, so the naive method reads titles only.
"""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

from bazaar.fx import MID_RATES  # noqa: E402
from bazaar.settings import from_env  # noqa: E402
from bazaar.world import open_world  # noqa: E402

Floats = npt.NDArray[np.float64]
LEAST_COSINE = 0.2
STEPS = 160
CHUNK = 500
EPS = 0.3


@dataclass(frozen=True)
class Offers:
    """Titles, the true product of each, and prices in one currency (None = unknown)."""

    name: str
    titles: list[str]
    truth: npt.NDArray[np.int64]
    prices: Floats | None

    @property
    def true_pairs(self) -> int:
        counts = np.bincount(self.truth)
        return int((counts * (counts - 1) // 2).sum())


def bazaar_offers(world_name: str, seed: int) -> Offers:
    """The bazaar's offers that are listed on day 0, prices in EUR at mid rates."""
    world = open_world(replace(from_env({}), world=world_name, seed=seed))
    today = world.market.days(0, 0)
    listed = [listing for listing in world.listings if today.listed[listing.number, 0]]
    rate = np.array([MID_RATES[world.merchants[listing.merchant].currency] for listing in listed])
    prices = np.array([today.price[listing.number, 0] for listing in listed]) / 100 / rate
    truth = np.array([listing.true_index for listing in listed])
    return Offers(f"bazaar {world_name} seed {seed}", [listing.full_title for listing in listed], truth, prices)


def pricerunner_offers(path: Path) -> Offers:
    """The offers of the clusters whose md5 ends a tenth of 5 or 6."""
    table = pyarrow.parquet.read_table(path, columns=["title", "cluster_id"]).to_pydict()
    tenth = [int(hashlib.md5(str(c).encode(), usedforsecurity=False).hexdigest(), 16) % 10 for c in table["cluster_id"]]
    kept = [place for place, value in enumerate(tenth) if value in (5, 6)]
    clusters = np.unique([table["cluster_id"][place] for place in kept], return_inverse=True)[1]
    return Offers("pricerunner", [table["title"][place] for place in kept], clusters.astype(np.int64), None)


def _pairs(matrix: csr_matrix, least: float) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]]:
    """(left, right, cosine) of all pairs left < right with at least that cosine, in chunks."""
    for start in range(0, matrix.shape[0], CHUNK):
        block = (matrix[start : start + CHUNK] @ matrix.T).tocoo()
        left, right = block.row.astype(np.int64) + start, block.col.astype(np.int64)
        keep = (block.data >= least) & (left < right)
        yield left[keep], right[keep], block.data[keep]


def best_cosine(offers: Offers) -> dict[str, float]:
    """Pair precision, recall and F1 at the best threshold of the character cosine."""
    matrix = TfidfVectorizer(analyzer="char", ngram_range=(3, 5), sublinear_tf=True).fit_transform(offers.titles).tocsr()
    edges = np.linspace(LEAST_COSINE, 1.0001, STEPS + 1)
    same, other = np.zeros(STEPS), np.zeros(STEPS)
    for left, right, cosine in _pairs(matrix, LEAST_COSINE):
        true = offers.truth[left] == offers.truth[right]
        same += np.histogram(cosine[true], edges)[0]
        other += np.histogram(cosine[~true], edges)[0]
    found, wrong = same[::-1].cumsum()[::-1], other[::-1].cumsum()[::-1]
    precision, recall = found / np.maximum(found + wrong, 1), found / offers.true_pairs
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    at = int(f1.argmax())
    return {"f1": f1[at], "precision": precision[at], "recall": recall[at], "threshold": edges[at]}


def naive(offers: Offers) -> dict[str, float]:
    """Pair scores of the naive method. With min 2 who has a neighbour is a core point: DBSCAN gives the connected components."""
    words = TfidfVectorizer(max_features=1000, ngram_range=(1, 2), stop_words="english").fit_transform(offers.titles).tocsr()
    lefts, rights = [], []
    for left, right, cosine in _pairs(words, (1 - EPS - 0.3) / 0.7 if offers.prices is not None else 1 - EPS):
        similarity = cosine
        if offers.prices is not None:
            ours, theirs = offers.prices[left], offers.prices[right]
            similarity = 0.7 * cosine + 0.3 * np.minimum(ours, theirs) / np.maximum(ours, theirs)
        near = similarity >= 1 - EPS
        lefts.append(left[near])
        rights.append(right[near])
    count = len(offers.titles)
    left, right = np.concatenate(lefts), np.concatenate(rights)
    graph = coo_matrix((np.ones(len(left)), (left, right)), shape=(count, count))
    labels = connected_components(graph, directed=False)[1]
    found = _grouped_pairs(labels)
    true = _grouped_pairs(labels.astype(np.int64) * (int(offers.truth.max()) + 1) + offers.truth)
    precision, recall = true / max(found, 1), true / offers.true_pairs
    return {"f1": 2 * precision * recall / max(precision + recall, 1e-9), "precision": precision, "recall": recall}


def _grouped_pairs(labels: npt.NDArray[Any]) -> int:
    counts = np.unique(labels, return_counts=True)[1]
    return int((counts * (counts - 1) // 2).sum())


def overlap(offers: Offers) -> float:
    """Mean Jaccard overlap of the lower-case words of true pairs, over at most the first ten offers of a product."""
    order = np.argsort(offers.truth, kind="stable")
    words = [set(title.lower().split()) for title in offers.titles]
    shares = []
    for group in np.split(order, np.flatnonzero(np.diff(offers.truth[order])) + 1):
        members = [words[place] for place in group[:10]]
        shares += [len(a & b) / len(a | b) for place, a in enumerate(members) for b in members[place + 1 :]]
    return float(np.mean(shares))


def measure(offers: Offers) -> dict[str, Any]:
    def rounded(scores: dict[str, float]) -> dict[str, float]:
        return {name: round(float(value), 4) for name, value in scores.items()}

    return {
        "data": offers.name,
        "offers": len(offers.titles),
        "products": len(np.unique(offers.truth)),
        "true_pairs": offers.true_pairs,
        "best_cosine": rounded(best_cosine(offers)),
        "naive_dbscan": rounded(naive(offers)),
        "title_overlap": round(overlap(offers), 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--world", default="small")
    parser.add_argument("--seeds", type=int, nargs="+", default=[7, 11])
    asked = parser.parse_args()
    for seed in asked.seeds:
        print(json.dumps(measure(bazaar_offers(asked.world, seed))), flush=True)
    data = Path(os.environ.get("DEALHOUSE_DATA") or PROJECT.parent / "shared" / "data")
    path = data / "matching" / "pricerunner" / "offers.parquet"
    if path.exists():
        print(json.dumps(measure(pricerunner_offers(path))), flush=True)
    else:
        print(json.dumps({"data": "pricerunner", "skipped": f"{path} is not there"}), flush=True)


if __name__ == "__main__":
    main()
