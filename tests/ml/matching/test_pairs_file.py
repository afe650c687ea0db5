import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.core.errors import BadInputError
from ml.matching.job import main
from ml.matching.pairs_file import read_sheet

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


def test_each_method_gets_its_line_after_the_mapping(
    make_market: Market, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "pairs.csv", make_market(products=40))
    assert main(["evaluate", "--pairs", str(file)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["mapping"]["l_price"] == "price_reporting"
    assert [line["method"] for line in lines[1:]] == ["naive-tfidf-dbscan", "best-cosine", "matching-lightgbm"]
    assert lines[3]["f1"] > max(0.8, lines[2]["f1"], lines[1]["f1"])
    assert lines[3]["blocking_recall"] > 0.9
    assert 0 < lines[3]["candidate_ratio"] < 1
    assert {"precision", "recall", "seconds", "peak_mb"} <= lines[3].keys()


def pairs(tmp_path: Path, **changed: object) -> Path:
    good = {"split": ["train", "test"], "label": [1, 0], "l_name": ["a b", "b"], "r_name": ["b c", "c"]}
    table = {name: values for name, values in {**good, **changed}.items() if values is not None}
    pd.DataFrame(table).to_csv(tmp_path / "pairs.csv", index=False)
    return tmp_path / "pairs.csv"


@pytest.mark.parametrize(("changed", "words"), [
    ({"split": None}, "missing: split"), ({"l_name": None}, r"missing: l_\*"),
    ({"split": ["train", "x"]}, "no pair of split test"),
    ({"label": [1, "perhaps"]}, "label of row 2 is 'perhaps'"), ({"l_name": None, "l_x": [1, 2]}, "could be a title"),
])
def test_a_file_without_its_columns_or_splits_is_refused(tmp_path: Path, changed: dict[str, object], words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        read_sheet(pairs(tmp_path, **changed))


def test_a_category_that_nobody_has_is_refused(tmp_path: Path) -> None:
    for changed in ({}, {"category": ["shoes", "shoes"]}):
        with pytest.raises(BadInputError, match="category"):
            read_sheet(pairs(tmp_path, **changed), "hats")


def test_validation_is_cut_from_training_where_there_is_none(tmp_path: Path) -> None:
    names = ["a"] * 9
    sheet = read_sheet(pairs(tmp_path, split=["train.small"] * 8 + ["TEST"], label=[1] * 9, l_name=names, r_name=names))
    assert sheet.split.tolist() == [*["train"] * 3, "valid", *["train"] * 3, "valid", "test"]
    assert (len(sheet.left), sheet.pairs.tolist()) == (1, [[0] * 9, [0] * 9])
