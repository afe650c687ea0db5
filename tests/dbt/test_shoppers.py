"""From raw events and orders to visits, funnels, cohorts and attribution on a real database; sums that do not hold are seen."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.fingerprints import differences

if TYPE_CHECKING:
    from tests.dbt.conftest import Warehouse, Workshop

AT, LATER = "2026-05-03T10:00:00+00:00", "2026-05-04T10:00:00+00:00"
ANN, BEN = "a" * 32, "b" * 32
SUMS = ("visits_add_up", "cohorts_add_up", "attribution_adds_up", "marketing_adds_up")
ENDS = ("+fct_marketing_daily", "+customer_360", "+fct_search_terms_daily", "+fct_cohort_retention")


def _event(number: int, kind: str, at: str, visit: str | None, visitor: str | None, **more: Any) -> dict[str, Any]:
    about = {"customer_key": None, "channel": None, "query": None, "results": None, **more}
    return {
        "event_id": f"00000000-0000-0000-0000-{number:012d}", "kind": kind, "event_at": f"2026-{at}:00+00:00",
        "session_id": visit, "anonymous_id": visitor, "device": "mobile", "country": "DE", **about,
    }


def _order(name: str, customer: str | None, at: str, channel: str) -> dict[str, Any]:
    instant = f"2026-{at}:00+00:00"
    return {
        "order_id": name, "customer_key": customer, "status": "completed", "country": "DE", "currency": "EUR", "total": "20",
        "channel": channel, "event_at": instant, "updated_at": instant,
    }


def _load(w: "Warehouse") -> None:
    """Ann comes by search, then by a friend's link and buys; Ben looks around under the same name of a visit; a guest buys."""
    w.load("shop_events", "e", AT, [
        _event(1, "page_view", "04-20T10:00", "v", "ann", channel="search", customer_key=ANN),
        _event(2, "page_view", "05-01T10:00", "w", "ann", channel="social"),
        _event(3, "search", "05-01T10:01", "w", "ann", query="Red shoes", results=0),
        _event(4, "search", "05-01T10:02", "w", "ann", query="shoes", results=7),
        _event(5, "product_view", "05-01T10:03", "w", "ann", customer_key=ANN),
        _event(6, "purchase", "05-01T10:09", "w", "ann", customer_key=ANN),
        _event(7, "page_view", "05-01T10:00", "v", "ben", channel="search"),
        _event(8, "add_to_cart", "05-01T10:04", "v", "ben"),
        _event(9, "page_view", "05-01T21:59", None, "cem"),
        _event(10, "page_view", "05-01T22:01", None, "cem"),
        _event(11, "page_view", "05-01T22:01", None, None),
    ])
    w.load("shop_orders", "o", AT, [
        _order("A", ANN, "05-01T10:10", "storefront"), _order("G", None, "05-01T12:00", "newsletter"),
    ])
    w.load("shop_customers", "c", AT, [
        {"customer_key": who, "registered_at": AT, "updated_at": AT, "channel": "affiliate"} for who in (ANN, BEN)
    ])
    w.load("shop_marketing_spend", "m", AT, [
        {"day": "2026-05-01", "channel": "social", "country": "DE", "campaign": "", "amount": "10", "currency": "EUR"},
    ])


@pytest.fixture(scope="module")
def built_once(workshop: "Workshop") -> Iterator[str]:

    def work(w: "Warehouse") -> None:
        _load(w)
        w.fill("--select", *ENDS, as_of=AT)
        w.dbt("test", "--select", *SUMS, as_of=AT)

    with workshop.template_with(work) as name:
        yield name


@pytest.fixture
def built(workshop: "Workshop", built_once: str) -> Iterator["Warehouse"]:
    with workshop.warehouse(built_once) as made:
        yield made


def test_visits_become_funnels_and_what_led_to_an_order(built: "Warehouse") -> None:
    visits = built.execute(
        "select anonymous_id, channel, events, furthest_step, customer_key is not null from marts.fct_sessions "
        "order by started_at, anonymous_id"
    )
    assert visits == [
        ("ann", "search", 1, "visit", True), ("ann", "social", 5, "purchase", True), ("ben", "search", 2, "cart", False),
        ("cem", None, 1, "visit", False), ("cem", None, 1, "visit", False),
    ], "a name is one visitor's; without one a business day is a visit; who logs in is known for all of it"
    assert built.execute("select order_id, channel from marts.fct_session_orders") == [("A", "social")]
    terms = "select term, searches, zero_results, clicked, purchased from marts.fct_search_terms_daily order by 1"
    assert built.execute(terms) == [("red shoes", 1, 1, 0, 0), ("shoes", 1, 0, 1, 1)]
    shares = "select order_id, channel, linear::float, position_based::float from marts.fct_attribution order by 1, 2"
    assert built.execute(shares) == [("A", "search", .5, .5), ("A", "social", .5, .5), ("G", "newsletter", 1, 1)]
    effects = "select channel, removal_effect::float from marts.fct_channel_effects where removal_effect > 0 order by 1"
    assert built.execute(effects) == [("newsletter", .5), ("search", .5), ("social", .5)]
    paid = "select cac_last_touch::float, roas_last_touch::float, sessions from marts.fct_marketing_daily where"
    assert built.execute(f"{paid} cost_reporting > 0") == [(10, 2, 1)]
    assert built.execute("select customer_key, segment, first_touch from scored.customer_360 order by 1") == [
        (ANN, "new", "search"), (BEN, "prospect", "affiliate"),
    ]


def test_what_came_late_is_told_as_if_it_had_been_known(built: "Warehouse") -> None:
    """An order of an old visit, a visit before an old order, a login and a search in visits known already, a cancelled order."""
    told = ("fct_sessions", "fct_searches", "fct_touchpoints")
    chosen = ("--select", *(f"+{name}" for name in told))
    built.load("shop_events", "late", LATER, [
        _event(21, "page_view", "04-25T10:00", "u", "ann", channel="newsletter", customer_key=ANN),
        _event(22, "search", "05-01T10:05", "v", "ben", query="boots", customer_key=BEN),
    ])
    built.load("shop_orders", "late_o", LATER, [
        {**_order("G", None, "05-01T12:00", "newsletter"), "status": "cancelled", "updated_at": LATER},
        _order("B", BEN, "05-02T10:00", "storefront"),
    ])
    built.fill(*chosen, as_of=LATER)
    led = "select order_id, string_agg(channel, ' ' order by touch_no) from marts.fct_touchpoints group by 1 order by 1"
    assert built.execute(led) == [("A", "search newsletter social"), ("B", "search")]
    grown = {name: prints for name, prints in built.hashes(schemas=["marts"]).items() if name.endswith(told)}
    built.fill(*chosen, "--full-refresh", as_of=LATER)
    assert differences(grown, {name: built.hashes(schemas=["marts"])[name] for name in grown}) == []
    assert len(grown) == len(told)


@pytest.mark.parametrize(("breach", "test"), [
    ("update marts.fct_sessions set events = events + 1 where channel = 'social'", "visits_add_up"),
    ("update marts.fct_cohort_retention set orders = 2", "cohorts_add_up"),
    ("update marts.fct_attribution set markov = markov + .1 where order_id = 'A'", "attribution_adds_up"),
    ("delete from marts.fct_marketing_daily where channel = 'newsletter'", "marketing_adds_up"),
])
def test_a_sum_that_does_not_hold_is_seen(built: "Warehouse", breach: str, test: str) -> None:
    built.execute(breach)
    with pytest.raises(AssertionError, match=test):
        built.dbt("test", "--select", test, as_of=AT)
