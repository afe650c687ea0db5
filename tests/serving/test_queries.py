"""The statements: what two of them say alike is alike, and one that takes either key is fast by both."""

import re
from typing import Any

import psycopg
import pytest

from serving.db import OPTIONS, statement
from tests.serving import published


def listed(query: str, first: str) -> list[str]:
    """The lines of a statement's select list from the first column to the last, the discount."""
    found = re.search(rf"{re.escape(first)},.*?as discount_pct", statement(query), re.DOTALL)
    assert found, f"{query} has no such list"
    return [line.strip() for line in found[0].splitlines()]


@pytest.mark.parametrize(
    ("query", "other", "first"),
    [("deal", "deals_page", "deal.deal_id"), ("best_offers", "offers_of_products", "live.offer_id is not null as is_live")],
)
def test_what_two_statements_read_of_a_table_is_read_alike(query: str, other: str, first: str) -> None:
    assert listed(query, first) == listed(other, first)


def plan(database_url: str, **keys: Any) -> str:
    """The plan as the API would get it, on a table with a release's indexes."""
    with psycopg.connect(database_url) as connection:
        for key in keys:
            connection.execute(psycopg.sql.SQL("create index on publish.deal_v1 ({})").format(psycopg.sql.Identifier(key)))
    with psycopg.connect(database_url, options=f"{OPTIONS} -c enable_seqscan=off") as connection:  # thirty rows need no index
        rows = connection.execute(f"explain {statement('deal')}", {"deal": 1, **keys}).fetchall()
    return "\n".join(line for (line,) in rows)


@pytest.mark.parametrize("key", ["deal_id", "product_id"])
def test_a_deal_is_found_by_the_index_of_either_key(database_url: str, key: str) -> None:
    world = published.make_world()
    published.publish(database_url, world, 1)
    keys = {"deal_id": None, "product_id": None} | {key: world.rows["deal"][0][key]}
    assert re.search(rf"Index Cond: \({key} = ", plan(database_url, **keys))
