"""Clusters of unseen products (PriceRunner, titles only): ours beside the naive method.

    python benchmarks/matching_clusters.py [--seeds 1 2 3] [--test 5 6]

Learns from the offers of clusters whose md5 ends a tenth of 0 to 4 and groups those of `--test` (5 6; others of 0 to 4 then leave
the training), through the same code as `python -m ml matching cluster`. Prints one JSON line a method and seed, then the mean and
standard deviation over seeds. Bar: pair F1 >= .80 at precision >= .85, B-cubed F1 >= .88.
Data: matching/pricerunner of $DEALHOUSE_DATA (default ../shared/data).
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path
from statistics import mean, pstdev
from typing import Any

import pandas as pd

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

from ml.matching.clusters_file import Asked, cluster_offers  # noqa: E402
from ml.matching.config import MatchingConfig  # noqa: E402

TEACHING = {0, 1, 2, 3, 4}
TRUTH = "cluster_id"
KEYS = ("pair_precision", "pair_recall", "pair_f1", "bcubed_precision", "bcubed_recall", "bcubed_f1")


def tenth(cluster: object) -> int:
    return int(hashlib.md5(str(cluster).encode(), usedforsecurity=False).hexdigest(), 16) % 10


def split(path: Path, test: set[int], folder: Path) -> Asked:
    """Write the files to learn from and to group."""
    offers = pd.read_parquet(path, columns=["title", TRUTH])
    part = offers[TRUTH].map(tenth)
    asked = Asked(folder / "test.parquet", TRUTH, folder / "train.parquet")
    offers[part.isin(test)].to_parquet(asked.offers)
    offers[part.isin(TEACHING - test)].to_parquet(folder / "train.parquet")
    return asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--test", type=int, nargs="+", default=[5, 6])
    asked = parser.parse_args()
    data = Path(os.environ.get("DEALHOUSE_DATA") or PROJECT.parent / "shared" / "data")
    path = data / "matching" / "pricerunner" / "offers.parquet"
    if not path.exists():
        print(json.dumps({"data": "pricerunner", "skipped": f"{path} is not there"}), flush=True)
        return
    ours: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        files = split(path, set(asked.test), Path(folder))
        for seed in asked.seeds:
            lines = cluster_offers(files, MatchingConfig(), seed)[1:]
            for line in lines if not ours else lines[-1:]:
                print(json.dumps({"data": "pricerunner", "seed": seed, **line}), flush=True)
            ours.append(dict(lines[-1]))
    spread = {key: [round(mean(line[key] for line in ours), 4), round(pstdev(line[key] for line in ours), 4)] for key in KEYS}
    print(json.dumps({"data": "pricerunner", "method": ours[0]["method"], "mean_and_sd_of_seeds": spread}))


if __name__ == "__main__":
    main()
