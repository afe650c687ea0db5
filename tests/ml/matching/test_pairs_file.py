import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.core.errors import BadInputError
from ml.matching.config import MatchingConfig
from ml.matching.job import main
from ml.matching.pairs_file import evaluate_pairs

Market = Callable[..., pd.DataFrame]


def write(path: Path, offers: pd.DataFrame) -> Path:
    rng = np.random.default_rng(5)
    left, right = np.triu_indices(len(offers), 1)
    same = (offers["truth"].to_numpy()[left] == offers["truth"].to_numpy()[right]).astype(int)
    kept = np.flatnonzero((same == 1) | (rng.random(len(same)) < 0.05))
    table = pd.DataFrame({"split": rng.choice(["train", "valid", "test"], len(kept)), "label": same[kept]})
    for side, positions in (("l", left), ("r", right)):
        table[f"{side}_title"] = offers["title"].to_numpy()[positions[kept]]
        table[f"{side}_price"] = offers["price"].astype(str).to_numpy()[positions[kept]]
    table.to_csv(path, index=False)
    return path


def test_each_method_gets_its_line(make_market: Market, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "pairs.csv", make_market(products=40))
    assert main(["evaluate", "--pairs", str(file)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["method"] for line in lines] == ["naive-tfidf-dbscan", "best-cosine", "matching-lightgbm"]
    assert lines[2]["f1"] > max(0.8, lines[1]["f1"], lines[0]["f1"])


def test_a_file_without_its_columns_or_splits_is_refused(tmp_path: Path) -> None:
    good = {"split": "train", "label": 1, "l_title": "a", "r_title": "b"}
    for broken, words in (({"label": 1}, "split, label"), (good, "split valid")):
        pd.DataFrame([broken]).to_csv(tmp_path / "pairs.csv", index=False)
        with pytest.raises(BadInputError, match=words):
            evaluate_pairs(tmp_path / "pairs.csv", MatchingConfig())
