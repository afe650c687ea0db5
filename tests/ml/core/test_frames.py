from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine

from ml.core.errors import ContractError
from ml.core.warehouse_io import read_frame

pytestmark = pytest.mark.usefixtures("warehouse")


def test_types_and_nulls_come_as_promised() -> None:
    frame = read_frame("""
        select 1::int as i, null::bigint as j, 1.25::numeric as n, null::numeric as m, 'a'::text as t, null::text as u,
               ''::text as e, true as b, null::bool as c, date '2026-05-05' as d, timestamptz '2026-05-05 10:15:00.5+02' as z,
               '{"a": 1}'::jsonb as js
    """)
    row: dict[str, Any] = {str(name): value for name, value in frame.iloc[0].items()}
    assert (row["i"], row["n"], row["t"], row["e"], row["js"]) == (1, 1.25, "a", "", '{"a": 1}')
    assert all(pd.isna(row[name]) for name in "jmuc")
    assert row["b"] is True or bool(row["b"])
    assert row["d"] == pd.Timestamp("2026-05-05")
    assert row["z"] == pd.Timestamp("2026-05-05T08:15:00.5Z")
    assert str(frame["i"].dtype) == "int64"
    assert str(frame["n"].dtype) == "float64"


def test_identifiers_keep_their_zeros_and_words_that_look_empty_survive() -> None:
    frame = read_frame("select '00012345' as gtin, 'NA' as brand, 'null' as name, 'a,\"b\"' || chr(10) || 'c' as title")
    assert frame.iloc[0].tolist() == ["00012345", "NA", "null", 'a,"b"\nc']


def test_parameters_are_quoted_and_an_empty_result_keeps_its_types() -> None:
    query = "select %(word)s::text as word, 1.5::numeric as n where %(word)s = %(other)s"
    assert read_frame(query, {"word": "it's", "other": "it's"})["word"].tolist() == ["it's"]
    empty = read_frame(query, {"word": "a", "other": "b"})
    assert empty.empty
    assert str(empty["n"].dtype) == "float64"


def test_a_missing_table_is_a_broken_contract(warehouse: Engine) -> None:
    with pytest.raises(ContractError, match="no_such_table"):
        read_frame("select * from features.no_such_table")
