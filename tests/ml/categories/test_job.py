import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine

from ml.categories.config import CategoriesConfig
from ml.categories.evaluate import node_of
from ml.categories.job import main, run_job
from ml.core.as_of import parse_as_of
from ml.core.frames import copy_in
from ml.core.job import JobArgs

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


def test_a_run_teaches_when_it_is_due(warehouse: Engine, make_offers: Make, config: CategoriesConfig) -> None:
    offers = make_offers(400).drop(columns="truth")
    offers["offer_id"] = [f"00000000-0000-4000-8000-{number:012d}" for number in range(len(offers))]
    with warehouse.begin() as connection:
        connection.exec_driver_sql(
            "create table features.offer_attributes (offer_id uuid, title text, category_path text, description text, gtin text)"
        )
        copy_in(connection.connection.cursor(), ("features", "offer_attributes"), offers, dict.fromkeys(offers.columns, "text"))
    first, second = (run_job(JobArgs(parse_as_of(f"2026-05-0{day}T10:15:00")), config) for day in (5, 6))
    assert (first.trained, first.promoted, first.idle) == (True, True, None)
    assert (second.trained, second.idle) == (False, "no training is due")
    assert first.model_version == second.model_version == "categories-logistic-20260505T101500"
    assert first.metric == second.metric
