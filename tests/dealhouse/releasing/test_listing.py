"""Listing and comparing releases."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from dealhouse.errors import BadInputError
from dealhouse.releasing.build import build
from dealhouse.releasing.listing import Difference, diff, list_releases

Query = Callable[..., list[tuple[Any, ...]]]


@pytest.mark.usefixtures("manifest")
def test_a_difference_counts_rows_by_key(query: Query, as_of: datetime) -> None:
    build(as_of)
    query("update staging.deal set price = price + 1 where title in ('Deal 1', 'Deal 2', 'Deal 3')")
    query("delete from staging.deal where title = 'Deal 9'")
    query("insert into staging.deal values (md5('a')::uuid, 'New', 1, 1), (md5('b')::uuid, 'Newer', 1, 1)")
    build(as_of)
    found = {difference.dataset: difference for difference in diff("r000001", "r000002")}
    assert found["deal"] == Difference("deal", added=2, removed=1, changed=3)
    assert found["product"] == Difference("product", added=2, removed=1, changed=0)
    assert [release.release_id for release in list_releases()] == ["r000002", "r000001"]


@pytest.mark.usefixtures("manifest")
def test_a_pruned_or_unknown_release_is_named(query: Query, as_of: datetime) -> None:
    build(as_of)
    with pytest.raises(BadInputError, match="r000007"):
        diff("r000001", "r000007")
    query("drop table publish.deal_v1")
    with pytest.raises(BadInputError, match="deal_v1"):
        diff("r000001", "r000001")
