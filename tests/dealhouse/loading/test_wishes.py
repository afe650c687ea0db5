from datetime import UTC, datetime
from typing import Any

import psycopg2
import pytest

from dealhouse.errors import DatabaseBusyError
from dealhouse.landing.batch import Batch
from dealhouse.landing.store import Store
from dealhouse.loading import wishes
from dealhouse.loading.wishes import land_wishes
from tests.dealhouse.loading.conftest import Ask

AS_OF = datetime(2099, 5, 5, 10, 15, tzinfo=UTC)  # after the wall's clock, which dates the changes
KEY = "a" * 32
DEAL, PRODUCT = "00000000-0000-4000-8000-00000000000d", "00000000-0000-4000-8000-00000000000f"


def act(url: str, statement: str, *values: Any, key: str = KEY) -> None:
    """As the API does, for one customer."""
    connection = psycopg2.connect(url, options="-c role=serving")
    with connection, connection.cursor() as cursor:
        cursor.execute("select set_config('dealhouse.customer_key', %s, true)", (key,))
        cursor.execute(statement, values)
    connection.close()


def save(url: str) -> None:
    act(url, "insert into inbox.saved_deal (customer_key, deal_id, product_id) values (%s, %s, %s)", KEY, DEAL, PRODUCT)


def test_each_change_is_landed_once(house: str, ask: Ask) -> None:
    save(house)
    act(house, "update inbox.saved_deal set removed_at = now()")
    result = land_wishes(AS_OF)
    assert result is not None
    assert (result.source, result.kind, result.loaded, result.rejected) == ("inbox", "inbox_wishes", 2, 0)
    assert ask("select customer_key, kind, deal_id::text, is_active from raw.wishes order by row_no") == [
        (KEY, "saved_deal", DEAL, True), (KEY, "saved_deal", DEAL, False),
    ]
    assert land_wishes(AS_OF) is None


def test_every_kind_of_wish_tells_what_it_is(house: str, ask: Ask) -> None:
    act(house, "insert into inbox.saved_search (customer_key, name, query) values (%s, 'mine', %s)", KEY,
        '{"q": "red shoes", "max_price": "50.00"}')
    act(house, "insert into inbox.alert (customer_key, kind, product_id, threshold, currency, release_as_of) "
               "values (%s, 'price_below', %s, 12.5, 'EUR', now())", KEY, PRODUCT)
    act(house, "insert into inbox.not_interested (customer_key, kind, value) values (%s, 'brand', 'Volt')", KEY)
    assert land_wishes(AS_OF) is not None
    assert ask("select kind, query, filters, condition, threshold::text, currency, status, value from raw.wishes "
               "order by kind") == [
        ("alert", None, None, "price_below", "12.5000", "EUR", "active", None),
        ("not_interested", None, None, "brand", None, None, None, "Volt"),
        ("saved_search", "red shoes", '{"max_price": "50.00"}', None, None, None, None, None),
    ]
    assert ask("select count(*) from raw.wishes where event_at > loaded_at") == [(0,)]


def test_what_another_run_landed_is_not_loaded_twice(house: str, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    save(house)
    landed = wishes._land

    def overtaken(changes: list[dict[str, Any]], as_of: datetime, store: Store) -> Batch:
        monkeypatch.setattr(wishes, "_land", landed)
        assert land_wishes(as_of) is not None
        return landed(changes, as_of.replace(hour=11), store)

    monkeypatch.setattr(wishes, "_land", overtaken)
    with pytest.raises(DatabaseBusyError):
        land_wishes(AS_OF)
    assert ask("select count(*) from raw.wishes") == [(1,)]
