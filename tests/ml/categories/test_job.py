import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from ml.categories.evaluate import node_of
from ml.categories.job import main

Make = Callable[..., pd.DataFrame]


def test_the_taxonomy_prints_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["taxonomy"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"name": "mobile phones", "category": "phones", "level": 2, "google_category_id": 267}.items() <= lines[1].items()


def test_a_file_is_judged_by_its_own_truth(make_offers: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "offers.csv"
    make_offers(1000, named=0.6).drop(columns=["category_path", "description"]).to_csv(file, index=False)
    assert main(["evaluate", "--offers", str(file), "--truth-column", "truth"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["method"] for line in lines] == ["words", "taught by words", "taught by labels"]
    words, _, labels = lines
    assert labels["share_named"] > words["share_named"] + 0.2
    assert labels["precision"] > 0.97


def test_a_missing_column_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "offers.csv"
    pd.DataFrame({"title": ["x"]}).to_csv(file, index=False)
    assert main(["evaluate", "--offers", str(file), "--truth-column", "kind"]) == 2
    assert "no column kind" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("label", "name"),
    [("Mobile Phones", "mobile phones"), ("coffee_machines", "coffee machines"), ("TVs", "tvs"), ("Stars", None)],
)
def test_labels_are_ours_by_equality_only(label: str, name: str | None) -> None:
    node = node_of(label)
    assert (node.name if node else None) == name
