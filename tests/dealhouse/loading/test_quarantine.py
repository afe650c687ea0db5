"""Refused rows are let in, mended or dropped in somebody's name, and a rebuild from landing tells the same."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.errors import BadInputError
from dealhouse.landing.batch import Batch, BatchWriter
from dealhouse.landing.store import open_store
from dealhouse.loading import ids, quarantine
from dealhouse.loading.import_offers import import_offers
from dealhouse.loading.load import load_batch
from dealhouse.loading.rebuild import rebuild
from tests.dealhouse.loading.conftest import AS_OF, Ask, Land
from tests.fingerprints import fingerprints

Make = Callable[..., dict[str, Any]]
LATER = AS_OF + timedelta(hours=1)
DISPOSITIONS = "select row_no, disposition from raw.rejects order by batch_id, row_no"


def held(batch: Batch, row_no: int = 0) -> str:
    return f"{batch.manifest.batch_id}:{row_no}"


@pytest.fixture
def refused(land: Land, offer: Make) -> Batch:
    """A crawl with a sound row and two without a price; an hour later something else was loaded."""
    batch = land(offer(), offer(native_variant_id="2", price=None), offer(native_variant_id="3", price="NaN"))
    load_batch(batch, AS_OF)
    other = land(offer(native_variant_id="9"), merchant_id="bolt", as_of=LATER)
    load_batch(other, LATER)
    return batch


def test_a_fixed_row_is_loaded_as_it_was_seen_and_known_from_now_on(ask: Ask, refused: Batch) -> None:
    decided = quarantine.fix(held(refused, 1), {"price": "9.50", "gtin": None}, "kim", "the page said so")
    assert (decided.done, decided.refused) == ([held(refused, 1)], {})
    assert ask("select price::text, observed_at, loaded_at from raw.offer_observations where native_variant_id = '2'") == [
        ("9.5000", AS_OF, LATER)
    ]
    assert ask(DISPOSITIONS) == [(1, "fixed"), (2, "held")]
    told = quarantine.show(held(refused, 1))["decisions"]
    assert [(one["decided_by"], one["reason"], one["fields"]) for one in told] == [("kim", "the page said so", ["gtin", "price"])]
    counts = "select source, rows_received, rows_loaded, rows_rejected from raw.load_ledger order by source, rows_received"
    assert ask(counts) == [("offers", 1, 1, 0), ("offers", 3, 1, 2), ("quarantine", 1, 1, 0)]


def test_what_todays_rules_refuse_stays_held_and_says_why(ask: Ask, refused: Batch) -> None:
    assert quarantine.release([held(refused, 2)], "kim", "try").refused == {held(refused, 2): "invalid_price"}
    assert quarantine.fix(held(refused, 1), {"price": "-1"}, "kim", "try").refused == {held(refused, 1): "invalid_price"}
    assert ask("select count(*) from raw.load_ledger") == [(2,)]
    assert {disposition for _, disposition in ask(DISPOSITIONS)} == {"held"}


def test_twice_is_once_and_who_is_in_stays_in(ask: Ask, refused: Batch) -> None:
    row = held(refused, 1)
    quarantine.fix(row, {"price": "9.50"}, "kim", "seen")
    assert quarantine.fix(row, {"price": "9.50"}, "lou", "seen too").before == [row]
    assert quarantine.drop([row], "lou", "no").refused == {row: "it was fixed already"}
    assert ask("select count(*) from raw.offer_observations where native_variant_id = '2'") == [(1,)]


def test_a_dropped_row_may_yet_come_in(ask: Ask, refused: Batch) -> None:
    rows = [held(refused, 1), held(refused, 2)]
    assert quarantine.drop(rows, "kim", "a test of theirs").done == rows
    assert ask(DISPOSITIONS) == [(1, "dropped"), (2, "dropped")]
    assert quarantine.fix(rows[0], {"price": 5}, "lou", "it was real").done == rows[:1]
    assert ask(DISPOSITIONS) == [(1, "fixed"), (2, "dropped")]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_rebuild_in_any_order_tells_the_same(house: str, refused: Batch, seed: int) -> None:
    quarantine.drop([held(refused, 1), held(refused, 2)], "kim", "no")
    quarantine.fix(held(refused, 2), {"price": "7"}, "kim", "yes")
    before = fingerprints(house, ["raw"])
    rebuild(seed=seed)
    assert fingerprints(house, ["raw"]) == before


def test_a_customer_comes_in_by_the_key_and_the_reject_keeps_no_more(ask: Ask, land: Land) -> None:
    record = {"native_customer_id": "n-7", "email": "Eve@example.org", "registered_at": "never", "updated_at": "2026-01-01"}
    batch = land(record, kind="shop_customers", source="shop", merchant_id="house")
    load_batch(batch, AS_OF)
    assert "n-7" not in str(quarantine.show(held(batch)))
    quarantine.fix(held(batch), {"registered_at": "2026-01-01"}, "kim", "the shop told us")
    assert ask("select customer_key, email_hash from raw.shop_customers") == [
        (ids.customer_key("house", "n-7"), ids.email_hash("eve@example.org"))
    ]
    said = str(ask("select d::text from raw.reject_decisions d") + ask("select r::text from raw.rejects r"))
    assert "n-7" not in said
    assert "example.org" not in said


def test_who_was_erased_does_not_come_back_by_this_door(ask: Ask, land: Land) -> None:
    record = {"native_customer_id": "n-7", "registered_at": "never", "updated_at": "2026-01-01"}
    batch = land(record, kind="shop_customers", source="shop", merchant_id="house")
    load_batch(batch, AS_OF)
    with transaction("loader") as connection:
        gone = {"hash": ids.erased_hash(ids.customer_key("house", "n-7"))}
        connection.execute(text("insert into ops.erasures (erased_hash) values (:hash)"), gone)
    decided = quarantine.fix(held(batch), {"registered_at": "2026-01-01"}, "kim", "the shop told us")
    assert decided.refused == {held(batch): "erased_customer"}
    assert ask("select count(*) from raw.shop_customers") == [(0,)]


def test_what_a_parser_refused_comes_in_once_it_is_a_record(ask: Ask, house: str, offer: Make) -> None:
    with BatchWriter(open_store(), source="offers", merchant_id="acme", kind="offers", as_of=AS_OF) as writer:
        writer.record(offer())
        writer.reject("overlong_line", json.dumps(offer(native_variant_id="5")))
        writer.reject("broken_html", "<li>Kettle")
        batch = writer.close()
    load_batch(batch, AS_OF)
    decided = quarantine.release([held(batch, 1), held(batch, 2)], "kim", "they are fine")
    assert decided.done == [held(batch, 1)]
    assert set(decided.refused) == {held(batch, 2)}
    whole = offer(native_variant_id="6")
    assert quarantine.fix(held(batch, 2), whole, "kim", "typed off").done == [held(batch, 2)]
    assert ask("select native_variant_id from raw.offer_observations order by 1") == [("11",), ("5",), ("6",)]


def test_imported_history_is_known_from_its_release_on(ask: Ask, house: str, tmp_path: Any, offer: Make) -> None:
    said = {"merchant_id": "acme", "observed_at": "2026-05-01T00:00:00", "loaded_at": "2026-05-01T00:00:00"}
    crawl = {"crawl_id": "acme:1", "status": "complete", "documents": 1, "offers": 1, **said, "loaded_at": "2026-05-03T00:00:00"}
    (tmp_path / "offers-1.ndjson").write_text(json.dumps(offer(price="0", crawl_id="acme:1", **said)))
    (tmp_path / "crawls.ndjson").write_text(json.dumps(crawl))
    import_offers(tmp_path)
    [row] = quarantine.find()
    quarantine.fix(row["id"], {"price": "3"}, "kim", "seen")
    times = ask("select observed_at::date::text, loaded_at::date::text from raw.offer_observations")
    assert times == [("2026-05-01", "2026-05-03")]


def test_what_is_no_decision_is_refused(refused: Batch) -> None:
    row = held(refused, 1)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: quarantine.release(["nonsense"], "kim", "why"), lambda: quarantine.drop([f"{'0' * 32}:1"], "kim", "why"),
        lambda: quarantine.drop([row], " ", "why"), lambda: quarantine.drop([row], "kim", ""),
        lambda: quarantine.fix(row, {}, "kim", "why"), lambda: quarantine.fix(row, {'a"b': 1}, "kim", "why"),
    )
    for attempt in attempts:
        with pytest.raises(BadInputError):
            attempt()


@pytest.mark.parametrize(
    ("record", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": "c"}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
    ],
)
def test_patches_merge_as_the_standard_has_it(record: Any, patch: Any, result: Any) -> None:
    """Cases of RFC 7396, appendix A."""
    assert quarantine.merged(record, patch) == result
