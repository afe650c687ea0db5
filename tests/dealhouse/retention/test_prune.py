"""What is older than its rule goes, with all that belongs to it; what no rule names, and what is still needed, stays."""

import os
from datetime import timedelta
from typing import Any

import psycopg2
import pytest

from dealhouse.database import engine
from dealhouse.landing.store import open_store
from dealhouse.loading.load import load_batch
from dealhouse.loading.rebuild import rebuild
from dealhouse.retention.prune import Pruned, prune
from dealhouse.retention.rules import Rules, rules
from dealhouse.settings import settings
from tests.dealhouse.loading.conftest import AS_OF, Ask, Land
from tests.fingerprints import differences, fingerprints

RULES = Rules.model_validate({
    "batches": {"shop_events": {"days": 30, "why": "-"}},
    "rows": {"ops.alerts": {"days": 30, "by": "raised_at", "role": "loader", "where": "severity = 'warning'", "why": "-"},
             "marts.nowhere": {"days": 30, "by": "day", "role": "transformer", "why": "-"}},
    "runs": {"predictions.trending": {"every": 7, "daily": 30, "why": "-"}},
    "files": {"crawls/": {"days": 30, "why": "-"}, "state/kept/": {"days": 90, "why": "-"}},
})


def execute(url: str, statement: str, *values: Any) -> None:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
    connection.close()


def event(number: int, **more: Any) -> dict[str, Any]:
    at = "2026-01-01T00:00:00+00:00"
    return {"event_id": f"00000000-0000-4000-8000-{number:012d}", "kind": "page_view", "event_at": at, **more}


@pytest.fixture
def old_and_new(house: str, land: Land) -> str:
    """Events of five weeks ago, one of them refused, and of today; an order of five weeks ago."""
    before = AS_OF - timedelta(days=35)
    where = {"source": "shop", "merchant_id": "house"}
    load_batch(land(event(1), event(2, position=-4), kind="shop_events", as_of=before, **where), before)
    load_batch(land(event(3), kind="shop_events", **where), AS_OF)
    order = {"order_id": "1", "status": "completed", "currency": "EUR", "total": "1", "event_at": "2026-01-01T00:00:00+00:00",
             "updated_at": "2026-01-01T00:00:00+00:00"}
    load_batch(land(order, kind="shop_orders", as_of=before, **where), before)
    return house


def pruned() -> Pruned:
    try:
        return prune(AS_OF, given=RULES)
    finally:
        for role in ("transformer", "modeller"):
            engine(role).dispose()


def test_an_old_batch_goes_from_landing_raw_and_ledger(old_and_new: str, ask: Ask) -> None:
    done = pruned()
    assert done.partitions == ["shop_events_20260331"]
    assert done.rows == {"raw.rejects": 1, "raw.load_ledger": 1}
    assert done.files == {"landing/": 1}
    assert ask("select event_id::text from raw.shop_events") == [("00000000-0000-4000-8000-000000000003",)]
    assert ask("select kind, rows_received from raw.load_ledger order by 1") == [("shop_events", 1), ("shop_orders", 1)]
    assert len([key for key in open_store().list("landing/") if key.endswith("manifest.json")]) == 2
    assert pruned().count == 0
    assert old_and_new


def test_what_is_left_is_what_a_rebuild_gives(old_and_new: str) -> None:
    pruned()
    left = fingerprints(old_and_new, ["raw"])
    rebuild()
    assert differences(left, fingerprints(old_and_new, ["raw"])) == []


def test_rows_go_by_their_instant_and_only_where_the_rule_says(house: str, ask: Ask) -> None:
    for severity, days in (("warning", 31), ("warning", 29), ("error", 31)):
        execute(house, "insert into ops.alerts (raised_at, severity, room, message) values (%s, %s, 'r', 'm')",
                AS_OF - timedelta(days=days), severity)
    assert pruned().rows == {"ops.alerts": 1}
    assert ask("select severity from ops.alerts order by 1") == [("error",), ("warning",)]


def run(house: str, number: int, days: float, status: str = "complete", scope: str = "all") -> str:
    run_id, at = f"00000000-0000-4000-8000-{number:012d}", AS_OF - timedelta(days=days)
    execute(house, "insert into predictions.run values (%s, 'recommendations', %s, %s, 'v', %s, 1, '{}', %s)",
            run_id, scope, at, status, at)
    execute(house, "insert into predictions.trending values ('DE', %s, %s, 'v', '[]', %s)", at, run_id, at)
    return run_id


def test_of_old_days_the_last_complete_run_stays_then_none_but_those_in_use(house: str) -> None:
    kept = {run(house, 1, 0.1), run(house, 2, 0.2), run(house, 3, 10.1), run(house, 4, 40.1, scope="its newest")}
    gone = {run(house, 5, 10.2), run(house, 6, 10.05, status="failed"), run(house, 7, 40.2)}
    live = run(house, 8, 50)
    execute(house, "insert into predictions.live_model (capability, model_version, metric, value, run_id, as_of) "
                   "values ('recommendations', 'v', 'm', 1, %s, now())", live)
    assert pruned().rows == {"predictions.trending": len(gone)}
    connection = psycopg2.connect(house)
    with connection, connection.cursor() as cursor:
        cursor.execute("select run_id::text from predictions.trending")
        assert {found for (found,) in cursor.fetchall()} == {*kept, live}
    connection.close()


def test_files_go_by_the_day_in_their_name_or_by_their_age(house: str) -> None:
    store = open_store()
    kept = ["crawls/2026-05-01/b.json", "other/2020-01-01/x", "state/kept/m/new"]
    for key in (*kept, "crawls/2026-04-01/a.json", "state/kept/m/old"):
        store.put(key, b"x")
    old = settings().home / "store" / "state" / "kept" / "m" / "old"
    os.utime(old, (old.stat().st_mtime - 91 * 86_400,) * 2)
    assert pruned().files == {"crawls/": 1, "state/kept/": 1}
    assert [key for prefix in ("crawls/", "other/", "state/") for key in store.list(prefix)] == kept
    assert house


def test_the_rules_as_they_are_hold_on_an_empty_house(house: str) -> None:
    assert prune(AS_OF).count == 0
    for role in ("transformer", "modeller", "auditor"):
        engine(role).dispose()
    assert house


def test_every_rule_says_why() -> None:
    found = rules()
    whys = [rule.why for group in (found.batches, found.rows, found.runs, found.files) for rule in group.values()]
    assert len(whys) >= 15
    assert all(len(why) > 10 for why in whys)
