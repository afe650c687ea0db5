"""Pair matching on published benchmarks: our configuration beside the naive and the best single cosine. Prints JSON lines."""

import json
import sys
from pathlib import Path

import pandas as pd

from ml.matching.config import MatchingConfig
from ml.matching.pairs_file import evaluate_pairs


def main(data: Path) -> None:
    for file in sorted(data.glob("*/pairs.parquet")):
        table = pd.read_parquet(file)
        for category in sorted(table["category"].unique()) if "category" in table else [None]:
            for line in evaluate_pairs(file, MatchingConfig(), category):
                print(json.dumps(line))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "shared" / "data" / "matching")
