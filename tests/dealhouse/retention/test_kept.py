"""What shoppers took away, and what they were told long ago, goes by the rules that are shipped; what they keep stays."""

from datetime import timedelta
from typing import Any

import psycopg2
import pytest

from dealhouse.database import engine
from dealhouse.retention.prune import prune
from tests.dealhouse.loading.conftest import AS_OF

KEY = "a" * 32
ROWS = {
    "inbox.saved_deal": "(customer_key, deal_id, removed_at) values (%(key)s, gen_random_uuid(), %(at)s)",
    "inbox.saved_search": "(customer_key, name, query, removed_at) values (%(key)s, 'x', '{}', %(at)s)",
    "inbox.not_interested": "(customer_key, kind, value, removed_at) values (%(key)s, 'brand', 'x', %(at)s)",
    "inbox.alert": "(customer_key, kind, product_id, release_as_of, status, created_at) "
                   "values (%(key)s, 'back_in_stock', gen_random_uuid(), %(at)s, 'fired', %(at)s)",
    "inbox.notification": "(outbox_id, customer_key, kind, title, body, release_id, created_at) "
                          "values (gen_random_uuid(), %(key)s, 'cart', 'x', '{}', 'r', %(at)s)",
    "inbox.wish_changes": "(customer_key, body, changed_at, landed_batch_id) values (%(key)s, '{}', %(at)s, 'b')",
    "notify.outbox": "(outbox_id, customer_key, channel, kind, subject_id, occasion, release_id, as_of, title, body, state, "
                     "not_before, created_at) values (gen_random_uuid(), %(key)s, 'inbox', 'cart', gen_random_uuid(), 'o', 'r', "
                     "%(at)s, 'x', '{}', 'sent', %(at)s, %(at)s)",
    "notify.told": "(customer_key, kind, subject_id, deal_id, told_at) "
                   "values (%(key)s, 'interest', 's', gen_random_uuid(), %(at)s)",
}


def execute(url: str, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall() if cursor.description else []
    connection.close()
    return found


def _prune() -> None:
    try:
        prune(AS_OF)
    finally:
        for role in ("transformer", "modeller", "notifier", "auditor"):
            engine(role).dispose()


@pytest.mark.parametrize("table", ROWS)
def test_what_is_old_goes(house: str, table: str) -> None:
    for days in (500, 1):
        execute(house, f"insert into {table} {ROWS[table]}", key=KEY, at=AS_OF - timedelta(days=days))
    _prune()
    assert execute(house, f"select count(*) from {table}") == [(1,)]


def test_what_is_kept_stays(house: str) -> None:
    long_ago = AS_OF - timedelta(days=900)
    execute(house, "insert into inbox.saved_deal (customer_key, deal_id, saved_at) values (%(key)s, gen_random_uuid(), %(at)s)",
            key=KEY, at=long_ago)
    execute(house, "insert into inbox.alert (customer_key, kind, product_id, release_as_of, created_at) "
                   "values (%(key)s, 'back_in_stock', gen_random_uuid(), %(at)s, %(at)s)", key=KEY, at=long_ago)
    execute(house, "update inbox.wish_changes set changed_at = %(at)s", at=long_ago)
    _prune()
    assert execute(house, "select (select count(*) from inbox.saved_deal), (select count(*) from inbox.alert), "
                          "(select count(*) from inbox.wish_changes)") == [(1, 1, 2)], "a wish that has not landed stays, too"
