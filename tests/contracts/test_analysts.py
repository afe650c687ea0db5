"""What analysts reach: marts, scored, publish and the platform's own figures; not who a shopper is, and nothing to write."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest

from stack.platform import let_analysts_in

OPEN = {"marts", "scored", "publish", "ops"}
CLOSED = {"raw", "staging", "intermediate", "features", "predictions", "publish_candidate", "inbox", "contact", "notify"}
OPS = {"run_ledger", "gate_results", "quality_results", "dbt_results", "alerts", "erasures", "published_deals", "alembic_version"}
# by what a person could be told; a customer_key is a keyed hash
PERSONAL = {
    "email", "email_hash", "native_customer_id", "customer_id", "first_name", "last_name", "customer_name", "phone", "street",
    "address", "birthday", "ip", "ip_address", "reviewer", "editor", "user_agent",
}
TABLES = """
    select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(%s) and c.relkind in ('r', 'p', 'v') order by 1, 2
"""


def execute(url: str, statement: str, *values: Any, role: str | None = None) -> list[tuple[Any, ...]]:
    connection = psycopg2.connect(url, options=f"-c role={role}" if role else None)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def may_read(url: str, relation: str) -> bool:
    try:
        execute(url, f"select * from {relation} limit 0", role="bi_reader")
    except psycopg2.errors.InsufficientPrivilege:
        return False
    return True


@pytest.fixture(scope="module")
def house(server_url: str, template: str) -> Iterator[str]:
    """A migrated database with a table in every schema that dbt fills, made as dbt makes it, and a published one."""
    from tests.conftest import copied

    with copied(server_url, template, f"{template}_analysts") as url:
        for schema in ("staging", "intermediate", "marts", "features", "scored", "publish_candidate"):
            execute(url, f"create table {schema}.thing (n integer)", role="transformer")
        execute(url, "create table publish.thing (version bigint) partition by list (version)", role="publisher")
        yield url


@pytest.fixture
def analyst(house: str) -> str:
    """The URL of the analysts' own login."""
    let_analysts_in(house, "pw")
    place = urlsplit(house)
    return f"postgresql://bi_reader:pw@{place.hostname}:{place.port}{place.path}"


def test_every_table_is_open_or_closed_as_its_schema(house: str) -> None:
    found = execute(house, TABLES, sorted(OPEN | CLOSED))
    assert {schema for schema, _ in found} == OPEN | CLOSED
    readable = {(schema, name) for schema, name in found if may_read(house, f'"{schema}"."{name}"')}
    assert {schema for schema, _ in readable} <= OPEN
    assert {name for schema, name in readable if schema == "ops"} == OPS
    assert {("marts", "thing"), ("scored", "thing"), ("publish", "thing"), ("publish", "live_offer")} <= readable


def test_no_other_schema_is_left_out_of_this(house: str) -> None:
    schemas = execute(house, "select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'")
    assert {name for (name,) in schemas} - {"public"} == OPEN | CLOSED


def test_no_open_table_tells_who_somebody_is(house: str, models: list[dict[str, Any]]) -> None:
    columns = execute(house, "select table_schema, table_name, column_name from information_schema.columns where "
                             "table_schema = any(%s)", sorted(OPEN), role="bi_reader")
    built = [(node["schema"], node["name"], column) for node in models if node["schema"] in OPEN | {"publish_candidate"}
             for column in node["columns"]]
    assert len(built) > 300
    assert {(schema, table, column) for schema, table, column in (*columns, *built) if column in PERSONAL} == set()


def test_a_rebuilt_table_is_still_open(house: str) -> None:
    """dbt's swap by rename loses plain grants."""
    execute(house, "create table marts.thing__new (n integer, m integer); drop table marts.thing; "
                   "alter table marts.thing__new rename to thing", role="transformer")
    assert may_read(house, "marts.thing")


@pytest.mark.parametrize("statement", [
    "insert into marts.thing values (1)", "delete from publish.live_offer", "create table marts.mine (n integer)",
    "create table public.mine (n integer)", "update ops.alerts set message = ''", "truncate scored.thing",
    "create temporary table mine (n integer)", "select raw.drop_day_partitions('shop_events', '2030-01-01')",
])
def test_nothing_can_be_written(analyst: str, statement: str) -> None:
    with pytest.raises((psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ReadOnlySqlTransaction)):
        execute(analyst, statement)


@pytest.mark.parametrize("statement", ["insert into marts.thing values (1)", "create table marts.mine (n integer)"])
def test_not_even_by_asking_for_it(analyst: str, statement: str) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        execute(analyst, f"set transaction read write; {statement}")


def test_no_other_role_can_be_taken(analyst: str) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        execute(analyst, "set role transformer")


def test_a_query_and_a_login_have_their_limits(analyst: str) -> None:
    assert execute(analyst, "show statement_timeout") == [("1min",)]
    assert execute(analyst, "show idle_in_transaction_session_timeout") == [("1min",)]
    assert execute(analyst, "select rolconnlimit from pg_roles where rolname = 'bi_reader'") == [(20,)]
    with pytest.raises(psycopg2.errors.QueryCanceled):
        execute(analyst, "set statement_timeout = 50; select pg_sleep(2)")
