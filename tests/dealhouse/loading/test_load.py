from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from dealhouse.errors import BadInputError, CorruptBatchError
from dealhouse.landing.batch import Batch, BatchWriter
from dealhouse.landing.store import open_store
from dealhouse.loading import ids
from dealhouse.loading.load import LoadResult, load_all_landed, load_batch, load_landed

Ask = Callable[[str], list[tuple[Any, ...]]]
Land = Callable[..., Batch]
Make = Callable[..., dict[str, Any]]

COUNTS = """select (select count(*) from raw.offer_observations), (select count(*) from raw.rejects),
    (select count(*) from raw.load_ledger)"""


def test_a_batch_becomes_rows_and_a_ledger_entry(ask: Ask, land: Land, offer: Make) -> None:
    batch = land(offer(), offer(native_variant_id="12", price="NaN"))
    result = load_batch(batch, batch.manifest.as_of)
    assert (result.received, result.loaded, result.rejected, result.noop) == (2, 1, 1, False)
    assert ask("select merchant_id, title, price::text, presence, offer_id::text from raw.offer_observations") == [
        ("acme", "Käse 200 g", "12.5000", "listed", ids.offer_id("acme", "DE", "1", "11"))
    ]
    assert ask("select reason, stage, row_no, merchant_id, payload like '%NaN%' from raw.rejects") == [
        ("invalid_price", "load", 1, "acme", True)
    ]
    assert ask("select rows_received, rows_loaded, rows_rejected, uri from raw.load_ledger") == [(2, 1, 1, batch.uri)]


def test_live_rows_take_the_times_of_their_runs(ask: Ask, land: Land, offer: Make) -> None:
    batch = land(offer(observed_at="1999-01-01T00:00:00", loaded_at="1999-01-01T00:00:00"))
    load_batch(batch, batch.manifest.as_of + timedelta(hours=1))
    assert ask("select observed_at, loaded_at from raw.offer_observations") == [
        (batch.manifest.as_of, batch.manifest.as_of + timedelta(hours=1))
    ]
    assert ask("select tableoid::regclass::text from raw.offer_observations") == [("raw.offer_observations_20260505",)]


def test_the_second_time_is_a_noop(ask: Ask, land: Land, offer: Make) -> None:
    batch = land(offer(), offer(price="0"))
    first = load_landed(batch.uri, batch.manifest.as_of)
    before = ask(COUNTS)
    second = load_landed(batch.uri, batch.manifest.as_of + timedelta(days=1))
    assert second == LoadResult.from_dict({**first.as_dict(), "noop": True, "nulled": {}})
    assert ask(COUNTS) == before == [(1, 1, 1)]


def test_two_loads_at_once_are_one_load_and_one_noop(ask: Ask, land: Land, offer: Make) -> None:
    batch = land(*(offer(native_variant_id=str(number)) for number in range(5000)))
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _: load_batch(batch, batch.manifest.as_of), range(2)))
    assert sorted(result.noop for result in results) == [False, True]
    assert ask("select count(*), count(distinct row_no) from raw.offer_observations") == [(5000, 5000)]


def test_a_corrupt_batch_loads_nothing(ask: Ask, land: Land, offer: Make) -> None:
    batch = land(*(offer(native_variant_id=str(number)) for number in range(100)))
    part = Path(batch.uri) / batch.manifest.parts[0].name
    part.write_bytes(part.read_bytes() + b"x")
    with pytest.raises(CorruptBatchError):
        load_batch(batch, batch.manifest.as_of)
    assert ask(COUNTS) == [(0, 0, 0)]


def test_what_must_hold_together_commits_together(ask: Ask, land: Land, offer: Make) -> None:
    def fail(_connection: Connection, _batch_id: str) -> None:
        raise BadInputError("the cursor moved", "test")

    with pytest.raises(BadInputError):
        load_batch(land(offer()), land(offer()).manifest.as_of, within=fail)
    assert ask(COUNTS) == [(0, 0, 0)]


def test_a_reload_replaces_with_the_first_loaded_at(ask: Ask, land: Land, offer: Make) -> None:
    batch = land(offer(), offer(price="-1"))
    load_batch(batch, batch.manifest.as_of)
    tables = ("offer_observations", "rejects", "load_ledger")
    before = [ask(f"select * from raw.{table}") for table in tables]
    load_batch(batch, batch.manifest.as_of + timedelta(days=9), reload=True)
    assert [ask(f"select * from raw.{table}") for table in tables] == before


def test_a_crawl_leaves_coverage_documents_and_what_its_parser_refused(ask: Ask, house: str, offer: Make, land: Land) -> None:
    as_of = land(offer()).manifest.as_of
    with BatchWriter(open_store(), source="offers", merchant_id="acme", kind="offers", as_of=as_of) as writer:
        writer.record(offer())
        writer.reject("missing_price", "\x00 no price", "at 3")
        writer.document({"url": "https://acme.example/feed", "status": "fetched", "etag": '"a\tb"'})
        writer.document({"url": "https://acme.example/two", "status": "failed"})
        batch = writer.close({"crawl_id": "acme:k", "status": "partial", "documents": 2, "offers": 1, "error": "two: 500"})
    result = load_batch(batch, as_of)
    assert (result.received, result.loaded, result.rejected) == (2, 1, 1)
    assert ask("select merchant_id, crawl_id, status, documents, offers, error from raw.crawl_coverage") == [
        ("acme", "acme:k", "partial", 2, 1, "two: 500")
    ]
    assert ask("select url, status, etag from raw.crawl_documents order by url") == [
        ("https://acme.example/feed", "fetched", '"a\tb"'), ("https://acme.example/two", "failed", None)
    ]
    assert ask("select stage, reason, payload, detail, row_no from raw.rejects") == [
        ("parse", "missing_price", "\\x00 no price", "at 3", 1)
    ]


def test_a_failed_crawl_is_a_batch_without_rows(ask: Ask, land: Land) -> None:
    batch = land(crawl={"crawl_id": "acme:k", "status": "failed", "documents": 0, "offers": 0, "error": "timeout"})
    assert load_batch(batch, batch.manifest.as_of).received == 0
    assert ask("select status, error from raw.crawl_coverage") == [("failed", "timeout")]


def test_a_repeated_crawl_replaces_its_coverage(ask: Ask, land: Land, offer: Make) -> None:
    crawl = {"crawl_id": "acme:k", "documents": 1, "offers": 1}
    batches = [land(crawl={**crawl, "status": "failed"}), land(offer(), crawl={**crawl, "status": "complete"})]
    load_all_landed([batch.uri for batch in batches], batches[0].manifest.as_of)
    assert ask("select status from raw.crawl_coverage") == [("complete",)]


def test_small_crawls_share_a_transaction_and_keep_their_own_counts(ask: Ask, land: Land, offer: Make) -> None:
    said = {"documents": 1, "offers": 1, "status": "complete"}
    batches = [
        land(offer(merchant_id=name), offer(merchant_id=name, price="0", native_variant_id=name), merchant_id=name,
             crawl={**said, "crawl_id": f"{name}:k"})
        for name in ("acme", "bolt", "coil")
    ]
    as_of, uris = batches[0].manifest.as_of, [batch.uri for batch in batches]
    first = load_all_landed(uris[:1], as_of)
    again = load_all_landed([*uris, uris[2]], as_of)
    assert [result.noop for result in (*first, *again)] == [False, True, False, False, True]
    assert {(result.received, result.loaded, result.rejected) for result in again} == {(2, 1, 1)}
    assert ask("select count(distinct xmin::text), count(*) from raw.load_ledger where merchant_id <> 'acme'") == [(1, 2)]
    assert ask("select merchant_id, count(*) from raw.rejects group by 1 order by 1") == [("acme", 1), ("bolt", 1), ("coil", 1)]
    assert ask("select count(*), count(distinct batch_id) from raw.crawl_coverage") == [(3, 3)]


def test_a_bad_batch_among_many_stays_out_alone(ask: Ask, land: Land, offer: Make) -> None:
    batches = [land(offer(merchant_id=name), merchant_id=name) for name in ("acme", "bolt", "coil")]
    part = Path(batches[1].uri) / batches[1].manifest.parts[0].name
    part.write_bytes(part.read_bytes() + b"x")
    with pytest.raises(CorruptBatchError):
        load_all_landed([batch.uri for batch in batches], batches[0].manifest.as_of)
    assert ask("select merchant_id from raw.load_ledger") == ask("select merchant_id from raw.offer_observations") == [("acme",)]
    with pytest.raises(BadInputError):
        load_all_landed([batches[2].uri, f"{batches[2].uri}x"], batches[0].manifest.as_of)
    assert ask("select count(*) from raw.load_ledger") == [(2,)]


def test_personal_data_stay_out_of_raw(ask: Ask, land: Land) -> None:
    customers = [
        {"native_customer_id": "n-77", "email": "Eve@example.org", "registered_at": "2026-01-01T00:00:00+00:00",
         "updated_at": "2026-01-01T00:00:00+00:00"},
        {"native_customer_id": "n-78", "email": "bob@example.org", "registered_at": "never", "updated_at": "2026-01-01"},
    ]
    batch = land(*customers, kind="shop_customers", source="shop", merchant_id="house")
    result = load_batch(batch, batch.manifest.as_of)
    assert (result.loaded, result.rejected) == (1, 1)
    assert ask("select customer_key, email_hash from raw.shop_customers") == [
        (ids.customer_key("house", "n-77"), ids.email_hash("eve@example.org"))
    ]
    assert ask("select native_customer_id from raw.customer_identities order by 1") == [("n-77",), ("n-78",)]
    everything = str(ask("select c::text from raw.shop_customers c") + ask("select r::text from raw.rejects r"))
    assert "n-7" not in everything
    assert "example.org" not in everything


@pytest.mark.parametrize("first", ["shop_orders", "shop_order_lines"])
def test_a_line_outlasts_its_refused_order_and_finds_it_when_it_is_sent_again(ask: Ask, land: Land, first: str) -> None:
    said = {"currency": "EUR", "event_at": "2026-05-04T09:00:00+00:00", "updated_at": "2026-05-04T09:00:00+00:00"}
    order = {"order_id": "O-1", "status": "paid", "total": "20.00", **said}
    line = {"order_id": "O-1", "line_no": 1, "sku": "S", "quantity": 2, "unit_price": "10.00", "kind": "sale", **said}
    records = {"shop_orders": order | {"currency": None}, "shop_order_lines": line}
    for kind in sorted(records, key=lambda kind: kind != first):
        batch = land(records[kind], kind=kind, source="shop", merchant_id="house")
        load_batch(batch, batch.manifest.as_of)
    assert ask("select kind, reason, disposition from raw.rejects") == [("shop_orders", "missing_currency", "held")]
    mended = land(order, kind="shop_orders", source="shop", merchant_id="house")
    load_batch(mended, mended.manifest.as_of)
    assert ask("select order_id, line_no, total::text from raw.shop_orders join raw.shop_order_lines using (order_id)") == [
        ("O-1", 1, "20.0000")
    ]


def test_an_unknown_kind_is_bad_input(land: Land) -> None:
    batch = land({}, kind="horoscopes")
    with pytest.raises(BadInputError):
        load_batch(batch, batch.manifest.as_of)
