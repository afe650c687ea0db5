import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from ml.core.errors import BadInputError
from ml.matching.clusters_file import Asked, cluster_offers
from ml.matching.config import MatchingConfig

Market = Callable[..., pd.DataFrame]
CONFIG = MatchingConfig(trees=20, second_trees=20)
DATA = Path(os.environ.get("DEALHOUSE_DATA") or Path(__file__).parents[4] / "shared" / "data")
REAL = DATA / "matching" / "pricerunner" / "offers.parquet"


def table(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({
        "ID": range(100, 100 + len(frame)), "Product Name": frame["title"], "Shop": frame["merchant_id"],
        "EAN": frame["gtin"], "Price": frame["price"].map("{:,.2f} EUR".format), "cluster_id": frame["truth"],
    })


def test_with_a_training_file_and_truth_it_prints_naive_then_ours_and_writes_labels(make_market: Market, tmp_path: Path) -> None:
    frame = table(make_market(products=80).drop(columns="gtin").assign(gtin=""))
    frame[:180].to_csv(tmp_path / "train.csv", index=False)
    frame[180:].to_parquet(tmp_path / "test.parquet")
    out = tmp_path / "labels.csv"
    lines = cluster_offers(Asked(tmp_path / "test.parquet", "cluster_id", tmp_path / "train.csv", out), CONFIG)
    assert lines[0]["mapping"] == {
        "ID": "record_id", "Product Name": "title", "Shop": "merchant_id", "EAN": "gtin", "Price": "price_reporting",
    }
    assert [line["method"] for line in lines[1:]] == ["naive-tfidf-dbscan", "matching-stack"]
    assert set(lines[-1]) >= {
        "pair_precision", "pair_recall", "pair_f1", "bcubed_f1", "blocking_recall", "candidate_ratio", "seconds", "peak_mb",
    }
    assert lines[-1]["pair_f1"] > lines[1]["pair_f1"]
    labels = pd.read_csv(out)
    assert labels.columns.tolist() == ["row", "ID", "cluster"]
    assert labels["ID"].tolist() == frame["ID"][180:].tolist()
    assert labels["cluster"].nunique() == lines[-1]["clusters"]


def test_identifiers_in_the_file_teach_where_nobody_else_does(make_market: Market, tmp_path: Path) -> None:
    table(make_market(products=60)).drop(columns="cluster_id").to_parquet(tmp_path / "offers.parquet")
    lines = cluster_offers(Asked(tmp_path / "offers.parquet", out=tmp_path / "labels.parquet"), CONFIG)
    assert lines[-1]["method"] == "matching-stack"
    assert "pair_f1" not in lines[-1]
    assert len(pd.read_parquet(tmp_path / "labels.parquet")) == lines[-1]["offers"]


def test_titles_alone_are_enough(tmp_path: Path) -> None:
    pd.DataFrame({"title": ["red oak chair x200", "chair red oak x200", "garden lamp solar k9"]}).to_csv(tmp_path / "o.csv")
    line = cluster_offers(Asked(tmp_path / "o.csv"), CONFIG)[-1]
    assert (line["offers"], line["clusters"]) == (3, 2)


def test_bad_input_says_what_and_where(make_market: Market, tmp_path: Path) -> None:
    table(make_market(products=20)).to_csv(tmp_path / "offers.csv", index=False)
    with pytest.raises(BadInputError, match="no column product"):
        cluster_offers(Asked(tmp_path / "offers.csv", "product"), CONFIG)
    with pytest.raises(BadInputError, match="tables are written as"):
        cluster_offers(Asked(tmp_path / "offers.csv", out=tmp_path / "labels.txt"), CONFIG)


def test_too_many_offers_for_the_naive_are_said(make_market: Market, tmp_path: Path) -> None:
    table(make_market(products=20)).to_csv(tmp_path / "offers.csv", index=False)
    few = CONFIG.model_copy(update={"max_naive_offers": 10})
    assert "at most 10 offers" in cluster_offers(Asked(tmp_path / "offers.csv", "cluster_id"), few)[1]["skipped"]


@pytest.mark.skipif(not REAL.exists(), reason=f"no real offers at {REAL} (DEALHOUSE_DATA)")
def test_real_offers_of_unseen_products_group_well(tmp_path: Path) -> None:
    offers = pd.read_parquet(REAL, columns=["title", "cluster_id"])
    part = offers["cluster_id"] % 40
    offers[part == 0].to_parquet(tmp_path / "train.parquet")
    offers[part == 1].to_parquet(tmp_path / "test.parquet")
    naive, mine = cluster_offers(Asked(tmp_path / "test.parquet", "cluster_id", tmp_path / "train.parquet"), CONFIG)[1:]
    assert mine["pair_f1"] > naive["pair_f1"] + 0.1
