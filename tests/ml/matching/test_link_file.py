import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.core.errors import BadInputError
from ml.matching.config import MatchingConfig
from ml.matching.job import main
from ml.matching.link_file import PARTS, Asked, _cut, _read, _told, _truth, link_files
from ml.matching.offers import Pairs
from ml.matching.tables import one_to_one, together

Market = Callable[..., pd.DataFrame]


@pytest.fixture
def files(make_market: Market, tmp_path: Path) -> Asked:
    """Two shops' tables, with the links between their listings of one product."""
    offers = make_market(products=90, merchants=4).drop_duplicates(["merchant_id", "truth"])
    sides = [offers[offers["merchant_id"] == f"shop-{n}"].reset_index(drop=True) for n in (0, 1)]
    paths = [tmp_path / name for name in ("a.csv", "b.parquet", "truth.csv")]
    one, two = (side.assign(id=[f"{letter}{n}" for n in range(len(side))]) for side, letter in zip(sides, "ab", strict=True))
    one[["id", "title", "price", "brand"]].to_csv(paths[0], index=False)
    two[["id", "title", "price"]].rename(columns={"title": "product name"}).to_parquet(paths[1])
    one.merge(two, on="truth")[["id_x", "id_y"]].to_csv(paths[2], index=False)
    return Asked(paths[0], paths[1], paths[2], tmp_path / "links.csv")


def test_links_learnt_from_known_ones(files: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    named = {"--left": files.left, "--right": files.right, "--truth": files.truth, "--out": files.out}
    assert main(["link", *(str(word) for pair in named.items() for word in pair)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["mapping"]["right"] == {"id": "record_id", "product name": "title", "price": "price_reporting"}
    assert [line["method"] for line in lines[1:]] == ["naive-tfidf-dbscan", "matching-lightgbm"]
    assert lines[2]["f1"] > max(0.8, lines[1]["f1"])
    assert {"blocking_recall", "candidate_ratio", "seconds", "peak_mb", "precision", "recall"} <= lines[2].keys()
    links = pd.read_csv(files.out or "")
    assert links["left_id"].is_unique
    assert links["right_id"].is_unique
    assert len(links) == lines[2]["links"]


def test_nothing_is_learnt_from_held_out_records(files: Asked) -> None:
    two = _read(files.left, files.right)
    known = _truth(files.truth or Path(), two)
    tables, _ = together(two.left, two.right, MatchingConfig())
    told, part = _told(tables, known, two.left_ids, seed=1)
    assert set(part) == set(range(PARTS))
    assert set(part[tables.pairs.left[told.rows]]) == set(range(1, PARTS))


def test_the_cut_counts_what_blocking_missed() -> None:
    hits, falling = np.array([True, True, False, True, False]), np.array([0.9, 0.8, 0.7, 0.6, 0.5], np.float32)
    assert _cut(hits, falling, wanted=3) == pytest.approx(0.6)
    assert _cut(hits[1:], falling[1:], wanted=1) == pytest.approx(0.8)


def test_without_known_links_it_teaches_itself(files: Asked) -> None:
    truth = pd.read_csv(files.truth or "")
    lines = link_files(Asked(files.left, files.right, None, files.out), MatchingConfig())
    assert [line.get("method") for line in lines] == [None, "matching-self-taught"]
    found = pd.read_csv(files.out or "")
    right = found.merge(truth, left_on=["left_id", "right_id"], right_on=["id_x", "id_y"])
    assert 2 * len(right) / (len(found) + len(truth)) > 0.7


def test_unknown_and_doubled_ids_are_named(files: Asked) -> None:
    Path(files.truth or "").write_text("l,r\na0,nobody\n")
    with pytest.raises(BadInputError, match="no right record has the id 'nobody'"):
        link_files(files, MatchingConfig())
    pd.DataFrame({"id": ["x", "x"], "title": ["a", "b"]}).to_csv(files.left, index=False)
    with pytest.raises(BadInputError, match="'x' stands twice"):
        link_files(files, MatchingConfig())


def test_each_record_is_linked_once_by_its_likeliest() -> None:
    pairs = Pairs(np.array([0, 0, 1, 1]), np.array([2, 3, 2, 3]))
    assert one_to_one(pairs, np.array([0.9, 0.8, 0.95, 0.1], np.float32)).tolist() == [2, 1]
