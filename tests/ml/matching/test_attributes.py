from pathlib import Path

import pandas as pd
import pytest

from ml.core.errors import BadInputError
from ml.matching.attributes import amounts, mapped, read_table


def mapping(*names: str) -> dict[str, str]:
    return mapped(pd.DataFrame([["word"] * len(names)], columns=list(names)))[1]


def test_names_are_mapped_by_meaning() -> None:
    assert mapping("id", "title", "category", "brand", "modelno", "price") == {
        "id": "record_id", "title": "title", "category": "category_path", "brand": "brand", "modelno": "mpn",
        "price": "price_reporting",
    }
    assert mapping("productName", "Hersteller", "EAN13", "listPrice", "shop") == {
        "productName": "title", "Hersteller": "brand", "EAN13": "gtin", "listPrice": "price_reporting", "shop": "merchant_id",
    }
    assert mapping("Song_Name", "Artist_Name", "Album_Name") == {
        "Song_Name": "title", "Artist_Name": "brand", "Album_Name": "extra_album_name",
    }


def test_what_tells_the_truth_is_no_feature() -> None:
    assert mapping("title", "cluster_id", "cluster_label", "split", "label") == {"title": "title"}


def test_the_wordiest_column_is_the_title_where_no_name_says_so() -> None:
    frame = pd.DataFrame({"a": ["1", "2"], "b": ["red shoe", "blue hat"], "c": ["x", "x"]})
    assert mapped(frame)[1] == {"a": "extra_a", "b": "title", "c": "extra_c"}
    with pytest.raises(BadInputError, match="could be a title"):
        mapped(frame[["a"]])


def test_sides_of_a_pair_are_read_by_their_prefix() -> None:
    frame = pd.DataFrame({"l_name": ["a"], "r_name": ["b"], "r_upc": ["4006381333931"], "label": ["1"]})
    right, columns = mapped(frame, "r_")
    assert columns == {"r_name": "title", "r_upc": "gtin"}
    assert right[["title", "gtin", "brand"]].to_numpy().tolist() == [["b", "04006381333931", ""]]


def test_amounts_in_the_ways_people_write_them() -> None:
    said = ["$1,299.00", "1.299,00 EUR", "1299", "1,299", "12,50", ".99", "1.299.000", "free", ""]
    assert amounts(pd.Series(said)).fillna(-1).tolist() == [1299, 1299, 1299, 1299, 12.5, 0.99, 1299000, -1, -1]


@pytest.mark.parametrize(("name", "mark"), [("a.csv", ","), ("a.csv.gz", ";"), ("a.tsv", "\t")])
def test_tables_of_any_common_form(tmp_path: Path, name: str, mark: str) -> None:
    frame = pd.DataFrame({"title": ["Kaffee, weiß", ""], "n": ["1", "null"]})
    frame.to_csv(tmp_path / name, sep=mark, index=False)
    assert read_table(tmp_path / name).to_numpy().tolist() == [["Kaffee, weiß", "1"], ["", ""]]


def test_parquet_and_old_encodings(tmp_path: Path) -> None:
    pd.DataFrame({"title": ["a", None], "n": [1.0, None]}).to_parquet(tmp_path / "a.parquet")
    assert read_table(tmp_path / "a.parquet").to_numpy().tolist() == [["a", "1"], ["", ""]]
    (tmp_path / "b.csv").write_bytes("title\ncafé\n".encode("latin-1"))
    assert read_table(tmp_path / "b.csv")["title"].tolist() == ["café"]


def test_what_is_no_table_is_refused_by_name(tmp_path: Path) -> None:
    for name, data in (("a.parquet", b"no"), ("b.csv", b""), ("c.csv", b"title\n")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(BadInputError, match=name):
            read_table(tmp_path / name)
