"""The row gate of live offers: good rows pass, bad ones keep what was good, and nobody empties the shop by accident."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from dealhouse.releasing.live_offers import refresh_live_offers

Query = Callable[..., list[tuple[Any, ...]]]

OFFERS = "select offer_id::text, price::float, availability, stock from publish.live_offer order by offer_id"
ONE = "11111111-1111-1111-1111-111111111111"
TWO = "22222222-2222-2222-2222-222222222222"


@pytest.fixture
def offer(query: Query, as_of: datetime) -> Callable[..., None]:
    """Puts one candidate row in the place of the offer's earlier ones."""

    def put(offer_id: str = ONE, price: str | None = "10", currency: str | None = "EUR", **changes: Any) -> None:
        row = {"availability": "in_stock", "stock": 5, "observed_at": as_of, "price_reporting": price} | changes
        query("delete from staging.live_offer where offer_id = %s", offer_id)
        query(
            "insert into staging.live_offer values (%s, %s, %s, %s, %s, %s, %s)", offer_id, price, currency,
            row["price_reporting"], row["availability"], row["stock"], row["observed_at"],
        )

    return put


def test_good_rows_are_upserted_and_the_same_again_changes_nothing(
    offer: Callable[..., None], query: Query, as_of: datetime
) -> None:
    offer()
    assert refresh_live_offers(as_of).upserted == 1
    offer(price="12", stock=4)
    offer(TWO, price="7", stock=None)
    done = refresh_live_offers(as_of)
    assert (done.candidates, done.upserted, done.refused) == (2, 2, {})
    assert query(OFFERS) == [(ONE, 12.0, "in_stock", 4), (TWO, 7.0, "in_stock", None)]
    assert refresh_live_offers(as_of).upserted == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"price": None}, "missing_price"),
        ({"price": "0"}, "invalid_price"),
        ({"price": "-1"}, "invalid_price"),
        ({"price": "NaN"}, "invalid_price"),
        ({"price": "Infinity"}, "invalid_price"),
        ({"price": "101"}, "price_jump"),
        ({"price": "0.99"}, "price_jump"),
        ({"price_reporting": "NaN"}, "invalid_reporting_price"),
        ({"currency": None}, "invalid_currency"),
        ({"currency": "eu"}, "invalid_currency"),
        ({"availability": None}, "missing_state"),
        ({"observed_at": None}, "missing_state"),
    ],
)
def test_a_bad_row_keeps_the_last_good_values_and_is_told(
    offer: Callable[..., None], query: Query, as_of: datetime, changes: dict[str, Any], reason: str
) -> None:
    offer()
    offer(TWO)
    refresh_live_offers(as_of)
    offer(**changes)
    offer(TWO, price="11")
    done = refresh_live_offers(as_of)
    assert done.refused == {reason: 1}
    assert query(OFFERS) == [(ONE, 10.0, "in_stock", 5), (TWO, 11.0, "in_stock", 5)]
    [(severity, detail)] = query("select severity, detail from ops.alerts")
    assert severity == "warning"
    assert detail["reasons"] == {reason: 1}
    assert detail["samples"][0]["offer_id"] == ONE


def test_a_bad_row_of_an_unknown_offer_is_not_shown(offer: Callable[..., None], query: Query, as_of: datetime) -> None:
    offer(price="NaN")
    query("insert into staging.live_offer (offer_id, price) values (null, 1)")
    assert refresh_live_offers(as_of).refused == {"invalid_price": 1, "missing_id": 1}
    assert query(OFFERS) == []


def test_a_tenfold_price_passes_and_an_operator_may_let_jumps_pass(
    offer: Callable[..., None], query: Query, as_of: datetime
) -> None:
    offer()
    refresh_live_offers(as_of)
    offer(price="100")
    assert refresh_live_offers(as_of).refused == {}
    offer(price="2000")
    assert refresh_live_offers(as_of).refused == {"price_jump": 1}
    assert refresh_live_offers(as_of, accept_jumps=True).refused == {}
    assert query(OFFERS)[0][1] == 2000.0


def test_a_jump_between_currencies_is_no_jump(offer: Callable[..., None], as_of: datetime) -> None:
    offer()
    refresh_live_offers(as_of)
    offer(price="4000", currency="HUF")
    assert refresh_live_offers(as_of).refused == {}


def test_an_offer_that_is_listed_no_longer_goes_out_of_stock_and_comes_back(
    offer: Callable[..., None], query: Query, as_of: datetime
) -> None:
    offer()
    offer(TWO)
    refresh_live_offers(as_of)
    query("delete from staging.live_offer where offer_id = %s", ONE)
    assert refresh_live_offers(as_of + timedelta(days=1)).vanished == 1
    assert query(OFFERS) == [(ONE, 10.0, "out_of_stock", 0), (TWO, 10.0, "in_stock", 5)]
    assert refresh_live_offers(as_of + timedelta(days=1)).vanished == 0
    offer(observed_at=as_of + timedelta(days=2))
    refresh_live_offers(as_of + timedelta(days=2))
    assert query(OFFERS)[0] == (ONE, 10.0, "in_stock", 5)


def test_a_bad_row_is_not_an_offer_that_vanished(offer: Callable[..., None], as_of: datetime) -> None:
    offer()
    refresh_live_offers(as_of)
    offer(price=None)
    assert refresh_live_offers(as_of).vanished == 0


def test_an_older_observation_never_overwrites_a_newer_one(offer: Callable[..., None], query: Query, as_of: datetime) -> None:
    offer(observed_at=as_of + timedelta(days=1), price="20")
    refresh_live_offers(as_of + timedelta(days=1))
    offer(price="10")
    refresh_live_offers(as_of)
    assert query(OFFERS)[0][1] == 20.0
    query("delete from staging.live_offer")
    assert refresh_live_offers(as_of).vanished == 0, "a rebuild of the day before does not know it yet"


def test_when_most_offers_vanish_at_once_none_goes_out_of_stock(query: Query, as_of: datetime) -> None:
    query("insert into staging.live_offer select md5(n::text)::uuid, 10, 'EUR', 10, 'in_stock', 1, %s "
          "from generate_series(1, 40) n", as_of)
    refresh_live_offers(as_of)
    query("delete from staging.live_offer where ctid in (select ctid from staging.live_offer limit 30)")
    done = refresh_live_offers(as_of)
    assert (done.vanished, done.held_back) == (0, 30)
    assert query("select count(*) from publish.live_offer where availability = 'in_stock'") == [(40,)]
    assert query("select severity, message from ops.alerts")[0][0] == "error"


def test_of_a_doubled_offer_the_newest_row_counts(offer: Callable[..., None], query: Query, as_of: datetime) -> None:
    offer()
    query("insert into staging.live_offer values (%s, 11, 'EUR', 11, 'in_stock', 1, %s)", ONE, as_of + timedelta(hours=1))
    assert refresh_live_offers(as_of + timedelta(hours=1)).upserted == 1
    assert query(OFFERS)[0][1] == 11.0
