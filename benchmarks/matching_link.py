"""Linking full tables one to one, a fifth of the left records held out, beside the naive and ourselves without known links.

    python benchmarks/matching_link.py [folder] [seeds, default 3]

Per folder with full_A, full_B and full_gt, one JSON line a method as `python -m ml matching link` prints them; f1_mean and f1_sd
are over the seeds; `f1_self_taught` is over all records, nothing known. Data: the folder `matching` of $DEALHOUSE_DATA (default
../shared/data).
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from ml.matching.config import MatchingConfig
from ml.matching.link_file import Asked, link_files


def main(data: Path, seeds: int) -> None:
    files = sorted(data.glob("*/full_A.parquet"))
    if not files:
        print(json.dumps({"benchmark": "matching_link", "skipped": f"no */full_A.parquet in {data}"}), flush=True)
    for file in files:
        left, right, truth = (file.with_name(f"full_{part}.parquet") for part in ("A", "B", "gt"))
        runs = [link_files(Asked(left, right, truth), MatchingConfig(), seed) for seed in range(1, seeds + 1)]
        for line in runs[0][1:]:
            print(json.dumps({"data": file.parent.name, **line}), flush=True)
        found = [float(lines[-1]["f1"]) for lines in runs]
        print(json.dumps({
            "data": file.parent.name, "seeds": seeds, "f1_mean": round(float(np.mean(found)), 4),
            "f1_sd": round(float(np.std(found, ddof=1)), 4) if seeds > 1 else 0.0, "f1_self_taught": unaided(left, right, truth),
        }), flush=True)


def unaided(left: Path, right: Path, truth: Path) -> float:
    """F1 of the links that nobody taught, against all known ones."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "links.parquet"
        link_files(Asked(left, right, None, out), MatchingConfig())
        links, known = pd.read_parquet(out), pd.read_parquet(truth).astype(str)
    hits = len(links.merge(known.set_axis(["left_id", "right_id"], axis=1)))
    return round(2 * hits / (len(links) + len(known)), 4)


if __name__ == "__main__":
    root = Path(os.environ.get("DEALHOUSE_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else root / "matching", int(sys.argv[2]) if len(sys.argv) > 2 else 3)
