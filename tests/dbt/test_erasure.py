"""A person is erased and the marts, built again of what is left, say what they said before; so does a build from nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dealhouse.as_of import parse_as_of
from dealhouse.database import engine
from dealhouse.landing.batch import BatchWriter
from dealhouse.landing.store import open_store
from dealhouse.loading import ids
from dealhouse.loading.load import load_batch
from dealhouse.privacy.erase import erase
from dealhouse.privacy.tables import last_built
from dealhouse.settings import settings
from tests.fingerprints import differences

if TYPE_CHECKING:
    from tests.dbt.conftest import Warehouse, Workshop

AS_OF = "2026-05-05T10:00:00"
ANN, BOB = "7", "8"
KEY = ids.customer_key("house", ANN)
PEOPLE = ("--select", "+customer_value", "+fct_searches", "+fct_attribution", "+fct_cohort_retention", "+fct_funnel_daily")
FIGURES = {
    "orders": "select count(*), sum(total), sum(total_reporting), count(distinct customer_key) from marts.fct_orders",
    "events": "select kind, count(*), count(distinct session_key) from marts.fct_events group by 1 order by 1",
    "visits": "select count(*), sum(events), sum(purchases), count(distinct anonymous_id) from marts.fct_sessions",
    "searches": "select count(*), sum(clicks), sum(results) from marts.fct_searches",
    "buyers": "select orders, revenue_reporting, sessions from marts.customer_value order by 1, 2, 3",
    "credit": "select channel, sum(last_touch), sum(linear) from marts.fct_attribution group by 1 order by 1",
    "funnel": "select sum(sessions) from marts.fct_funnel_daily",
}


def _records() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    at = "2026-05-04T09:{:02d}:00+00:00"
    yield "customers", [{"native_customer_id": who, "email": f"{who}@mail.example", "city": "Kiel", "registered_at": at.format(0),
                         "updated_at": at.format(0)} for who in (ANN, BOB)]
    yield "orders", [{"order_id": f"O{number}", "native_customer_id": who, "status": "completed", "currency": "EUR",
                      "total": str(10 * number), "event_at": at.format(30 + number), "updated_at": at.format(30 + number)}
                     for number, who in ((1, ANN), (2, BOB), (3, ANN))]
    visit = [(1, None, "page_view"), (2, None, "search"), (3, ANN, "product_view"), (4, ANN, "purchase")]
    yield "events", [
        *({"event_id": f"00000000-0000-4000-8000-{number:012d}", "native_customer_id": who, "anonymous_id": "phone",
           "session_id": "v1", "kind": kind, "event_at": at.format(30), "channel": "email",
           **({"query": "gift for Tom", "results": 3} if kind == "search" else {})} for number, who, kind in visit),
        {"event_id": "00000000-0000-4000-8000-000000000009", "native_customer_id": BOB, "anonymous_id": "laptop",
         "session_id": "v2", "kind": "purchase", "event_at": at.format(32), "channel": "search"},
    ]


@pytest.fixture
def built(workshop: "Workshop", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Warehouse"]:
    """A shop's past, landed and loaded, and the marts of people built of it."""
    with workshop.warehouse() as made:
        monkeypatch.setenv("DATABASE_URL", made.url)
        monkeypatch.setenv("DEALHOUSE_HOME", str(tmp_path))
        settings.cache_clear()
        engine.cache_clear()
        moment = datetime(2026, 5, 5, 9, tzinfo=UTC)
        for kind, records in _records():
            with BatchWriter(open_store(), source="shop", merchant_id="house", kind=f"shop_{kind}", as_of=moment) as writer:
                for record in records:
                    writer.record(record)
                load_batch(writer.close(), moment)
        made.fill(*PEOPLE, as_of=AS_OF)
        yield made
        for role in ("loader", "transformer", "modeller", "publisher"):
            engine(role).dispose()
    engine.cache_clear()
    settings.cache_clear()


def _figures(w: "Warehouse") -> dict[str, list[tuple[Any, ...]]]:
    return {name: w.execute(query) for name, query in FIGURES.items()}


def test_figures_stay_and_a_build_from_nothing_gives_the_same(built: "Warehouse") -> None:
    before = _figures(built)
    assert before["credit"] != []
    done = erase(frozenset({KEY}), build=False)
    theirs = ("dim_customer", "fct_events", "fct_orders", "fct_sessions", "fct_searches")
    assert {f"marts.{name}" for name in theirs} <= set(done.rows)
    assert parse_as_of(str(last_built())) == parse_as_of(AS_OF)  # what an erasure builds again for
    built.fill(*PEOPLE, as_of=AS_OF)
    assert _figures(built) == before
    grown = built.hashes()
    built.fill(*PEOPLE, "--full-refresh", as_of=AS_OF)
    assert differences(grown, built.hashes()) == []
    assert erase(frozenset({KEY}), build=False).rows == {}
    assert built.execute("select count(*) from marts.dim_customer") == [(1,)]
