"""Erasing a person: nothing of them is found by anybody who looks, every figure stays, and who comes back goes again."""

import io
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import zstandard

from dealhouse.errors import LeftBehindError
from dealhouse.landing.store import open_store
from dealhouse.loading.inbox import land_inbox
from dealhouse.loading.load import load_batch
from dealhouse.loading.rebuild import rebuild
from dealhouse.privacy import register
from dealhouse.privacy.erase import erase, replay
from dealhouse.settings import settings
from tests.conftest import copied
from tests.dealhouse.loading.conftest import AS_OF, Ask, Land
from tests.dealhouse.privacy.conftest import ANN, ANN_KEY, ANNS_ADDRESS, BOB_KEY, disconnect, execute, order
from tests.fingerprints import differences, fingerprints

SCHEMAS = ("raw", "inbox", "contact", "notify", "predictions", "publish", "ops", "marts")
THEIRS = (ANN_KEY, ANNS_ADDRESS, "Ann", "Kiel", "gift for Tom", "a-phone", "s-1", "s-2", "s-3")
FIGURES = """
    select (select (count(*), sum(total)) from raw.shop_orders)::text, (select count(*) from raw.shop_events),
        (select count(distinct customer_key) from raw.shop_orders), (select count(distinct session_id) from raw.shop_events),
        (select count(distinct anonymous_id) from raw.shop_events), (select avg(rating) from raw.shop_reviews)
"""


def erase_ann() -> Any:
    return erase(frozenset({ANN_KEY}), build=False)


def traces(url: str, words: tuple[str, ...] = THEIRS) -> dict[str, list[str]]:
    """Which words stand where: every row of every table as text, every file of the store unpacked."""
    found: dict[str, list[str]] = {}
    tables = execute(url, """select c.relnamespace::regnamespace || '.' || quote_ident(relname) from pg_class c
        where c.relkind = 'r' and c.relnamespace::regnamespace::text = any(%s)""", list(SCHEMAS))
    for (table,) in tables:
        text = "\n".join(row for (row,) in execute(url, f"select t::text from {table} t"))
        found[table] = [word for word in words if word in text]
    for path in (settings().home / "store").rglob("*"):
        if path.is_file():
            found[str(path)] = [word for word in words if word.encode() in plain(path)]
    return {place: seen for place, seen in found.items() if seen}


def plain(path: Path) -> bytes:
    content = path.read_bytes()
    return zstandard.ZstdDecompressor().stream_reader(io.BytesIO(content)).read() if path.suffix == ".zst" else content


def test_nothing_is_left_and_every_figure_stays(past: str, ask: Ask) -> None:
    assert {"raw.shop_orders", "raw.rejects", "inbox.events", "publish.recommendation_v2"} <= set(traces(past))
    figures = ask(FIGURES)
    done = erase_ann()
    assert traces(past) == {}
    assert ask(FIGURES) == figures
    assert ask("select * from raw.customer_identities where native_customer_id = '7'") == []
    assert done.rows == {"inbox.events": 1, "predictions.recommendations": 1, "publish.recommendation": 1,
                         "publish.recommendation_v2": 1}
    assert (done.batches, done.tombstones, done.reloaded) == (5, 1, 5)
    assert done.searched["tables"] > 30
    assert done.searched["files"] >= 11


def test_the_ledger_counts_who_is_gone(past: str, ask: Ask) -> None:
    erase_ann()
    assert ask("""select kind, revision, rows_received, rows_loaded, rows_rejected, rows_erased from raw.load_ledger
        where kind in ('shop_customers', 'shop_orders') order by kind""") == [
        ("shop_customers", 2, 2, 1, 0, 1), ("shop_orders", 2, 4, 3, 1, 0),
    ]
    assert past


def test_others_stay_as_they_were(past: str, ask: Ask) -> None:
    erase_ann()
    for table in ("raw.shop_orders", "raw.shop_events", "predictions.recommendations", "inbox.events", "publish.recommendation"):
        assert execute(past, f"select count(*) from {table} where customer_key = %s", BOB_KEY) == [(1,)], table
    assert ask("select anonymous_id, session_id from raw.shop_events where session_id in ('s-4', 's-5') order by 2") == [
        ("tablet", "s-4"), ("somebody", "s-5"),
    ]
    assert past


def test_landing_gives_the_same_raw_again(past: str) -> None:
    erase_ann()
    before = fingerprints(past, ["raw"])
    rebuild(seed=1)
    assert differences(before, fingerprints(past, ["raw"])) == []


def test_a_second_erasure_finds_nothing(past: str) -> None:
    erase_ann()
    before = fingerprints(past, ["raw", "predictions", "publish", "inbox"])
    again = erase_ann()
    assert (again.batches, again.reloaded, again.rows) == (0, 0, {})
    assert differences(before, fingerprints(past, ["raw", "predictions", "publish", "inbox"])) == []
    assert replay(build=False) is None


def test_no_more_than_a_hash_is_kept(past: str, ask: Ask) -> None:
    erase_ann()
    (entry,) = register.entries()
    assert entry.finished_at is not None
    assert list(open_store().list("erasures/")) == [f"erasures/{entry.erased_hash}.json"]
    assert entry.erased_hash != ANN_KEY
    assert ask("select count(*) from ops.erasures") == [(1,)]
    assert past


def test_a_restored_database_forgets_them_again(past: str, server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The dump is of before the erasure, and knows nothing of it; the store remembers."""
    disconnect()
    with copied(server_url, urlsplit(past).path[1:], f"{urlsplit(past).path[1:]}_restored") as restored:
        erase_ann()
        disconnect()
        monkeypatch.setenv("DATABASE_URL", restored)
        settings.cache_clear()
        assert "raw.shop_orders" in traces(restored)
        done = replay(build=False)
        assert done is not None
        assert done.people == 1
        assert traces(restored) == {}
        turnover = "select sum(total) from raw.shop_orders"
        assert execute(restored, turnover) == execute(past, turnover)
        assert replay(build=False) is None
        disconnect()


def test_who_is_sent_again_is_held_back_and_counts_as_nobody_after_a_replay(past: str, ask: Ask, land: Land) -> None:
    erase_ann()
    later = land(order("O9", ANN, "9.00"), kind="shop_orders", source="shop", merchant_id="house")
    assert load_batch(later, AS_OF).rejected == 1
    assert ask("select reason, payload like '%native%' from raw.rejects where reason = 'erased_customer'") == [
        ("erased_customer", False),
    ]
    replay(build=False)
    assert traces(past) == {}
    assert ask("select total::text from raw.shop_orders where order_id = 'O9'") == [("9.0000",)]
    assert ask("select count(*) from raw.rejects where reason = 'erased_customer'") == [(0,)]


def test_what_waits_in_the_inbox_of_an_erased_shopper_goes(past: str, ask: Ask) -> None:
    erase_ann()
    execute(past, "insert into inbox.events (request_id, event_id, customer_key, body) "
                  "values (gen_random_uuid(), gen_random_uuid(), %s, '{}')", ANN_KEY)
    replay(build=False)
    assert ask("select customer_key from inbox.events") == [(BOB_KEY,)]


def test_a_key_where_nobody_expects_one_is_told(past: str) -> None:
    execute(past, "set role transformer; create table marts.odd (note text)")
    execute(past, "insert into marts.odd values (%s)", f"called {ANN_KEY} twice")
    with pytest.raises(LeftBehindError, match=r"marts\.odd \(1\)"):
        erase_ann()
    assert [entry.finished_at for entry in register.entries()] == [None]
    execute(past, "drop table marts.odd")
    assert replay(build=False) is not None
    assert all(entry.finished_at for entry in register.entries())


def test_a_file_that_still_names_them_is_told(past: str) -> None:
    open_store().put("crawls/odd.json", f'{{"to": "{ANNS_ADDRESS}"}}'.encode())
    with pytest.raises(LeftBehindError, match=r"crawls/odd\.json"):
        erase_ann()
    assert past


def test_exported_marts_that_name_shoppers_go(past: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for mart, column in (("marts.dim_customer", "customer_key"), ("marts.fct_days", "day")):
        store, folder = open_store(), f"exports/{mart}/2026-05-05T100000"
        sink = io.BytesIO()
        pq.write_table(pa.table({column: [ANN_KEY if column == "customer_key" else "x"]}), sink)
        store.put(f"{folder}/part-0000.parquet", sink.getvalue())
        store.put(f"{folder}/schema.json", b'{"columns": [{"name": "%s"}]}' % column.encode())
    assert erase_ann().exports == 1
    assert [key.split("/")[1] for key in open_store().list("exports/")] == ["marts.fct_days"] * 2
    assert past


def test_landed_events_of_the_inbox_are_cleaned(past: str, ask: Ask) -> None:
    land_inbox(AS_OF)
    erase_ann()
    assert traces(past) == {}
    assert ask("select count(*) from raw.shop_events") == [(7,)]


