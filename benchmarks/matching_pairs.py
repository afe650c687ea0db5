"""Pair matching on published benchmarks: one configuration for all sets, beside the naive and the best single cosine.

    python benchmarks/matching_pairs.py [folder] [seeds, default 5]

One JSON line a method and set, as `python -m ml matching evaluate --pairs FILE` prints them, then a line of the set with the
mean and the standard deviation of our F1 over the seeds, and the pairs whose features were computed in a second of CPU time. A
set with training splits of several sizes (train.small, train.medium) is learnt from all of them. Data: the folder `matching` of
$DEALHOUSE_DATA (default ../shared/data).
"""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np

from ml.matching.attributes import read_table
from ml.matching.config import MatchingConfig
from ml.matching.pairs_file import evaluate_pairs, judged, read_sheet
from ml.matching.tables import together


def main(data: Path, seeds: int) -> None:
    files = sorted(data.glob("*/pairs.parquet"))
    if not files:
        print(json.dumps({"benchmark": "matching_pairs", "skipped": f"no */pairs.parquet in {data}"}), flush=True)
    for file in files:
        table = read_table(file)
        for category in sorted(table["category"].unique()) if "category" in table else [None]:
            lines = evaluate_pairs(file, MatchingConfig(), category)
            for line in lines[1:]:
                print(json.dumps(line), flush=True)
            show_spread(file, category, seeds, float(lines[-1]["f1"]))


def show_spread(file: Path, category: str | None, seeds: int, first: float) -> None:
    sheet, start = read_sheet(file, category), time.process_time()
    tables, _ = together(sheet.left, sheet.right, MatchingConfig(), sheet.pairs)
    speed = len(tables.pairs) / (time.process_time() - start)
    found = [first, *(judged(tables, sheet, seed).f1 for seed in range(2, seeds + 1))]
    name = file.parent.name + (f"/{category}" if category else "")
    print(json.dumps({
        "data": name, "seeds": seeds, "f1_mean": round(float(np.mean(found)), 4),
        "f1_sd": round(float(np.std(found, ddof=1)), 4) if seeds > 1 else 0.0, "pairs_per_cpu_second": round(speed),
    }), flush=True)


if __name__ == "__main__":
    root = Path(os.environ.get("DEALHOUSE_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else root / "matching", int(sys.argv[2]) if len(sys.argv) > 2 else 5)
